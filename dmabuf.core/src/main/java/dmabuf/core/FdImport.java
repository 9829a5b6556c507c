package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.BufferId;
import dmabuf.api.DmaBufException;
import dmabuf.api.Lifetime;
import dmabuf.api.MmapPolicy;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import java.util.List;
import java.util.Set;

/**
 * Makes a buffer of a descriptor that came from anywhere. Mirrors {@code dma_buf_get}, and takes one thing more: a memfd that can never
 * shrink, which is as safe to map as a dma-buf is. Any other file could be truncated by whoever gave it, and reading the mapping would
 * then kill the process with SIGBUS.
 *
 * <p>Behind a memfd there is no dma-buf to take {@code DMA_BUF_IOCTL_SYNC}, and no device that could need it: processes of one machine see
 * each other's writes to shared memory. So a CPU-access scope on one issues nothing, whatever the policy says; the policy stays as it was
 * declared, since it speaks to whoever may pass the memory on to a device.
 */
final class FdImport {

    private static final int TYPE_MASK = 0xf000;
    private static final int NO_TYPE = 0;
    private static final int NOT_WRITABLE = Posix.F_SEAL_WRITE | Posix.F_SEAL_FUTURE_WRITE;

    private final Syscalls kernel;
    private final Fd fd;
    private final FileStatus status;

    private FdImport(Syscalls kernel, Fd fd) {
        this.kernel = kernel;
        this.fd = fd;
        this.status = FileStatus.of(fd.number());
    }

    /**
     * Takes the descriptor over and closes it when it is refused.
     *
     * @return the buffer, with its first handle still to be taken
     * @throws DmaBufException EINVAL, and what would do
     * @throws IllegalStateException when the descriptor is closed
     */
    static BufferBody take(Fd given, MmapPolicy policy, Census census) {
        Fd fd = Descriptors.take(given);
        boolean taken = false;
        try {
            if (!(fd.kernel() instanceof Syscalls kernel)) {
                throw refused(fd, "its kernel answers no system calls");
            }
            BufferBody.Facts facts = new FdImport(kernel, fd).facts(policy);
            BufferBody body = new BufferBody(census, new Descriptors(fd, Set.of()), facts, null);
            census.add(body, "", () -> true);
            taken = true;
            return body;
        } finally {
            if (!taken) {
                fd.close();
            }
        }
    }

    private BufferBody.Facts facts(MmapPolicy policy) {
        // A dma-buf is a file without a type, or a regular one on kernels since 6.16. Nothing else is spoken to: an ioctl that a stranger's
        // device happens to know could do anything.
        boolean candidate = status.isRegular() || (status.mode() & TYPE_MASK) == NO_TYPE;
        if (candidate && DmaBufCalls.isDmaBuf(kernel, fd.number())) {
            long size = SyscallResult.check(kernel.lseek(fd.number(), 0, Posix.SEEK_END), "lseek", fd.toString());
            return facts(size, narrowed(policy, openMode(), 0), Backing.DMA_BUF);
        }
        int seals = status.isRegular() ? kernel.fcntl(fd.number(), Posix.F_GET_SEALS, 0) : -1;
        if (seals < 0) {
            throw refused(fd, "it is neither a dma-buf nor a memfd");
        }
        if ((seals & Posix.F_SEAL_SHRINK) == 0) {
            // Files of tmpfs have seals too, of which F_SEAL_SEAL says that there will be no more.
            String cure = (seals & Posix.F_SEAL_SEAL) == 0
                    ? "seal it with F_SEAL_SHRINK first"
                    : "it takes no seals, so make a memfd with MFD_ALLOW_SEALING, and seal that with F_SEAL_SHRINK";
            throw refused(fd, "it is a memfd, or a file of tmpfs, that its giver could truncate; " + cure);
        }
        int mode = openMode();
        if (mode == Posix.O_WRONLY) {
            throw refused(fd, "it is a memfd opened for writing only, which nobody can map");
        }
        return facts(status.size(), narrowed(policy, mode, seals), Backing.MEMFD);
    }

    private BufferBody.Facts facts(long size, MmapPolicy policy, Backing backing) {
        if (size <= 0) {
            throw refused(fd, "it is empty");
        }
        BufferId id = new BufferId(status.device(), status.inode());
        // Nobody says whose dma-buf it is, and some drivers map parts wrong (MappingPlan.wholeOnly).
        List<OwnedMode> modes = List.of(OwnedMode.ofBuffer(fd, policy, backing.isDmaBuf()));
        return new BufferBody.Facts(size, id, modes, backing, "imported", BufferBody.IMPORTED, Lifetime.SELF_CONTAINED);
    }

    private int openMode() {
        return SyscallResult.check(kernel.fcntl(fd.number(), Posix.F_GETFL, 0), "F_GETFL", fd::toString) & Posix.O_ACCMODE;
    }

    /** A descriptor that is open for reading only, or sealed against writing, permits no more than reading, whoever says otherwise. */
    private static MmapPolicy narrowed(MmapPolicy policy, int mode, int seals) {
        boolean readOnly = mode == Posix.O_RDONLY || (seals & NOT_WRITABLE) != 0;
        return readOnly && policy.access().permits(Access.READ) ? policy.withAccess(Access.READ) : policy;
    }

    private static DmaBufException refused(Fd fd, String why) {
        return new DmaBufException(Errno.EINVAL, "importFd", fd.toString(), why);
    }
}
