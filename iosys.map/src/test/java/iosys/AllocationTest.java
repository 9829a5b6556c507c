package iosys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done for every row of pixels costs no garbage. */
class AllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final Field STATUS = Field.of(
            MemoryLayout.structLayout(ValueLayout.JAVA_LONG.withName("id"), ValueLayout.JAVA_INT.withName("status")),
            MemoryLayout.PathElement.groupElement("status"));

    private static final MemorySegment MEMORY = Arena.global().allocate(4096, 8);
    private static final MemorySegment BUFFER = Arena.global().allocate(4096, 8);

    /** Kept, so that the compiler cannot make a map vanish. */
    private final IosysMap map = new IosysMap();

    private long sink;

    private enum Kind {
        SYSTEM,
        IO
    }

    private void pointTo(Kind kind) {
        if (kind == Kind.IO) {
            map.setIo(MEMORY);
        } else {
            map.setSystem(MEMORY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void typedAccessAllocatesNothing(Kind kind) {
        pointTo(kind);
        assertAllocatesNothing(() -> {
            for (int i = 0; i < 64; i++) {
                map.writeByte(i, (byte) i);
                map.writeShort(64, (short) i);
                map.writeInt(128, i);
                map.writeLong(256, i);
                sink += map.readByte(i) + map.readShort(64) + map.readInt(128) + map.readLong(256);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void fieldAccessAllocatesNothing(Kind kind) {
        pointTo(kind);
        assertAllocatesNothing(() -> {
            for (int i = 0; i < 64; i++) {
                STATUS.writeInt(map, i * 16, i);
                sink += STATUS.readInt(map, i * 16);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void copiesAllocateNothing(Kind kind) {
        pointTo(kind);
        assertAllocatesNothing(() -> {
            map.copyTo(1, BUFFER, 3, 200);
            map.copyFrom(BUFFER, 3, 1, 200);
        });
    }

    @ParameterizedTest
    @EnumSource
    void fillAllocatesNothing(Kind kind) {
        pointTo(kind);
        assertAllocatesNothing(() -> map.fill(1, (byte) 7, 200));
    }

    @ParameterizedTest
    @EnumSource
    void movingAllocatesNothing(Kind kind) {
        assertAllocatesNothing(() -> {
            pointTo(kind);
            for (int row = 0; row < 16; row++) {
                map.copyTo(0, BUFFER, 0, 64);
                map.increment(256);
            }
            map.clear();
        });
    }

    @Test
    void allocationWouldBeSeen() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        sink += new byte[1000 + (int) (sink & 1)].length;
        assertEquals(1, (THREADS.getCurrentThreadAllocatedBytes() - before) / 1000);
    }

    private static void assertAllocatesNothing(Runnable work) {
        long allocated = Long.MAX_VALUE;
        // Until the compiler is done with it, which on a busy machine takes a while.
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (allocated != 0 && System.nanoTime() < deadline) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            repeat(work);
            allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated);
    }

    /** A method of its own, entered anew each time: a loop that is compiled while it runs may stay with what it was compiled to first. */
    private static void repeat(Runnable work) {
        for (int i = 0; i < 2_000; i++) {
            work.run();
        }
    }
}
