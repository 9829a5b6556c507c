package dmabuf.guest.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes the least ELF file that says what a kernel module says of itself. */
final class ElfBuilder {

    private ElfBuilder() {}

    /** A module with the given entries of {@code .modinfo}, such as {@code depends=a,b}. */
    static byte[] module(String... entries) {
        byte[] info = (String.join("\0", entries) + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] names = "\0.shstrtab\0.modinfo\0".getBytes(StandardCharsets.UTF_8);
        int infoAt = 0x40;
        int namesAt = infoAt + info.length;
        int sectionsAt = (namesAt + names.length + 7) / 8 * 8;
        ByteBuffer elf = ByteBuffer.allocate(sectionsAt + 3 * 0x40).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
        elf.putLong(0x28, sectionsAt).putShort(0x3a, (short) 0x40).putShort(0x3c, (short) 3).putShort(0x3e, (short) 1);
        elf.put(infoAt, info).put(namesAt, names);
        section(elf, sectionsAt + 0x40, 1, namesAt, names.length);
        section(elf, sectionsAt + 0x80, 11, infoAt, info.length);
        return elf.array();
    }

    private static void section(ByteBuffer elf, int header, int name, int offset, int length) {
        elf.putInt(header, name).putLong(header + 0x18, offset).putLong(header + 0x20, length);
    }
}
