package dmabuf.guest.parts;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptArchiveTest {

    private static final String HASH = "0123456789abcdef".repeat(4);

    @TempDir
    Path folder;

    @Test
    void linesOfAptAreRead() throws IOException {
        String line = "'http://mirror.example/pool/b/busybox/busybox_1%2b1.deb' busybox_1%3a1+1_amd64.deb 928188 SHA256:" + HASH + "\n";

        assertEquals(List.of(new AptArchive("busybox_1%3a1+1_amd64.deb", 928188, HASH)), AptArchive.of(line));
        assertTrue(assertThrows(IOException.class, () -> AptArchive.of("E: what\n")).getMessage().contains("E: what"));
    }

    @Test
    void onlyAWholePackageFilePasses() throws IOException {
        Path file = Files.writeString(folder.resolve("a.deb"), "package");
        AptArchive archive = new AptArchive("a.deb", 7, Manifest.hash(file));
        assertDoesNotThrow(() -> Apt.verify(file, archive));

        Files.writeString(file, "pack");
        assertNotWhole(file, archive);
        Files.writeString(file, "PACKAGE");
        assertNotWhole(file, archive);
        Files.delete(file);
        assertNotWhole(file, archive);
    }

    private static void assertNotWhole(Path file, AptArchive archive) {
        IOException e = assertThrows(IOException.class, () -> Apt.verify(file, archive));
        assertTrue(e.getMessage().contains("did not arrive whole"), e.getMessage());
    }
}
