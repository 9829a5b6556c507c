package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.FileStatus;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;

/**
 * The real descriptor that stands for a simulated file. It is an empty memfd, sealed against every change and opened for writing only: so
 * it has an inode of its own and the right size, and whoever uses it without the simulation finds that it cannot be mapped, read, written
 * or resized, and that it knows no ioctl.
 */
final class Token {

    /** What all of a token's names in {@code /proc/self/fd} begin with. */
    static final String LABEL = "dmabuf-sim:";

    private static final int SEALS = Posix.F_SEAL_SEAL | Posix.F_SEAL_SHRINK | Posix.F_SEAL_GROW | Posix.F_SEAL_WRITE;

    private Token() {}

    /** Makes a token. The caller closes it; on failure nothing is left open. */
    static int create(LinuxSyscalls linux, String name, long size) {
        int memfd = KernelError.check(linux.memfdCreate(LABEL + name, Posix.MFD_ALLOW_SEALING));
        try {
            KernelError.check(linux.ftruncate(memfd, size));
            KernelError.check(linux.fcntl(memfd, Posix.F_ADD_SEALS, SEALS));
            return KernelError.check(linux.open("/proc/self/fd/" + memfd, Posix.O_WRONLY));
        } finally {
            linux.close(memfd);
        }
    }

    /** Checks that a descriptor from elsewhere is a token for a buffer of this size: EBADF when it is not open, EINVAL when it is not. */
    static void check(LinuxSyscalls linux, int fd, long size) {
        FileStatus status = Descriptors.status(fd, Errno.EBADF);
        int seals = linux.fcntl(fd, Posix.F_GET_SEALS, 0);
        int flags = KernelError.check(linux.fcntl(fd, Posix.F_GETFL, 0));
        boolean sealed = seals >= 0 && (seals & SEALS) == SEALS;
        if (!status.isRegular() || !sealed || (flags & Posix.O_ACCMODE) != Posix.O_WRONLY || status.size() != size) {
            throw new KernelError(Errno.EINVAL);
        }
    }
}
