package dmabuf.dist;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Bytes that are easy to make and to recognise, in any language: byte {@code i} is {@code (seed + i + i / 256) mod 256}, so that no page
 * is like the one before.
 */
final class Pattern {

    private Pattern() {}

    static void fill(MemorySegment memory, long seed) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) (seed + i + (i >>> 8)));
        }
    }
}
