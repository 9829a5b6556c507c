package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A reference of the kernel's own on a dma-buf, from which new descriptors can be made. Counted: the descriptor behind it is closed when
 * the last user has given it back.
 */
final class HeldBuffer {

    private final LinuxSyscalls linux;
    private final Descriptors descriptors;
    private final BufferFile buffer;
    private final int fd;
    private final AtomicInteger users = new AtomicInteger(1);

    private HeldBuffer(LinuxSyscalls linux, Descriptors descriptors, BufferFile buffer, int fd) {
        this.linux = linux;
        this.descriptors = descriptors;
        this.buffer = buffer;
        this.fd = fd;
    }

    /** Holds the buffer behind a caller's descriptor, which is in use by the caller; EBADF when that has just been closed. */
    static HeldBuffer of(LinuxSyscalls linux, Descriptors descriptors, BufferFile buffer, int fd) {
        int mine = KernelError.check(linux.dup(fd));
        if (!buffer.identity().isOf(mine)) {
            linux.close(mine);
            throw new KernelError(Errno.EBADF);
        }
        descriptors.share(mine, buffer);
        return new HeldBuffer(linux, descriptors, buffer, mine);
    }

    /** Takes over the first descriptor of a new buffer. */
    static HeldBuffer adopt(LinuxSyscalls linux, Descriptors descriptors, int fd) {
        BufferFile buffer = (BufferFile) descriptors.enter(fd);
        try {
            return new HeldBuffer(linux, descriptors, buffer, fd);
        } finally {
            buffer.leave();
        }
    }

    BufferFile buffer() {
        return buffer;
    }

    /** Begins a use. The caller sees to it that there is one already. */
    HeldBuffer get() {
        users.incrementAndGet();
        return this;
    }

    /** Ends a use. Not to be called with a lock held. */
    void put() {
        if (users.decrementAndGet() == 0) {
            descriptors.close(fd, linux::close);
        }
    }

    /** Makes a descriptor for a caller. */
    int newDescriptor(boolean closeOnExec) {
        int copy = KernelError.check(linux.fcntl(fd, closeOnExec ? Posix.F_DUPFD_CLOEXEC : Posix.F_DUPFD, 0));
        descriptors.share(copy, buffer);
        return copy;
    }
}
