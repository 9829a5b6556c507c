package dmabuf.guest.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CpioWriterTest {

    @Test
    void headerOfFileIsThatOfTheFormat() throws IOException {
        String archive = new String(archive(), StandardCharsets.ISO_8859_1);

        // Second entry: inode 2, a regular file 0755, one link, 5 bytes, a name of 9 bytes with its NUL.
        String header = "070701" + "00000002" + "000081ED" + "00000000" + "00000000" + "00000001" + "00000000" + "00000005"
                + "00000000" + "00000000" + "00000000" + "00000000" + "00000009" + "00000000";
        assertEquals(archive.indexOf("bin/true\0") - 110, archive.indexOf(header));
    }

    @Test
    void entriesComeBackInOrder() throws IOException {
        List<CpioReader.Entry> entries = CpioReader.read(archive());

        assertEquals(List.of("bin", "bin/true", "console", "empty"), entries.stream().map(CpioReader.Entry::path).toList());
        assertEquals(List.of(0040755, 0100755, 0020600, 0100644), entries.stream().map(CpioReader.Entry::mode).toList());
        assertArrayEquals("#!/x\n".getBytes(StandardCharsets.UTF_8), entries.get(1).content());
        assertEquals(0, entries.get(3).content().length);
    }

    @Test
    void nodeCarriesItsNumbers() throws IOException {
        CpioReader.Entry console = CpioReader.read(archive()).get(2);

        assertEquals(5, console.major());
        assertEquals(1, console.minor());
    }

    @Test
    void equalContentGivesEqualBytes() throws IOException {
        assertArrayEquals(archive(), archive());
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter writer = new CpioWriter(bytes)) {
            writer.folder("bin", 0755);
            writer.file("bin/true", 0755, "#!/x\n".getBytes(StandardCharsets.UTF_8));
            writer.node("console", 0600, 5, 1);
            writer.file("empty", 0644, new byte[0]);
        }
        return bytes.toByteArray();
    }
}
