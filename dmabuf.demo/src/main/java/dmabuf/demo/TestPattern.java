package dmabuf.demo;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Bytes that are recognised: no page is like the one before, and no seed like the next. */
final class TestPattern {

    private TestPattern() {}

    /** The byte at an index, as {@code dmabuf help import} says. */
    static byte at(long index, int seed) {
        return (byte) (seed + index + (index >>> 8));
    }

    static void fill(MemorySegment memory, int seed) {
        for (long i = 0; i < memory.byteSize(); i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, at(i, seed));
        }
    }

    /** Where memory first differs, -1 for nowhere. */
    static long firstDifference(MemorySegment memory, int seed) {
        for (long i = 0; i < memory.byteSize(); i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, i) != at(i, seed)) {
                return i;
            }
        }
        return -1;
    }
}
