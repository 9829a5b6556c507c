package dmabuf.core;

import dmabuf.linux.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The gate that every call of an exporter passes: who is inside, and whether more may come. Passing it, and shutting it, is one
 * compare-and-set, so that no call slips in unseen; a monitor is only used to wake who waits for the last to come out.
 */
final class CallGate {

    /** What becomes of an exporter, from top to bottom. */
    enum Phase {
        /** Calls come and go. */
        ACTIVE,
        /** No new call; those inside are waited for. */
        DRAINING,
        /** Nobody waits any more. A call that is still inside is on its own. */
        GONE
    }

    /** @param inside the threads of the calls in flight; one that calls from within a call is there twice */
    private record State(Phase phase, List<Thread> inside) {

        State with(Thread caller) {
            List<Thread> more = new ArrayList<>(inside.size() + 1);
            more.addAll(inside);
            more.add(caller);
            return new State(phase, more);
        }

        State without(Thread caller) {
            List<Thread> fewer = new ArrayList<>(inside);
            fewer.remove(caller);
            return new State(phase, fewer);
        }

        State in(Phase next) {
            return new State(next, inside);
        }
    }

    private final AtomicReference<State> state = new AtomicReference<>(new State(Phase.ACTIVE, List.of()));
    private final Object exits = new Object();

    Phase phase() {
        return state.get().phase;
    }

    boolean isActive() {
        return phase() == Phase.ACTIVE;
    }

    /** Lets the calling thread in, unless the gate is shut. Whoever is let in calls {@link #exit}. */
    boolean enter() {
        Thread caller = Thread.currentThread();
        for (State now = state.get(); now.phase == Phase.ACTIVE; now = state.get()) {
            if (state.compareAndSet(now, now.with(caller))) {
                return true;
            }
        }
        return false;
    }

    void exit() {
        Thread caller = Thread.currentThread();
        State left = state.updateAndGet(now -> now.without(caller));
        if (left.phase != Phase.ACTIVE) {
            wake();
        }
    }

    /** Shuts the gate. */
    void drain() {
        state.updateAndGet(now -> now.phase == Phase.ACTIVE ? now.in(Phase.DRAINING) : now);
    }

    /** Ends the waiting. True for the one call that did it. */
    boolean end() {
        boolean ended = state.getAndUpdate(now -> now.in(Phase.GONE)).phase != Phase.GONE;
        wake();
        return ended;
    }

    private void wake() {
        synchronized (exits) {
            exits.notifyAll();
        }
    }

    /**
     * Waits for the calls of other threads: one of the calling thread's own could only return after this does. Goes on waiting when
     * interrupted, since the time is short, and keeps the interrupt for later.
     *
     * @return the threads that are still inside at the end; empty when all came out
     */
    List<Thread> awaitOthers(Deadline deadline) {
        boolean interrupted = false;
        try {
            synchronized (exits) {
                while (true) {
                    State now = state.get();
                    List<Thread> others = others(now);
                    if (others.isEmpty() || now.phase == Phase.GONE || deadline.isOver()) {
                        return others;
                    }
                    try {
                        exits.wait(deadline.remainingMillis());
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<Thread> others(State now) {
        Thread self = Thread.currentThread();
        return now.inside.stream().filter(thread -> thread != self).distinct().toList();
    }
}
