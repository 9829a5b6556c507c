package dmabuf.core;

import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferId;
import dmabuf.api.BufferRevokedException;
import dmabuf.api.Direction;
import dmabuf.api.DmaBufException;
import dmabuf.api.ImporterDevice;
import dmabuf.api.ImporterOps;
import dmabuf.api.MemoryKind;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import dmabuf.spi.BufferCallback;
import java.lang.ref.WeakReference;

/**
 * A device on a buffer: {@code struct dma_buf_attachment}. Uses the buffer until it is closed. What is mapped and pinned is guarded by the
 * reservation lock; who makes or takes back a mapping has the turn.
 *
 * <p>The importer has it as an {@link AttachmentHandle}, to which nothing leads from here, so that it is found when it is lost.
 */
final class BufferAttachment {

    private static final System.Logger LOG = System.getLogger(BufferAttachment.class.getName());

    private final BufferBody body;
    private final Reservation reservation;
    private final AttachedDevice seen;
    private final WeakReference<AttachmentHandle> handle;
    private final AttachmentLease lease;

    private final Turn turn = new Turn();
    private AttachmentMapping mapped;
    private int maps;
    private int pins;
    private boolean closed;

    /** Begins, not attached yet. */
    BufferAttachment(BufferBody body, AttachmentHandle handle, ImporterDevice device, ImporterOps importer) {
        this.body = body;
        this.reservation = body.reservation();
        this.handle = new WeakReference<>(handle);
        this.lease = new AttachmentLease(handle, this, body);
        boolean dynamic = importer != null;
        this.seen = new AttachedDevice(
                body.control(),
                String.valueOf(device.name()),
                dynamic,
                dynamic && importer.revocable(),
                dynamic && device.reachesIoMemory());
    }

    /** Attaches. The caller is a user of the buffer; the attachment becomes one of its own. */
    void attach() {
        askExporter();
        body.acquire(); // Cannot fail: the caller is a user.
        body.add(lease);
        reservation.lock("attach", body);
        try {
            reservation.add(this);
        } finally {
            reservation.unlock();
        }
    }

    private void askExporter() {
        ExporterOps ops = body.ops();
        if (ops != null && ops.has(BufferCallback.ATTACH)) {
            ops.askTo(BufferCallback.ATTACH, each -> each.attach(seen));
        } else if (body.facts().policy().memory() == MemoryKind.IO && !isPeerToPeer()) {
            throw refused(Errno.EOPNOTSUPP, "attach", "it is I/O memory, which only a dynamic importer can have whose device reaches it");
        }
    }

    BufferId buffer() {
        return body.facts().id();
    }

    boolean isDynamic() {
        return seen.isDynamic();
    }

    boolean isPeerToPeer() {
        return seen.isPeerToPeer();
    }

    boolean isInvalidated() {
        return reservation.isInvalidated();
    }

    ScatterList map(ImporterDevice device, Direction direction) {
        if (direction == null) {
            throw refused(Errno.EINVAL, "map", "a mapping has a direction");
        }
        int seenInvalidations;
        reservation.lock("map", this);
        try {
            awaitTurn("map");
            if (isInvalidated()) {
                throw away();
            }
            if (mapped != null) {
                return share(direction);
            }
            seenInvalidations = reservation.invalidations();
            turn.take();
        } finally {
            reservation.unlock();
        }
        AttachmentMapping made = null;
        boolean kept = false;
        try {
            made = AttachmentMapping.make(body, seen, device, direction);
            kept = keep(made, seenInvalidations);
        } finally {
            if (!kept) {
                takeBack(made);
            }
        }
        if (!kept) {
            throw away();
        }
        return made.list();
    }

    /** Waits for the turn, and sees whether the attachment is still there. Under the lock. */
    private void awaitTurn(String operation) {
        turn.await(reservation, operation, this);
        if (closed) {
            throw new BufferClosedException(operation, toString());
        }
    }

    private ScatterList share(Direction direction) {
        if (!mapped.direction().serves(direction)) {
            throw refused(Errno.EBUSY, "map", "it is mapped " + mapped.direction() + " already, asked for is " + direction
                    + "; unmap it first, or map it BIDIRECTIONAL in the first place");
        }
        maps++;
        return mapped.list();
    }

    /** Ends the turn with a mapping, unless the memory has gone meanwhile. */
    private boolean keep(AttachmentMapping made, int seenInvalidations) {
        reservation.lock("map", this);
        try {
            if (reservation.invalidations() != seenInvalidations) {
                return false;
            }
            mapped = made;
            maps = 1;
            turn.end(reservation);
            return true;
        } finally {
            reservation.unlock();
        }
    }

    /** Ends the turn without a mapping. */
    private void takeBack(AttachmentMapping last) {
        try {
            if (last != null) {
                last.takeBack();
            }
        } finally {
            reservation.lock("unmap", this);
            turn.end(reservation);
            reservation.unlock();
        }
    }

    void unmap(ScatterList list) {
        if (list == null) {
            throw refused(Errno.EINVAL, "unmap", "there is no list");
        }
        AttachmentMapping last;
        reservation.lock("unmap", this);
        try {
            awaitTurn("unmap");
            if (mapped == null || maps == 0 || mapped.list() != list) {
                throw refused(Errno.EINVAL, "unmap", "it is not mapped at " + list);
            }
            maps--;
            if (maps > 0 || isKept()) {
                return;
            }
            last = begunToUnmap();
        } finally {
            reservation.unlock();
        }
        takeBack(last);
    }

    private boolean isKept() {
        return body.ops() != null && body.ops().cachesMappings() && !isInvalidated();
    }

    private AttachmentMapping begunToUnmap() {
        AttachmentMapping last = mapped;
        mapped = null;
        maps = 0;
        turn.take();
        return last;
    }

    /** Unmaps what is only kept, and not given out. */
    void dropIdle() {
        AttachmentMapping idle;
        reservation.lock("unmap", this);
        try {
            if (turn.isTaken() || mapped == null || maps > 0) {
                return; // Who has the turn sees by itself that the memory is going.
            }
            idle = begunToUnmap();
        } finally {
            reservation.unlock();
        }
        takeBack(idle);
    }

    /** Tells whether the device has nothing of the buffer. Under the lock. */
    boolean isUnmapped() {
        return mapped == null && !turn.isTaken();
    }

    /** Tells the importer, if it is one that can be told. With no lock held. */
    void tellInvalidated() {
        AttachmentHandle told = handle.get();
        if (!isDynamic() || told == null || isClosed()) {
            return;
        }
        try {
            told.invalidated();
        } catch (RuntimeException | Error e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the importer {0} failed when it was told to let go of {1}: {2}",
                    seen.toString(),
                    body.toString(),
                    Foreign.report(e));
        }
    }

    private boolean isClosed() {
        reservation.lock("invalidate", this);
        try {
            return closed;
        } finally {
            reservation.unlock();
        }
    }

    void pin() {
        if (!isDynamic()) {
            throw refused(Errno.EINVAL, "pin", "only a dynamic importer can pin");
        }
        reservation.lock("pin", this);
        try {
            awaitTurn("pin");
            ExporterOps ops = body.ops();
            if (ops != null && ops.has(BufferCallback.PIN)) {
                ops.askTo(BufferCallback.PIN, each -> each.pin(seen));
            }
            pins++;
        } finally {
            reservation.unlock();
        }
    }

    void unpin() {
        reservation.lock("unpin", this);
        try {
            awaitTurn("unpin");
            if (pins == 0) {
                throw refused(Errno.EINVAL, "unpin", "it is not pinned");
            }
            unpinOnce();
        } finally {
            reservation.unlock();
        }
    }

    private void unpinOnce() {
        pins--;
        if (body.ops() != null) {
            body.ops().tell(BufferCallback.UNPIN, each -> each.unpin(seen));
        }
    }

    void close() {
        AttachmentMapping last;
        reservation.lock("detach", this);
        try {
            turn.await(reservation, "detach", this);
            if (closed) {
                return;
            }
            closed = true;
            last = begunToUnmap();
        } finally {
            reservation.unlock();
        }
        lease.end();
        body.remove(lease);
        try {
            takeBack(last);
        } finally {
            unlist();
            if (body.ops() != null) {
                body.ops().tell(BufferCallback.DETACH, each -> each.detach(seen));
            }
            body.release();
        }
    }

    private void unlist() {
        reservation.lock("detach", this);
        try {
            while (pins > 0) {
                unpinOnce();
            }
            reservation.remove(this);
        } finally {
            reservation.unlock();
        }
    }

    private DmaBufException away() {
        if (body.isRevoked()) {
            return new BufferRevokedException("map", toString());
        }
        return refused(Errno.ENODEV, "map", "its memory is being moved or taken away; map it again when the exporter has it back");
    }

    private DmaBufException refused(Errno errno, String operation, String why) {
        return new DmaBufException(errno, operation, toString(), why);
    }

    /** Says who is attached to what, for messages. */
    @Override
    public String toString() {
        return seen + " on " + body;
    }
}
