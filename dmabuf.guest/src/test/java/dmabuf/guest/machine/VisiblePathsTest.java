package dmabuf.guest.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.guest.GuestException;
import dmabuf.guest.GuestOptions;
import dmabuf.guest.GuestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

class VisiblePathsTest {

    private static final Path JDK = Path.of("/usr/lib/jdk");

    @TempDir(factory = InTmp.class)
    Path folder;

    /** Whatever java.io.tmpdir is: the guest replaces /tmp. */
    static final class InTmp implements TempDirFactory {

        @Override
        public Path createTempDirectory(
                AnnotatedElementContext element,
                ExtensionContext context)
                throws IOException {
            return Files.createTempDirectory(Path.of("/tmp"), "dmabuf-guest-test");
        }
    }

    @Test
    void onlyWhatTheGuestReplacesIsPutBack() throws Exception {
        Path jar = Files.writeString(folder.resolve("a.jar"), "");

        assertEquals(List.of(), VisiblePaths.of(options().in(Path.of("/usr")), JDK));
        assertEquals(List.of(jar.toString()), VisiblePaths.of(options().withVisible(jar).withVisible(Path.of("/etc")), JDK));
    }

    @Test
    void folderShowsWhatIsInIt() throws Exception {
        Path classes = Files.createDirectories(folder.resolve("target/classes"));

        assertEquals(List.of(folder.toString()), VisiblePaths.of(options().in(folder).withVisible(classes), classes));
    }

    @Test
    void wholeOfTmpAndWhatIsNotThereAreNotPutBack() throws Exception {
        assertEquals(List.of(), VisiblePaths.of(options().in(Path.of("/tmp")).withVisible(folder.resolve("absent")), JDK));
    }

    private static GuestOptions options() throws GuestException {
        return GuestOptions.of(GuestSettings.of(Map.of("HOME", "/h"))).in(Path.of("/"));
    }
}
