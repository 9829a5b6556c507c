package dmabuf.demo;

import com.sun.management.ThreadMXBean;
import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Mapping;
import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;

/**
 * What opening and closing a CPU-access scope costs, once the code is warm.
 *
 * @param bytes allocated on the heap by all scopes that were measured
 * @param systemCallBytes allocated by as many of the system calls that a scope makes, without a scope. The JDK allocates around one where
 *     its compiler has not looked into it, which happens on a busy machine; that is nothing that a scope could do better
 * @param nanosPerScope the time for one
 */
record ScopeCost(long bytes, long systemCallBytes, long nanosPerScope) {

    static final int SCOPES = 10_000;

    /** How long the compiler may take to do its work, on a busy machine. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Measures again and again until nothing is allocated any more, or the patience is over. */
    static ScopeCost measure(DmaBuf buffer, Mapping mapping) {
        long start = System.nanoTime();
        ScopeCost cost;
        do {
            cost = once(buffer, mapping);
        } while (cost.bytes != 0 && System.nanoTime() - start < PATIENCE_NANOS);
        return cost;
    }

    /** The bytes that a scope has allocated itself. A few for all of them together are not a scope's: the code was made anew meanwhile. */
    long ownPerScope() {
        return Math.max(0, bytes - systemCallBytes) / SCOPES;
    }

    /** In words. */
    String words() {
        return "takes " + nanosPerScope + " ns and allocates " + (bytes < SCOPES
                ? "0 bytes"
                : "0 bytes itself, and the JDK " + systemCallBytes / SCOPES + " around its system calls");
    }

    private static ScopeCost once(DmaBuf buffer, Mapping mapping) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = System.nanoTime();
        open(mapping);
        nanos = System.nanoTime() - nanos;
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        return new ScopeCost(bytes, bytes == 0 ? 0 : systemCalls(buffer), nanos / SCOPES);
    }

    private static int open(Mapping mapping) {
        int sum = 0;
        for (int i = 0; i < SCOPES; i++) {
            try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
                sum += cpu.segment().get(ValueLayout.JAVA_BYTE, 0);
            }
        }
        return sum;
    }

    private static long systemCalls(DmaBuf buffer) {
        try (Fd fd = buffer.fd();
                Arena arena = Arena.ofConfined()) {
            Syscalls kernel = (Syscalls) fd.kernel();
            MemorySegment start = arena.allocateFrom(ValueLayout.JAVA_LONG, DmaBufIoctl.SYNC_START | DmaBufIoctl.SYNC_READ);
            MemorySegment end = arena.allocateFrom(ValueLayout.JAVA_LONG, DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_READ);
            sync(kernel, fd.number(), start, end);
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            sync(kernel, fd.number(), start, end);
            return THREADS.getCurrentThreadAllocatedBytes() - bytes;
        }
    }

    private static void sync(Syscalls kernel, int fd, MemorySegment start, MemorySegment end) {
        for (int i = 0; i < SCOPES; i++) {
            kernel.ioctl(fd, DmaBufIoctl.SYNC, start);
            kernel.ioctl(fd, DmaBufIoctl.SYNC, end);
        }
    }
}
