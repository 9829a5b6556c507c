package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting with a deadline. */
final class Patience {

    private static final long LOOK_AGAIN_NANOS = 500_000;

    private Patience() {}

    /** Waits until something is so; tells whether it came to be so in time. */
    static boolean waitFor(int millis, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        return true;
    }

    /** Waits until something is so, and fails with words when it does not come to be so. */
    static void await(int millis, BooleanSupplier condition, Supplier<String> words) {
        if (!waitFor(millis, condition)) {
            fail(words.get());
        }
    }

    static void await(CountDownLatch latch, int millis, String what) {
        try {
            if (!latch.await(millis, TimeUnit.MILLISECONDS)) {
                fail("waited " + millis + " ms in vain: " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("interrupted while waiting: " + what);
        }
    }
}
