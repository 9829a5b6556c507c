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
        try (Fd memfd = sealed(PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            assertSyncAllocatesNothing(buffer);
        }
    }

    @Test
    void syncOfACoherentGpusBufferAllocatesNothing() {
        kernel.machine().plug("/dev/dri/card0", SimulatedGpu.I915_LLC);
        try (I915 gpu = new I915(kernel, "/dev/dri/card0");
                Fd buffer = gpu.buffer(PAGE)) {
            assertSyncAllocatesNothing(buffer);
        }
    }

    private void assertSyncAllocatesNothing(Fd buffer) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemorySupported());
        MemorySegment flags = flags(DmaBufIoctl.SYNC_RW);
        long allocated = Long.MAX_VALUE;
        // Until the compiler is done with it, which on a busy machine takes a while.
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (allocated != 0 && System.nanoTime() < deadline) {
            long before = threads.getCurrentThreadAllocatedBytes();
            syncs(buffer.number(), flags);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated, "bytes for " + CALLS + " calls");
    }

    private void syncs(int fd, MemorySegment flags) {
        for (int i = 0; i < CALLS; i++) {
            if (kernel.ioctl(fd, DmaBufIoctl.SYNC, flags) != 0) {
                throw new AssertionError("SYNC failed");
            }
        }
    }
}
