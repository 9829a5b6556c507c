package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SharedExtents.Parts;
import java.util.List;

/** Makes dma-bufs and gives them descriptors: what {@code dma_buf_export} and {@code dma_buf_fd} are to drivers. */
final class BufferFactory {

    private final LinuxSyscalls linux;
    private final Descriptors descriptors;

    BufferFactory(LinuxSyscalls linux, Descriptors descriptors) {
        this.linux = linux;
        this.descriptors = descriptors;
    }

    /** Makes a buffer of pieces of a caller's memfds, and gives its first descriptor. On failure nothing is left open. */
    int create(String exporter, List<Extent> pieces, boolean closeOnExec) {
        Backing backing = Backing.hold(linux, descriptors, pieces);
        try {
            int fd = descriptors.open(
                    linux, exporter, backing.size(), token -> new BufferFile(linux, descriptors, token, backing, exporter));
            if (!closeOnExec) {
                linux.fcntl(fd, Posix.F_SETFD, 0);
            }
            return fd;
        } catch (RuntimeException e) {
            backing.close();
            throw e;
        }
    }

    /**
     * Puts a buffer together that another process took apart. Takes the token over if it succeeds. One at a time, since two descriptors of
     * one token that arrive at once are one buffer.
     */
    synchronized int assemble(Parts parts) {
        Token.check(linux, parts.token(), parts.size());
        Backing backing = Backing.hold(linux, descriptors, parts.extents());
        try {
            if (backing.size() != parts.size()) {
                throw new KernelError(Errno.EINVAL);
            }
            SimulatedFile known = descriptors.sameFile(Descriptors.status(parts.token(), Errno.EBADF));
            if (known != null && known.enter()) {
                return comeBack(known, parts.token(), backing);
            }
            BufferFile buffer = new BufferFile(linux, descriptors, parts.token(), backing, "import");
            descriptors.install(parts.token(), buffer);
            return parts.token();
        } catch (RuntimeException e) {
            backing.close();
            throw e;
        }
    }

    /** A buffer that is here already arrives again: one more descriptor of the same, if it is the same. */
    private int comeBack(SimulatedFile known, int token, Backing backing) {
        try {
            if (!(known instanceof BufferFile buffer) || !buffer.backing().sameAs(backing)) {
                throw new KernelError(Errno.EINVAL);
            }
            descriptors.share(token, known);
            backing.close();
            return token;
        } finally {
            known.leave();
        }
    }
}
