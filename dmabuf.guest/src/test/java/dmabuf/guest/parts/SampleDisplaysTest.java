package dmabuf.guest.parts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.guest.GuestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleDisplaysTest {

    private static final String RELEASE = "6.12.95+deb12-amd64";

    @TempDir
    Path folder;

    @Test
    void packagesAreOfOneVersion() throws IOException {
        String shown =
                """
                Package: linux-headers-6.12.95+deb12-amd64
                Version: 6.12.95-1~bpo12+1
                Depends: linux-base (>= 4.12~), linux-headers-6.12.95+deb12-common (= 6.12.95-1~bpo12+1), \
                linux-image-6.12.95+deb12-amd64 (= 6.12.95-1~bpo12+1) | linux-image-other, linux-kbuild-6.12.95+deb12, gcc-12
                """;

        assertEquals(
                List.of(
                        "linux-headers-6.12.95+deb12-amd64",
                        "linux-headers-6.12.95+deb12-common",
                        "linux-kbuild-6.12.95+deb12",
                        "linux-source-6.12=6.12.95-1~bpo12+1"),
                List.copyOf(Apt.buildPackages(RELEASE, shown)));
    }

    @Test
    void mirrorThatHasMovedOnHasNone() throws IOException {
        assertTrue(Apt.buildPackages(RELEASE, "").isEmpty());
    }

    @Test
    void sourceIsNamedByTheSeries() throws IOException {
        assertEquals("linux-source-7.2", SampleDisplays.sourcePackage("7.2-amd64"));
        assertThrows(IOException.class, () -> SampleDisplays.sourcePackage("testing-amd64"));
    }

    @Test
    void toolsThatAreMissingAreNamedTogether() throws IOException {
        Path gcc = Files.writeString(folder.resolve("gcc"), "");
        assertTrue(gcc.toFile().setExecutable(true));

        Map<String, String> environment = Map.of("PATH", folder.toString());

        GuestException e = assertThrows(
                GuestException.class, () -> SampleDisplays.requireTools(folder, List.of("gcc", "no-tool", "none"), environment));

        assertEquals(
                "no-tool and none, which they are built with, are not here: sudo apt-get install no-tool none", e.getMessage());
    }

    @Test
    void folderThatMakeCannotWorkInIsRefused() {
        GuestException e = assertThrows(
                GuestException.class, () -> SampleDisplays.requireTools(Path.of("/my cache"), List.of(), Map.of()));

        assertTrue(e.getMessage().contains("/my cache; name another folder in DMABUF_GUEST_CACHE"), e.getMessage());
    }

    @Test
    void makefileIncludesWhatWasUnpacked() throws IOException {
        Path makefile = Files.writeString(folder.resolve("Makefile"), "include /usr/src/linux-headers-6.12-common/Makefile\n# /usr/src/\n");

        SampleDisplays.relocate(makefile, Path.of("/c/a$1"));

        assertEquals("include /c/a$1/usr/src/linux-headers-6.12-common/Makefile\n# /usr/src/\n", Files.readString(makefile));
    }
}
