package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Beginning and ending CPU access is the hot path of every importer. */
class SyncAllocationTest extends SimulatedKernelCase {

    private static final int CALLS = 20_000;

    @Test
    void syncAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemorySupported());
        try (Fd memfd = sealed(PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            MemorySegment flags = flags(DmaBufIoctl.SYNC_RW);
            long allocated = Long.MAX_VALUE;
            // The first rounds load classes and are compiled; the compiler may need several.
            for (int round = 0; round < 20 && allocated != 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                syncs(buffer.number(), flags);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertEquals(0, allocated, "bytes for " + CALLS + " calls");
        }
    }

    private void syncs(int fd, MemorySegment flags) {
        for (int i = 0; i < CALLS; i++) {
            if (kernel.ioctl(fd, DmaBufIoctl.SYNC, flags) != 0) {
                throw new AssertionError("SYNC failed");
            }
        }
    }
}
