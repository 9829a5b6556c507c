package dmabuf.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * The fences of a buffer, {@code struct dma_resv}: who still writes it and who still reads it. Who reads must wait for the writers, and who
 * writes must wait for everybody.
 *
 * <p>Thread-safe. Asking an idle buffer takes no lock and allocates nothing.
 */
final class Reservation {

    private record Use(Fence fence, boolean writes) {}

    private static final Use[] NONE = {};

    private final Waits waits;
    private volatile Use[] uses = NONE;

    Reservation(Waits waits) {
        this.waits = waits;
    }

    /**
     * Adds fences, and drops those that were signalled meanwhile. No fence replaces another; one that is there already takes over the new
     * use, unless the old one is in the way of more ({@code dma_resv_add_fence}).
     */
    synchronized void add(List<Fence> fences, boolean write) {
        List<Use> now = new ArrayList<>();
        for (Use use : uses) {
            boolean again = (write || !use.writes()) && fences.contains(use.fence());
            if (!use.fence().isSignalled() && !again) {
                now.add(use);
            }
        }
        for (Fence fence : fences) {
            if (!fence.isSignalled()) {
                now.add(new Use(fence, write));
            }
        }
        uses = now.isEmpty() ? NONE : now.toArray(Use[]::new);
    }

    /** Tells whether there is nothing to wait for before a read, or before a write. */
    boolean isIdle(boolean write) {
        for (Use use : uses) {
            if ((write || use.writes()) && !use.fence().isSignalled()) {
                return false;
            }
        }
        return true;
    }

    /** The fences that a read, or a write, has to wait for now. */
    List<Fence> pending(boolean write) {
        List<Fence> pending = new ArrayList<>();
        for (Use use : uses) {
            if ((write || use.writes()) && !use.fence().isSignalled()) {
                pending.add(use.fence());
            }
        }
        return pending;
    }

    /** Waits until a read, or a write, can begin: 0, or {@code -EINTR}. */
    int await(boolean write) {
        return isIdle(write) ? 0 : waits.until(() -> isIdle(write), Waits.NO_LIMIT);
    }

    /** Waits until one of two things can begin; answers as {@link Waits#until}. */
    int awaitEither(boolean read, boolean write, long millis) {
        return waits.until(() -> read && isIdle(false) || write && isIdle(true), millis);
    }
}
