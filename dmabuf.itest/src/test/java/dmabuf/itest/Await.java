package dmabuf.itest;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads bring about: until it is so, and no longer than a deadline. */
final class Await {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 2_000_000;

    private Await() {}

    /** Waits until a condition holds. */
    static void until(String what, BooleanSupplier condition) {
        until(what, DEADLINE, condition);
    }

    /** Waits until a condition holds. */
    static void until(String what, Duration deadline, BooleanSupplier condition) {
        found(what, deadline, () -> condition.getAsBoolean() ? true : null);
    }

    /** Waits until nothing holds an exporter's class loader any more. */
    static void collection(WeakReference<ClassLoader> loader) {
        until("collection of the exporter's class loader", () -> {
            System.gc();
            return loader.get() == null;
        });
    }

    /** Waits until there is something, and gives it. */
    static <T> T found(String what, Supplier<T> look) {
        return found(what, DEADLINE, look);
    }

    /** Waits until there is something, and gives it. */
    static <T> T found(String what, Duration deadline, Supplier<T> look) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            T found = look.get();
            if (found != null) {
                return found;
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("within " + deadline.toMillis() + " ms there was no " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
