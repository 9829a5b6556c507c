package dmabuf.sim;

import dmabuf.fd.Errno;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Where calls sleep in the simulated kernel. As in a native call, {@link Thread#interrupt} does not wake a sleeper: the thread finds the
 * interrupt when its call has returned. What wakes it early is a signal, which {@link #interrupt} plays.
 */
final class Waits {

    static final int DONE = 0;
    static final int TIMED_OUT = 1;
    static final int INTERRUPTED = -Errno.EINTR.number();

    /** For ever. */
    static final long NO_LIMIT = -1;

    private final Object lock = new Object();
    private long signals;
    private int sleepers;

    /**
     * Sleeps until a condition holds, which must be one whose change is followed by {@link #wake}.
     *
     * @param done looks at the condition; takes no lock
     * @param millis how long at most, or {@link #NO_LIMIT}
     * @return DONE, TIMED_OUT or INTERRUPTED
     */
    int until(BooleanSupplier done, long millis) {
        long deadline = millis < 0 ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean interrupted = false;
        synchronized (lock) {
            long signalsBefore = signals;
            sleepers++;
            try {
                while (!done.getAsBoolean()) {
                    long left = millis < 0 ? Long.MAX_VALUE : deadline - System.nanoTime();
                    if (signals != signalsBefore) {
                        return INTERRUPTED;
                    }
                    if (left <= 0) {
                        return TIMED_OUT;
                    }
                    try {
                        TimeUnit.NANOSECONDS.timedWait(lock, left);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return DONE;
            } finally {
                sleepers--;
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** How many sleep now. */
    int sleepers() {
        synchronized (lock) {
            return sleepers;
        }
    }

    /** Has all sleepers look at their conditions again. */
    void wake() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    /** Delivers a signal to everybody who sleeps, and tells how many that are. */
    int interrupt() {
        synchronized (lock) {
            signals++;
            lock.notifyAll();
            return sleepers;
        }
    }
}
