package dmabuf.tck.exporter;

import dmabuf.api.BufferId;
import dmabuf.linux.FileStatus;
import dmabuf.spi.BufferControl;
import java.time.Duration;

/** What an exporter's callbacks are given in place of the core's: it knows the buffer, and nobody has it mapped. */
final class Custody implements BufferControl {

    private final long size;
    private final BufferId id;

    Custody(long size, FileStatus identity) {
        this.size = size;
        this.id = new BufferId(identity.device(), identity.inode());
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public BufferId id() {
        return id;
    }

    @Override
    public boolean invalidate(Duration patience) {
        return true;
    }

    @Override
    public void restore() {
        // Nobody was told that it is away.
    }

    @Override
    public void revoke() {
        // Nobody has it mapped: there is nothing to take away.
    }
}
