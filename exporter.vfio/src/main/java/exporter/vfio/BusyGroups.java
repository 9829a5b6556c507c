package exporter.vfio;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Has groups tried again that were in use: nothing tells when they are not any more. Soon at first, as after a restart of the bundle, when
 * a frame of before may still be mapped; then less and less often. There is a thread while there is such a group, and no longer.
 */
final class BusyGroups implements AutoCloseable {

    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofSeconds(30);

    private final Runnable tryAgain;
    private Thread waiting;
    private boolean met;
    private boolean closed;

    /** @param tryAgain called on a thread of its own, with no lock held */
    BusyGroups(Runnable tryAgain) {
        this.tryAgain = tryAgain;
    }

    /** A group was in use just now. */
    synchronized void meet() {
        met = true;
        if (waiting == null && !closed) {
            waiting = Thread.ofVirtual().name("dmabuf-vfio-busy").inheritInheritableThreadLocals(false).start(this::run);
        }
    }

    private void run() {
        for (long pause = FIRST.toNanos(); isNeeded(); pause = Math.min(2 * pause, LONGEST.toNanos())) {
            LockSupport.parkNanos(this, pause);
            if (begin()) {
                tryAgain.run();
            }
        }
    }

    private synchronized boolean begin() {
        met = false;
        return !closed;
    }

    private synchronized boolean isNeeded() {
        boolean needed = met && !closed;
        if (!needed) {
            waiting = null;
        }
        return needed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(waiting);
    }
}
