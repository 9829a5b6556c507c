package dmabuf.tck;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/**
 * Bytes as a step writes them: {@code deadbeef}, or {@code 5a*4096} for many that are the same.
 *
 * @param pattern the bytes
 * @param times how often
 */
record Bytes(byte[] pattern, int times) {

    private static final int MOST = 1 << 26;

    /** Reads them; the message of the exception says what is wrong. */
    static Bytes parse(String text) {
        int star = text.indexOf('*');
        String hex = star < 0 ? text : text.substring(0, star);
        int times = star < 0 ? 1 : Integer.parseInt(text.substring(star + 1));
        byte[] pattern = HexFormat.of().parseHex(hex);
        if (pattern.length == 0 || times < 1 || (long) pattern.length * times > MOST) {
            throw new IllegalArgumentException("1 to " + MOST + " bytes");
        }
        return new Bytes(pattern, times);
    }

    long length() {
        return (long) pattern.length * times;
    }

    MemorySegment in(Arena arena) {
        MemorySegment memory = arena.allocate(length());
        for (int i = 0; i < times; i++) {
            MemorySegment.copy(MemorySegment.ofArray(pattern), 0, memory, (long) i * pattern.length, pattern.length);
        }
        return memory;
    }
}
