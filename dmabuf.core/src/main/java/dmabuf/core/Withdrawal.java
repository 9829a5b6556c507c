package dmabuf.core;

import java.util.concurrent.atomic.AtomicReference;

/** Something to be done once, at a moment that may come before it is known what. */
final class Withdrawal {

    private static final Runnable DUE = () -> {};

    private final AtomicReference<Runnable> action = new AtomicReference<>();

    /** Says what is to be done; does it at once when the moment has come already. */
    void set(Runnable what) {
        if (!action.compareAndSet(null, what)) {
            if (action.get() != DUE) {
                throw new IllegalStateException("set twice");
            }
            what.run();
        }
    }

    /** The moment has come. */
    void run() {
        Runnable what = action.getAndSet(DUE);
        if (what != null) {
            what.run();
        }
    }
}
