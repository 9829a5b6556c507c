package dmabuf.display.impl;

import dmabuf.api.Subscription;
import dmabuf.display.DisplayListener;
import dmabuf.display.DisplayState;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** One listener of a screen, with a thread of its own that sleeps between two looks. */
final class Watch implements Subscription, Runnable {

    private static final System.Logger LOG = System.getLogger(Watch.class.getName());

    private final Screen screen;
    private final long intervalNanos;
    private final DisplayListener listener;
    private final Consumer<Watch> whenOver;
    private final Thread thread;
    private volatile boolean closed;
    private boolean complained;

    Watch(Screen screen, Duration interval, DisplayListener listener, Consumer<Watch> whenOver) {
        this.screen = screen;
        // A century is for ever, and no sum of it overflows.
        this.intervalNanos = interval.toDays() > 36_500 ? Long.MAX_VALUE / 2 : interval.toNanos();
        this.listener = listener;
        this.whenOver = whenOver;
        this.thread = Thread.ofVirtual().name("dmabuf-display").inheritInheritableThreadLocals(false).unstarted(this);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        DisplayState last = null;
        while (!closed) {
            DisplayState now = screen.state();
            boolean changed = !now.equals(last);
            last = now;
            long begun = System.nanoTime();
            if (!closed) {
                tell(changed, now);
            }
            sleep(begun);
        }
    }

    private void tell(boolean changed, DisplayState now) {
        try {
            if (changed) {
                listener.changed(now);
            } else {
                listener.refreshed(now);
            }
        } catch (RuntimeException | LinkageError e) {
            if (!complained) {
                complained = true;
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a listener of the {0} threw {1}; what it throws from now on is not told", screen, e.toString());
            }
        }
    }

    /** Until the interval is over since a call began: after a listener that took longer there is a moment's rest, and no other. */
    private void sleep(long begun) {
        long left = intervalNanos - (System.nanoTime() - begun);
        do {
            LockSupport.parkNanos(this, Math.max(left, 1));
            Thread.interrupted(); // A listener's, perhaps; a thread that is interrupted would not sleep.
            left = intervalNanos - (System.nanoTime() - begun);
        } while (left > 0 && !closed);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            whenOver.accept(this);
            LockSupport.unpark(thread);
        }
    }
}
