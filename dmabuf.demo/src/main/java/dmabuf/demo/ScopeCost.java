package dmabuf.demo;

import com.sun.management.ThreadMXBean;
import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;

/**
 * What opening and closing a CPU-access scope costs, once the code is warm.
 *
 * @param bytes allocated on the heap by all scopes that were measured
 * @param nanosPerScope the time for one
 */
record ScopeCost(long bytes, long nanosPerScope) {

    static final int SCOPES = 10_000;

    /** How long the compiler may take to do its work, on a busy machine. */
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    /** Measures again and again until nothing is allocated any more, or the patience is over. */
    static ScopeCost measure(Mapping mapping) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long start = System.nanoTime();
        ScopeCost cost;
        do {
            cost = once(mapping, threads);
        } while (cost.bytes != 0 && System.nanoTime() - start < PATIENCE_NANOS);
        return cost;
    }

    private static ScopeCost once(Mapping mapping, ThreadMXBean threads) {
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long nanos = System.nanoTime();
        open(mapping, SCOPES);
        nanos = System.nanoTime() - nanos;
        bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
        return new ScopeCost(bytes, nanos / SCOPES);
    }

    private static int open(Mapping mapping, int scopes) {
        int sum = 0;
        for (int i = 0; i < scopes; i++) {
            try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
                sum += cpu.segment().get(ValueLayout.JAVA_BYTE, 0);
            }
        }
        return sum;
    }
}
