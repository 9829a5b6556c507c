package dmabuf.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.PhantomReference;

/**
 * Something that was given out and has to come back: the core's own record of it, which outlives the object that the caller was given. When
 * that object can no longer be reached, and was not closed, the {@link LeakWatch} finds this. It is the reference itself, so that a lease
 * costs no second object; a phantom one, so that nothing can bring the object back after that.
 */
abstract class Lease extends PhantomReference<Object> {

    private static final VarHandle ENDED;
    private static final VarHandle TRACE;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ENDED = lookup.findVarHandle(Lease.class, "ended", boolean.class);
            TRACE = lookup.findVarHandle(Lease.class, "trace", Trace.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Both are guarded by the {@link LeaseList} that it is in. */
    Lease next;

    Lease previous;

    private volatile boolean ended;

    /** Null unless something was made while traces were kept. */
    private volatile Trace trace;

    /**
     * Begins a lease.
     *
     * @param given what the caller has to close; nothing that is kept may refer to it
     */
    Lease(Object given, LeakWatch watch) {
        super(given, watch.queue());
        if (watch.isTracing()) {
            trace = new Trace(Trace.here());
        }
    }

    /** Ends the lease. True for the one call that did. */
    final boolean end() {
        return ENDED.compareAndSet(this, false, true);
    }

    /** Takes back that it has ended, since it could not be given back yet. Only by the one who ended it. */
    final void resume() {
        ended = false;
    }

    final boolean isEnded() {
        return ended;
    }

    /** What is known of where it was made; null for nothing. */
    final Trace trace() {
        return trace;
    }

    /** The same, made when there is none. */
    final Trace ownTrace() {
        if (trace == null) {
            TRACE.compareAndSet(this, null, new Trace(null));
        }
        return trace;
    }

    /** Says what it is, for messages. */
    @Override
    public abstract String toString();

    /** Says in what state it is, and whose, in words that follow its name; empty for nothing. */
    abstract String provenance();

    /** Says what becomes of it when nobody can close it any more. */
    abstract String fate();

    /** Gives back what nobody can close any more. Called once, by who has ended it, with no lock held. May call the exporter. */
    abstract void free();
}
