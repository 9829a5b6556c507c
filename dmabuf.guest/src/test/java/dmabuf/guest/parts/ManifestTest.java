package dmabuf.guest.parts;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {

    @TempDir
    Path folder;

    private Path file;
    private Path link;

    @BeforeEach
    void describeFolder() throws IOException {
        file = Files.writeString(Files.createDirectory(folder.resolve("a folder")).resolve("a file"), "content");
        link = Files.createSymbolicLink(folder.resolve("libx.so.1"), Path.of("libx.so.1.2"));
        Manifest.write(folder);
    }

    @Test
    void unchangedFolderIsGood() {
        assertDoesNotThrow(this::verify);
    }

    @Test
    void fileOfAnotherSizeIsDamage() throws IOException {
        Files.writeString(file, "conten");

        assertDamaged("has 6 bytes, not 7");
    }

    @Test
    void fileOfTheSameSizeAndAnotherContentIsDamage() throws IOException {
        Files.writeString(file, "CONTENT");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));

        assertDamaged("was changed");
    }

    @Test
    void fileOfAnotherTimeAndTheSameContentIsGood() throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));

        assertDoesNotThrow(this::verify);
    }

    @Test
    void missingFileIsDamage() throws IOException {
        Files.delete(file);

        assertDamaged("is missing");
    }

    @Test
    void linkToElsewhereIsDamage() throws IOException {
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("libx.so.9.9"));
        Files.getFileAttributeView(link, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(FileTime.fromMillis(1), null, null);

        assertDamaged("was changed");
    }

    @Test
    void cutOffManifestIsDamage() throws IOException {
        Path manifest = folder.resolve(Manifest.NAME);
        List<String> lines = Files.readAllLines(manifest);
        Files.write(manifest, lines.subList(0, lines.size() - 1));

        assertDamaged("is cut off");

        Files.write(manifest, lines.subList(1, lines.size()));

        assertDamaged("is cut off");
    }

    @Test
    void missingAndForeignManifestsAreDamage() throws IOException {
        Files.writeString(folder.resolve(Manifest.NAME), "what is this\nend 1\n");
        assertDamaged("a line that is none of its own");

        Files.delete(folder.resolve(Manifest.NAME));
        assertDamaged("is missing");
    }

    private void verify() throws IOException {
        Manifest.read(folder).verify(folder);
    }

    private void assertDamaged(String how) {
        DamagedException e = assertThrows(DamagedException.class, this::verify);
        assertTrue(e.getMessage().contains(how), e.getMessage());
    }
}
