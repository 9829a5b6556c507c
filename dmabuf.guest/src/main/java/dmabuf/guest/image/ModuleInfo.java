package dmabuf.guest.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what a kernel module says of itself: NUL-terminated {@code key=value}s in the section {@code .modinfo} of its 64-bit ELF file.
 */
final class ModuleInfo {

    private static final String SECTION = ".modinfo";
    private static final String DEPENDS = "depends=";
    /** Of {@code Elf64_Ehdr} in {@code elf.h}. */
    private static final int SECTIONS_AT = 0x28;
    private static final int SECTION_COUNT = 0x3c;
    private static final int NAMES_INDEX = 0x3e;
    private static final int HEADER_SIZE = 0x40;
    /** Of {@code Elf64_Shdr}. */
    private static final int SECTION_SIZE = 0x40;
    private static final int OFFSET = 0x18;
    private static final int LENGTH = 0x20;

    private ModuleInfo() {}

    /** Gives the names of the modules that must be there first, with underscores. */
    static List<String> dependencies(byte[] module) throws IOException {
        List<String> names = new ArrayList<>();
        for (String entry : section(module).split("\0")) {
            if (entry.startsWith(DEPENDS)) {
                for (String name : entry.substring(DEPENDS.length()).split(",")) {
                    if (!name.isEmpty()) {
                        names.add(KernelModules.canonical(name));
                    }
                }
            }
        }
        return names;
    }

    private static String section(byte[] module) throws IOException {
        if (module.length < HEADER_SIZE || !KernelImage.isElf(module)) {
            throw new IOException("not a kernel module: no ELF header");
        }
        ByteBuffer elf = ByteBuffer.wrap(module).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int headers = Math.toIntExact(elf.getLong(SECTIONS_AT));
            int count = elf.getShort(SECTION_COUNT) & 0xffff;
            int names = position(elf, headers + (elf.getShort(NAMES_INDEX) & 0xffff) * SECTION_SIZE);
            for (int i = 0; i < count; i++) {
                int header = headers + i * SECTION_SIZE;
                if (SECTION.equals(string(module, names + elf.getInt(header)))) {
                    int length = Math.toIntExact(elf.getLong(header + LENGTH));
                    return new String(module, position(elf, header), length, StandardCharsets.UTF_8);
                }
            }
        } catch (IndexOutOfBoundsException | ArithmeticException e) {
            throw new IOException("the kernel module is cut off at " + module.length + " bytes", e);
        }
        throw new IOException("not a kernel module: no section " + SECTION);
    }

    private static int position(ByteBuffer elf, int header) {
        return Math.toIntExact(elf.getLong(header + OFFSET));
    }

    private static String string(byte[] bytes, int start) {
        int end = start;
        while (bytes[end] != 0) {
            end++;
        }
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }
}
