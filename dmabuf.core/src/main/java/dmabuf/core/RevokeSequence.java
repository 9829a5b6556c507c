package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.linux.Deadline;
import java.util.List;

/**
 * Takes the memory of a buffer away from importers, in the order that Linux documents for {@code dma_buf_invalidate_mappings}: lock, mark
 * revoked, invalidate, wait for fences, unlock, wait until all have unmapped. Other than there the lock is only held for the marking, since
 * importers are foreign code: who was about to map meanwhile sees the mark before the mapping counts.
 */
final class RevokeSequence {

    private static final System.Logger LOG = System.getLogger(RevokeSequence.class.getName());

    private final BufferBody body;
    private final Reservation reservation;
    private final Deadline deadline;

    private RevokeSequence(BufferBody body, Deadline deadline) {
        this.body = body;
        this.reservation = body.reservation();
        this.deadline = deadline;
    }

    /** Runs it. The caller is a user of the buffer. True when nobody has it mapped, and no device is at work on it. */
    static boolean run(BufferBody body, Deadline deadline) {
        return new RevokeSequence(body, deadline).run();
    }

    private boolean run() {
        List<BufferAttachment> attached = mark();
        body.voidMmapInfo();
        attached.forEach(BufferAttachment::tellInvalidated);
        attached.forEach(BufferAttachment::dropIdle);
        boolean idle = awaitFences();
        return awaitUnmapped() && idle;
    }

    private List<BufferAttachment> mark() {
        reservation.lock("invalidate", body);
        try {
            reservation.invalidate();
            return reservation.attachments();
        } finally {
            reservation.unlock();
        }
    }

    /** Goes on waiting when interrupted, since there is a deadline, and keeps the interrupt for later. */
    private boolean awaitFences() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return body.fences().awaitReady(body, Access.READ_WRITE, deadline);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (DmaBufException e) {
            LOG.log(System.Logger.Level.WARNING, "the fences of {0} cannot be waited for: {1}", body.toString(), e.getMessage());
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean awaitUnmapped() {
        reservation.lock("invalidate", body);
        try {
            return reservation.await(
                    () -> reservation.attachments().stream().allMatch(BufferAttachment::isUnmapped), deadline);
        } finally {
            reservation.unlock();
        }
    }
}
