package dmabuf.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Something that a device has promised to finish, {@code struct dma_fence}: it is signalled once and stays so. Every fence has a context of
 * its own, as those of vgem have.
 *
 * <p>Thread-safe. Listeners are called on the thread that signals, with no lock held.
 */
final class Fence {

    private static final AtomicLong CONTEXTS = new AtomicLong(1);

    /** What the kernel gives to those who ask for the fences of an idle buffer: {@code dma_fence_get_stub}. */
    static final Fence STUB = signalledAt(System.nanoTime());

    private final Waits waits;
    private final String driver;
    private final String timeline;
    private final long context;
    private final long number;
    private final List<Runnable> listeners = new ArrayList<>();
    private volatile boolean signalled;
    /** Written before {@code signalled} is. */
    private long timestamp;

    private Fence(Waits waits, String driver, String timeline, long context, long number) {
        this.waits = waits;
        this.driver = driver;
        this.timeline = timeline;
        this.context = context;
        this.number = number;
    }

    /** Makes a fence that is still to be signalled, the first on a new time line. */
    static Fence pending(Waits waits, String driver, String timeline) {
        return new Fence(waits, driver, timeline, newContext(), 1);
    }

    /** A stub that was signalled at some time. */
    static Fence signalledAt(long nanoTime) {
        Fence fence = new Fence(new Waits(), "stub", "stub", 0, 0);
        fence.timestamp = nanoTime;
        fence.signalled = true;
        return fence;
    }

    static long newContext() {
        return CONTEXTS.getAndIncrement();
    }

    String driver() {
        return driver;
    }

    String timeline() {
        return timeline;
    }

    /** The name of a sync file of this fence alone. */
    String name() {
        return driver + "-" + timeline + context + "-" + number;
    }

    boolean isSignalled() {
        return signalled;
    }

    /** When it was signalled, in nanoseconds of the monotonic clock; 0 while it is not. */
    long timestamp() {
        return signalled ? timestamp : 0;
    }

    /** Signals it; false when it was signalled before. */
    boolean signal() {
        List<Runnable> waiting;
        synchronized (listeners) {
            if (signalled) {
                return false;
            }
            timestamp = System.nanoTime();
            signalled = true;
            waiting = new ArrayList<>(listeners);
            listeners.clear();
        }
        waiting.forEach(Runnable::run);
        waits.wake();
        return true;
    }

    /** Has a listener called once it is signalled; at once when it is. */
    void onSignal(Runnable listener) {
        synchronized (listeners) {
            if (!signalled) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }

    /** Forgets a listener, which may be called this moment. */
    void forget(Runnable listener) {
        synchronized (listeners) {
            listeners.remove(listener);
        }
    }
}
