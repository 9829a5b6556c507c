package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SharedExtents.Parts;
import java.util.List;

/** Makes dma-bufs and gives them descriptors: what {@code dma_buf_export} and {@code dma_buf_fd} are to drivers. */
final class BufferFactory {

    private static final int SEALS = Posix.F_SEAL_SEAL | Posix.F_SEAL_SHRINK | Posix.F_SEAL_GROW;

    private final LinuxSyscalls linux;
    private final Descriptors descriptors;
    private final Waits waits;

    BufferFactory(LinuxSyscalls linux, Descriptors descriptors, Waits waits) {
        this.linux = linux;
        this.descriptors = descriptors;
        this.waits = waits;
    }

    LinuxSyscalls linux() {
        return linux;
    }

    Waits waits() {
        return waits;
    }

    Descriptors descriptors() {
        return descriptors;
    }

    /** The pages that a range of memory lies in, which begins with a page. */
    static List<Extent> part(Backing memory, long offset, long size) {
        Extent whole = memory.extents().getFirst();
        return List.of(new Extent(whole.memfd(), whole.offset() + offset, MappedMemory.roundUp(size)));
    }

    /** Makes a buffer of pieces of memfds, and gives its first descriptor. On failure nothing is left open. */
    int export(BufferExport export, List<Extent> pieces, boolean closeOnExec) {
        return export(export, pieces, pieces.stream().mapToLong(Extent::length).sum(), closeOnExec);
    }

    /** The same, of a buffer that may end within its last page. */
    int export(BufferExport export, List<Extent> pieces, long size, boolean closeOnExec) {
        Backing backing = Backing.hold(linux, descriptors, pieces, export.isReadOnly());
        try {
            int fd = descriptors.open(
                    linux, export.exporter(), size, token -> new BufferFile(linux, descriptors, token, backing, size, export));
            if (!closeOnExec) {
                linux.fcntl(fd, Posix.F_SETFD, 0);
            }
            return fd;
        } catch (RuntimeException e) {
            backing.close();
            throw e;
        }
    }

    /** Makes a buffer of new memory, zeroed, and gives its first descriptor. On failure nothing is left open. */
    int export(BufferExport export, long size, boolean closeOnExec) {
        int memfd = allocate(export.exporter(), size);
        try {
            return export(export, List.of(new Extent(memfd, 0, size)), closeOnExec);
        } finally {
            linux.close(memfd);
        }
    }

    /** Gives new memory, zeroed, for a driver to keep. */
    Backing memory(String owner, long size) {
        int memfd = allocate(owner, size);
        try {
            return Backing.hold(linux, descriptors, List.of(new Extent(memfd, 0, size)), false);
        } finally {
            linux.close(memfd);
        }
    }

    /** Pages come when they are touched. Nobody can seal or resize them, since no caller ever had them. */
    private int allocate(String owner, long size) {
        int memfd = KernelError.check(linux.memfdCreate(Token.LABEL + owner + "-memory", Posix.MFD_ALLOW_SEALING));
        try {
            KernelError.check(linux.ftruncate(memfd, size));
            KernelError.check(linux.fcntl(memfd, Posix.F_ADD_SEALS, SEALS));
            return memfd;
        } catch (RuntimeException e) {
            linux.close(memfd);
            throw e;
        }
    }

    /**
     * Puts a buffer together that another process took apart. Takes the token over if it succeeds. One at a time, since two descriptors of
     * one token that arrive at once are one buffer. What it may be mapped for shows in how its memfds are open.
     */
    synchronized int assemble(Parts parts) {
        Token.check(linux, parts.token(), parts.size());
        int accessMode = accessMode(parts);
        Backing backing = Backing.hold(linux, descriptors, parts.extents(), accessMode == Posix.O_RDONLY);
        try {
            if (backing.size() != MappedMemory.roundUp(parts.size())) {
                throw new KernelError(Errno.EINVAL);
            }
            SimulatedFile known = descriptors.sameFile(Descriptors.status(parts.token(), Errno.EBADF));
            if (known != null && known.enter()) {
                return comeBack(known, parts.token(), backing);
            }
            BufferExport export = BufferExport.of("import", accessMode, DriverRules.UDMABUF, waits);
            descriptors.install(parts.token(), new BufferFile(
                    linux, descriptors, parts.token(), backing, parts.size(), export));
            return parts.token();
        } catch (RuntimeException e) {
            backing.close();
            throw e;
        }
    }

    private int accessMode(Parts parts) {
        boolean readOnly = parts.extents().stream().anyMatch(extent -> {
            int flags = linux.fcntl(extent.memfd(), Posix.F_GETFL, 0);
            return flags >= 0 && (flags & Posix.O_ACCMODE) == Posix.O_RDONLY;
        });
        return readOnly ? Posix.O_RDONLY : Posix.O_RDWR;
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
