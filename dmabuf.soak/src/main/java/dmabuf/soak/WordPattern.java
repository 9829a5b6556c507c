package dmabuf.soak;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What is written into a buffer: words that depend on a seed and on where they lie, so that a byte of another buffer, of another page, of
 * the time before, or of nobody is told from the right one. Every byte is compared, which finds what a checksum could miss.
 */
final class WordPattern {

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
    /** Odd, so that no two words of one seed are equal: 2^64 divided by the golden ratio. */
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

    private WordPattern() {}

    /** Fills a buffer whose size is a multiple of eight, as whole pages are. */
    static void fill(MemorySegment memory, long seed) {
        long size = memory.byteSize();
        for (long at = 0; at < size; at += Long.BYTES) {
            memory.set(WORD, at, word(seed, at));
        }
    }

    /** Counts the bytes that are not what {@link #fill} wrote. */
    static long wrongBytes(MemorySegment memory, long seed) {
        long size = memory.byteSize();
        long wrong = 0;
        for (long at = 0; at < size; at += Long.BYTES) {
            long difference = memory.get(WORD, at) ^ word(seed, at);
            if (difference != 0) {
                wrong += differentBytes(difference);
            }
        }
        return wrong;
    }

    private static int differentBytes(long difference) {
        int count = 0;
        for (long rest = difference; rest != 0; rest >>>= Byte.SIZE) {
            count += (rest & 0xff) == 0 ? 0 : 1;
        }
        return count;
    }

    private static long word(long seed, long at) {
        long product = (seed + at / Long.BYTES) * STEP;
        // Words that are a page apart differ in their high bits only.
        return product ^ product >>> Integer.SIZE;
    }
}
