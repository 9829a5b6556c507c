package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Proves that an action allocates nothing once the compiler has seen it, which removes nothing here that is seen from outside. On a busy
 * machine that takes a while, so the action runs until it has been free of garbage for a whole batch.
 *
 * <p>One thing the compiler does remove: the slice of 40 bytes that the JDK makes of the call state in every native call that tells errno.
 * It does so in a system call that is compiled by itself, and now and then not where the call was inlined into all its callers, which
 * depends on the order in which things were compiled. So the build has {@code dmabuf.linux} compiled by itself for these tests; what is
 * passed to it then counts as seen from outside.
 */
final class NoGarbage {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BATCH = 10_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private NoGarbage() {}

    /** Fails when every batch allocates. Tells how often the action ran. */
    static int in(Runnable action) {
        assertTrue(THREADS.isThreadAllocatedMemoryEnabled(), "this JVM does not count allocated bytes");
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (int times = BATCH; ; times += BATCH) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < BATCH; i++) {
                action.run();
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            // The measurement itself, or a compilation, may allocate a little; one object each time would be 160 kilobytes.
            if (allocated < BATCH) {
                return times;
            }
            assertTrue(System.nanoTime() < end, () -> allocated + " bytes in " + BATCH + " rounds");
        }
    }
}
