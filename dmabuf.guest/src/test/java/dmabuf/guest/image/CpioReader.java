package dmabuf.guest.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the newc format as the kernel does (init/initramfs.c): fixed fields, everything aligned to 4. */
final class CpioReader {

    record Entry(String path, int mode, int major, int minor, byte[] content) {}

    private CpioReader() {}

    static List<Entry> read(byte[] archive) {
        List<Entry> entries = new ArrayList<>();
        int at = 0;
        while (true) {
            assertEquals("070701", text(archive, at, 6), "magic at " + at);
            int nameLength = field(archive, at, 11);
            String name = text(archive, at + 110, nameLength - 1);
            assertEquals(0, archive[at + 110 + nameLength - 1], "the NUL behind " + name);
            int content = aligned(at + 110 + nameLength);
            if (name.equals("TRAILER!!!")) {
                assertEquals(archive.length, content, "nothing behind the trailer");
                return entries;
            }
            int length = field(archive, at, 6);
            byte[] bytes = Arrays.copyOfRange(archive, content, content + length);
            entries.add(new Entry(name, field(archive, at, 1), field(archive, at, 9), field(archive, at, 10), bytes));
            at = aligned(content + length);
        }
    }

    private static int field(byte[] archive, int entry, int index) {
        return Integer.parseInt(text(archive, entry + 6 + 8 * index, 8), 16);
    }

    private static String text(byte[] archive, int start, int length) {
        return new String(archive, start, length, StandardCharsets.UTF_8);
    }

    private static int aligned(int position) {
        return (position + 3) / 4 * 4;
    }
}
