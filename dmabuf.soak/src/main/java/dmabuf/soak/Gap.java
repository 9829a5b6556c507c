package dmabuf.soak;

import java.util.concurrent.TimeUnit;

/**
 * Tells when the exporter is being swapped: the only time at which an importer may be refused. The epoch is odd while it is, and grows with
 * each beginning and each end. Thread-safe.
 */
final class Gap {

    private static final long HEARTBEAT_MILLIS = 100;

    private volatile long epoch;

    synchronized void begin() {
        epoch++;
    }

    synchronized void end() {
        epoch++;
        notifyAll();
    }

    long epoch() {
        return epoch;
    }

    /** Tells whether a refusal is excused by a swap that was going on at that epoch, or has begun since. */
    boolean excuses(long since) {
        return isOpen(since) || epoch != since;
    }

    private static boolean isOpen(long epoch) {
        return (epoch & 1) != 0;
    }

    /** Waits until the swap is over, but never for long: who waits has to look whether all is over. */
    synchronized void awaitEnd() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HEARTBEAT_MILLIS);
        while (isOpen(epoch)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return;
            }
            wait(left);
        }
    }
}
