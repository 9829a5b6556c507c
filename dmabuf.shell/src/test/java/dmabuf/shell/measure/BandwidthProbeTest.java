package dmabuf.shell.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BandwidthProbeTest {

    private static final long SIZE = 3 * 4096;

    @Test
    void everyByteIsWrittenAndEveryLineRead() {
        try (BandwidthProbe probe = new BandwidthProbe();
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(SIZE + 64, 64);
            memory.fill((byte) 1);
            Bandwidth bandwidth = probe.measure(ProbedMemory.plain(memory.asSlice(0, SIZE)), Access.READ_WRITE);
            assertTrue(bandwidth.read() > 0 && bandwidth.strided() > 0 && bandwidth.written() > 0, bandwidth::toString);
            assertEquals(-1, memory.asSlice(0, SIZE).mismatch(arena.allocate(SIZE)), "it is filled with zeroes");
            assertEquals(1, memory.get(ValueLayout.JAVA_BYTE, SIZE), "nothing behind it is touched");
        }
    }

    @Test
    void memoryThatMayNotBeWrittenIsNot() {
        try (BandwidthProbe probe = new BandwidthProbe();
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(SIZE, 64);
            memory.set(ValueLayout.JAVA_LONG, SIZE - 64, 7);
            List<Access> brackets = new ArrayList<>();
            Bandwidth bandwidth = probe.measure((access, work) -> {
                brackets.add(access);
                return work.applyAsDouble(memory.asReadOnly());
            }, Access.READ);
            assertEquals(List.of(Access.READ, Access.READ), brackets);
            assertEquals(0, bandwidth.written());
            assertEquals(0, probe.sum() % 7, "the last line was read");
            assertTrue(probe.sum() > 0);
        }
    }

    @Test
    void plainMemoryIsAsFastAsItself() {
        try (BandwidthProbe probe = new BandwidthProbe()) {
            Bandwidth.Ratios ratios = probe.plain(1 << 20).relativeTo(probe.plain(1 << 20));
            assertTrue(ratios.bestRead() > CachingVerdict.SLOW_READ, ratios::toString);
        }
    }
}
