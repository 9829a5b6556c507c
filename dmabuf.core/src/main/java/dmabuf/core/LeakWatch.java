package dmabuf.core;

import dmabuf.linux.Deadline;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;

/**
 * Finds what was given out and can no longer be reached, though nobody has closed it: reports it, once, and gives it back. Waits on a
 * thread of its own that begins with the first buffer or fence and ends with the core, after which nothing is found any more. What is found
 * is given back on a thread of its own again, since an exporter may have a part in that.
 */
final class LeakWatch {

    private static final System.Logger LOG = System.getLogger(LeakWatch.class.getName());

    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    /** What wakes the thread for the last time. */
    private final Reference<Object> end = new PhantomReference<>(this, queue);
    /** What the leases are listed in: they are found only while they can be reached themselves. */
    private final Object leases;

    private volatile boolean tracing;
    private volatile Thread thread;
    /** Guarded by this. */
    private boolean ended;

    LeakWatch(Object leases) {
        this.leases = leases;
    }

    ReferenceQueue<Object> queue() {
        return queue;
    }

    /** Tells whether it is remembered where things are made. */
    boolean isTracing() {
        return tracing;
    }

    void tracing(boolean wanted) {
        tracing = wanted;
    }

    /** Sees to it that there is a thread. Called before anything is given out. */
    void begin() {
        if (thread == null) {
            start();
        }
    }

    private synchronized void start() {
        if (thread == null && !ended) {
            // Whoever comes first may be a bundle on its way out: nothing of its thread is inherited, its context class loader included.
            thread = Thread.ofPlatform()
                    .name("dmabuf-leaks")
                    .daemon()
                    .inheritInheritableThreadLocals(false)
                    .start(this::watch);
        }
    }

    private void watch() {
        for (Reference<?> each = next(); each != end; each = next()) {
            found((Lease) each);
        }
        for (Reference<?> each = queue.poll(); each != null; each = queue.poll()) {
            found((Lease) each);
        }
        Reference.reachabilityFence(leases);
    }

    private Reference<?> next() {
        while (true) {
            try {
                return queue.remove();
            } catch (InterruptedException e) {
                continue; // Nobody's business: only end() ends this thread.
            }
        }
    }

    private void found(Lease lease) {
        if (!lease.end()) {
            return; // Closed at the last moment.
        }
        try {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}{1} was never closed, and nobody can close it any more: {2}{3}",
                    lease.toString(),
                    lease.provenance(),
                    lease.fate(),
                    origin(lease));
        } finally {
            Thread.ofVirtual().name("dmabuf-leak").inheritInheritableThreadLocals(false).start(() -> free(lease));
        }
    }

    private String origin(Lease lease) {
        Trace trace = lease.trace();
        if (trace != null) {
            return trace.toString();
        }
        return tracing
                ? "; it was made before traceLeaks was set"
                : "; set traceLeaks in the configuration dmabuf.core to be told where such things are made";
    }

    private static void free(Lease lease) {
        try {
            lease.free();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "{0} could not be given back: {1}", lease.toString(), Foreign.report(e));
        }
    }

    /** Ends, after a last look at what was found. Waits for the thread within the deadline. */
    void end(Deadline deadline) {
        Thread ending;
        synchronized (this) {
            ended = true;
            ending = thread;
        }
        end.enqueue();
        if (ending != null && ending != Thread.currentThread()) {
            try {
                ending.join(Math.max(1, deadline.remainingMillis()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
