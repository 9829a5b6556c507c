package dmabuf.tck;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A field of a struct that an ioctl takes.
 *
 * @param name its name in the kernel's header
 * @param type what is in it
 * @param offset where it is, in bytes
 * @param answered whether the kernel fills it, so that its value is part of the answer
 */
record Field(String name, Type type, int offset, boolean answered) {

    /** What a field holds. */
    enum Type {
        U32(4, 4),
        S32(4, 4),
        U64(8, 8),
        S64(8, 8),
        /** A descriptor, whose number means nothing to a comparison. */
        FD(4, 4),
        /** A u64 whose number means nothing to a comparison, such as the offset that stands for a buffer in a device's address space. */
        OPAQUE(8, 8),
        /** A u32 of that sort, such as the number by which a device that others have asked before knows a framebuffer. */
        OPAQUE32(4, 4),
        /** 32 characters. */
        TEXT32(32, 1),
        /** 16 characters. */
        TEXT16(16, 1),
        /** A number that is shown in hexadecimal, of flags. */
        X32(4, 4),
        /** Four characters in a u32, the code of a format. */
        FOURCC(4, 4),
        /** A byte. */
        U8(1, 1);

        private final int size;
        private final int alignment;

        Type(int size, int alignment) {
            this.size = size;
            this.alignment = alignment;
        }

        int size() {
            return size;
        }

        /** Whether it is characters that are written as such. */
        boolean isText() {
            return this == TEXT32 || this == TEXT16;
        }

        int alignment() {
            return alignment;
        }

        /** Finds a type by its spelling in the table of requests; null when there is none. */
        static Type of(String word) {
            for (Type type : values()) {
                if (type.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return type;
                }
            }
            return null;
        }
    }

    /** Fills the field of a struct that begins at {@code base}. */
    void set(MemorySegment struct, long base, long value) {
        if (type.size() == Byte.BYTES) {
            struct.set(JAVA_BYTE, base + offset, (byte) value);
        } else if (type.size() == Integer.BYTES) {
            struct.set(JAVA_INT_UNALIGNED, base + offset, (int) value);
        } else {
            struct.set(JAVA_LONG_UNALIGNED, base + offset, value);
        }
    }

    /** Fills a field of characters. */
    void set(MemorySegment struct, long base, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, struct, base + offset, Math.min(bytes.length, type.size()));
    }

    /** The value that is in the field. */
    long get(MemorySegment struct) {
        return switch (type) {
            case U8 -> Byte.toUnsignedInt(struct.get(JAVA_BYTE, offset));
            case U32, X32, FOURCC, OPAQUE32 -> Integer.toUnsignedLong(struct.get(JAVA_INT_UNALIGNED, offset));
            case S32, FD -> struct.get(JAVA_INT_UNALIGNED, offset);
            case U64, S64, OPAQUE -> struct.get(JAVA_LONG_UNALIGNED, offset);
            case TEXT16, TEXT32 -> throw new IllegalStateException(name + " is no number");
        };
    }

    /** What an answer says of the field. */
    String describe(MemorySegment struct) {
        String value = switch (type) {
            case U8, U32, S32, S64 -> Long.toString(get(struct));
            case U64 -> Long.toUnsignedString(get(struct));
            case FD -> get(struct) > Request.LAST_STANDARD_FD ? Answers.FD : Long.toString(get(struct));
            case OPAQUE, OPAQUE32 -> get(struct) == 0 ? "0" : "some";
            case TEXT16, TEXT32, FOURCC -> text(struct);
            case X32 -> "0x" + Long.toHexString(get(struct));
        };
        return name + "=" + value;
    }

    private String text(MemorySegment struct) {
        byte[] bytes = struct.asSlice(offset, type.size()).toArray(JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return '"' + new String(bytes, 0, length, StandardCharsets.UTF_8) + '"';
    }
}
