package dmabuf.itest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import java.lang.foreign.MemorySegment;

/** Writes bytes that depend on a seed and on their place, and finds them again. */
final class Contents {

    private Contents() {}

    static void write(Mapping mapping, int seed) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
            MemorySegment memory = cpu.segment();
            for (long at = 0; at < memory.byteSize(); at++) {
                memory.set(JAVA_BYTE, at, expected(seed, at));
            }
        }
    }

    static void assertWritten(Mapping mapping, int seed) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            MemorySegment memory = cpu.segment();
            for (long at = 0; at < memory.byteSize(); at++) {
                long place = at;
                assertEquals(expected(seed, at), memory.get(JAVA_BYTE, at), () -> "byte " + place);
            }
        }
    }

    private static byte expected(int seed, long at) {
        return (byte) (seed * 31 + at * 7 + (at >> 8));
    }
}
