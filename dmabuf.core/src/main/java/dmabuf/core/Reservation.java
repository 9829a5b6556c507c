package dmabuf.core;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What attachments and maps of one buffer share: its reservation lock, and what that guards. Made for the first who needs it, so that a
 * buffer that is only mapped by the CPU costs nothing more, and takes no lock.
 *
 * <p>The lock is held for bookkeeping, and around those callbacks of the exporter that Linux enters with it. It is never held while an
 * importer is called, nor around anything else of the exporter's, and no other lock of the core is taken under it.
 */
final class Reservation {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<BufferAttachment> attachments = new LinkedHashSet<>();
    private final VmapCount vmap;

    /** Written under the lock. */
    private volatile boolean invalidated;

    /** How often the memory was taken away. Guarded by the lock. */
    private int invalidations;

    Reservation(BufferBody body) {
        vmap = new VmapCount(body, this);
    }

    /**
     * Takes the lock.
     *
     * @throws DmaBufException EDEADLK when the calling thread has it: a callback of the exporter's calls what waits for that callback
     */
    void lock(String operation, Object subject) {
        checkNotHeld(operation, subject);
        lock.lock();
    }

    void checkNotHeld(String operation, Object subject) {
        if (lock.isHeldByCurrentThread()) {
            throw deadlock(operation, subject);
        }
    }

    static DmaBufException deadlock(String operation, Object subject) {
        return new DmaBufException(Errno.EDEADLK, operation, subject.toString(), "called from within a callback that it would wait for");
    }

    void unlock() {
        lock.unlock();
    }

    /** Gives the lock back until something has changed. */
    void awaitChange() {
        changed.awaitUninterruptibly();
    }

    /** Wakes who waits for a change. Called under the lock. */
    void changed() {
        changed.signalAll();
    }

    /** Waits, under the lock. Goes on waiting when interrupted, since there is a deadline, and keeps the interrupt for later. */
    boolean await(BooleanSupplier condition, Deadline deadline) {
        boolean interrupted = false;
        try {
            while (!condition.getAsBoolean()) {
                if (deadline.isOver()) {
                    return false;
                }
                try {
                    int millis = deadline.remainingMillis();
                    changed.await(millis < 0 ? Integer.MAX_VALUE : millis, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Under the lock. */
    void add(BufferAttachment attachment) {
        attachments.add(attachment);
    }

    /** Under the lock. */
    void remove(BufferAttachment attachment) {
        attachments.remove(attachment);
        changed();
    }

    /** A snapshot. Under the lock. */
    List<BufferAttachment> attachments() {
        return List.copyOf(attachments);
    }

    boolean isInvalidated() {
        return invalidated;
    }

    /** The memory is away from now on. Under the lock. */
    void invalidate() {
        invalidated = true;
        invalidations++;
    }

    /** The memory is there again. Under the lock. */
    void restore() {
        invalidated = false;
    }

    /** Tells one time in which the memory is there from another. Under the lock. */
    int invalidations() {
        return invalidations;
    }

    VmapCount vmap() {
        return vmap;
    }
}
