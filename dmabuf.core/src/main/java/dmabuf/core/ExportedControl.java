package dmabuf.core;

import dmabuf.api.BufferId;
import dmabuf.api.DmaBufException;
import dmabuf.api.Lifetime;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.spi.BufferControl;
import java.time.Duration;

/** A buffer in the hands of its exporter. Is no user of it: after the last one, nothing is left to be done. */
final class ExportedControl implements BufferControl {

    private final BufferBody body;

    ExportedControl(BufferBody body) {
        this.body = body;
    }

    @Override
    public long size() {
        return body.facts().size();
    }

    @Override
    public BufferId id() {
        return body.facts().id();
    }

    @Override
    public boolean invalidate(Duration patience) {
        Deadline deadline = Deadline.in(patience);
        body.reservation().checkNotHeld("invalidate", body);
        if (!body.acquire()) {
            return true;
        }
        try {
            return RevokeSequence.run(body, deadline);
        } finally {
            body.release();
        }
    }

    @Override
    public void restore() {
        Reservation reservation = body.reservation();
        reservation.lock("restore", body);
        try {
            if (!body.isRevoked()) {
                reservation.restore();
            }
        } finally {
            reservation.unlock();
        }
    }

    @Override
    public void revoke() {
        if (body.facts().lifetime() != Lifetime.DEVICE_BOUND) {
            throw new DmaBufException(
                    Errno.EINVAL, "revoke", body.toString(), "it is " + body.facts().lifetime().property() + ": its memory stays");
        }
        body.revoke();
    }

    @Override
    public String toString() {
        return body.toString();
    }
}
