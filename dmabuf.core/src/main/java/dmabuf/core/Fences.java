package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.api.Fence;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.FdWaiter;
import dmabuf.linux.FileStatus;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;

/**
 * Fences of buffers, and what waits for them. One for each core, so that a core that stops ends the waits of its own fences and no others.
 * The list of those that were given out and are not closed.
 *
 * <p>Whoever calls with a buffer is a user of it.
 */
final class Fences extends LeaseList implements AutoCloseable {

    private static final int TYPE_MASK = 0xf000;
    private static final int NO_TYPE = 0;
    private static final int REGULAR = 0x8000;
    private static final int FIFO = 0x1000;

    private final FdWaiter waiter = new FdWaiter("dmabuf-fences");
    private final LeakWatch leaks;

    Fences(LeakWatch leaks) {
        this.leaks = leaks;
    }

    FdWaiter waiter() {
        return waiter;
    }

    LeakWatch leaks() {
        return leaks;
    }

    /** Gives what an access has to wait for now. */
    Fence export(BufferBody buffer, Access access) {
        int result = snapshot(buffer, access);
        if (result < 0) {
            Errno errno = Errno.ofResult(result);
            throw new DmaBufException(errno, "DMA_BUF_IOCTL_EXPORT_SYNC_FILE", buffer + ", to " + access, hint(buffer, errno));
        }
        return SyncFence.givenOut(this, Fd.adopt(result, buffer.kernel()));
    }

    private static int snapshot(BufferBody buffer, Access access) {
        return buffer.facts().dmaBuf() ? SyncFileCalls.export(buffer.kernel(), buffer.fd(), access) : -Errno.ENOTTY.number();
    }

    private static String hint(BufferBody buffer, Errno errno) {
        if (errno != Errno.ENOTTY) {
            return null;
        }
        return buffer.facts().dmaBuf()
                ? "this kernel has no sync files for dma-bufs, which came with Linux 6.0 and CONFIG_SYNC_FILE"
                : buffer.facts().backing().words();
    }

    /** Has accesses wait for a fence, besides what they wait for already. */
    void attach(BufferBody buffer, Fence fence, Access access) {
        int result = SyncFence.withDescriptor(fence, "DMA_BUF_IOCTL_IMPORT_SYNC_FILE", fd -> buffer.facts().dmaBuf()
                ? SyncFileCalls.attach(buffer.kernel(), buffer.fd(), fd, access)
                : -Errno.ENOTTY.number());
        if (result < 0) {
            Errno errno = Errno.ofResult(result);
            String why = errno == Errno.EINVAL ? "the fence is of another kernel than the buffer" : hint(buffer, errno);
            throw new DmaBufException(errno, "DMA_BUF_IOCTL_IMPORT_SYNC_FILE", buffer + ", " + fence + ", to " + access, why);
        }
    }

    /** Tells whether an access would not have to wait. */
    static boolean isReady(BufferBody buffer, Access access) {
        return !buffer.facts().dmaBuf() || Polling.isReady(buffer.kernel(), buffer.fd(), events(access));
    }

    private static int events(Access access) {
        return access.writes() ? Posix.POLLOUT : Posix.POLLIN;
    }

    /**
     * Waits until an access would not have to. What there is to wait for is taken as a fence, as often as there is more: so the wait can be
     * interrupted at once, and is possible for simulated buffers, which the real epoll knows nothing of.
     */
    boolean awaitReady(BufferBody buffer, Access access, Deadline deadline) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        while (!isReady(buffer, access)) {
            if (deadline.isOver()) {
                return false;
            }
            int snapshot = snapshot(buffer, access);
            if (snapshot < 0) {
                return awaitAlone(buffer, access, deadline); // An old kernel, or no descriptor left.
            }
            try (SyncFence fence = SyncFence.own(this, Fd.adopt(snapshot, buffer.kernel()))) {
                fence.await(deadline);
            }
        }
        return true;
    }

    private static boolean awaitAlone(BufferBody buffer, Access access, Deadline deadline) throws InterruptedException {
        while (!Polling.awaitSlice(buffer.kernel(), buffer.fd(), events(access), deadline)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (deadline.isOver()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Makes a fence of a sync file from elsewhere. Takes it over, and closes it when it is refused.
     *
     * @throws DmaBufException EINVAL
     * @throws IllegalStateException when the descriptor is closed
     */
    Fence take(Fd given) {
        Fd fd = Descriptors.take(given);
        boolean taken = false;
        try {
            if (!(fd.kernel() instanceof Syscalls kernel) || !isCandidate(fd) || !SyncFileCalls.isSyncFile(kernel, fd.number())) {
                throw new DmaBufException(Errno.EINVAL, "fenceOf", fd.toString(), "it is no sync file");
            }
            leaks.begin();
            Fence fence = SyncFence.givenOut(this, fd);
            taken = true;
            return fence;
        } finally {
            if (!taken) {
                fd.close();
            }
        }
    }

    /**
     * A sync file is a file without a type, a regular one on kernels to come, or the simulation's pipe. Nothing else is spoken to: an ioctl
     * that a stranger's device happens to know could do anything.
     */
    private static boolean isCandidate(Fd fd) {
        int type = FileStatus.of(fd.number()).mode() & TYPE_MASK;
        return type == NO_TYPE || type == REGULAR || type == FIFO;
    }

    /** Ends every wait with ECANCELED, and the thread that serves them. Fences stay usable until they are closed. */
    @Override
    public void close() {
        waiter.close();
    }
}
