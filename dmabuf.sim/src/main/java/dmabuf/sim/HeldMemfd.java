package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.FileStatus;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;

/**
 * A memfd that a buffer keeps: a descriptor of its own, open for what the buffer may be used for whatever the caller's was, and a mapping
 * that nobody looks at. The mapping could be made writable, and so the kernel refuses {@code F_SEAL_WRITE} with EBUSY to everybody for as
 * long as the buffer is there, as it does while a udmabuf has the pages pinned.
 */
final class HeldMemfd implements AutoCloseable {

    private static final int DENIED = Posix.F_SEAL_WRITE | Posix.F_SEAL_FUTURE_WRITE;
    private static final int EPERM = -Errno.EPERM.number();

    private final LinuxSyscalls linux;
    private final int fd;
    private final FileStatus status;
    private final long pin;

    private HeldMemfd(LinuxSyscalls linux, int fd, FileStatus status, long pin) {
        this.linux = linux;
        this.fd = fd;
        this.status = status;
        this.pin = pin;
    }

    /** Checks a caller's descriptor as {@code check_memfd_seals} does, and gives its status. */
    static FileStatus check(LinuxSyscalls linux, Descriptors descriptors, int fd) {
        FileStatus status = Descriptors.status(fd, Errno.EBADFD);
        int seals = linux.fcntl(fd, Posix.F_GET_SEALS, 0);
        if (seals < 0 || descriptors.sameFile(status) != null) {
            throw new KernelError(Errno.EBADFD); // Only memory files have seals, and a token is one only underneath.
        }
        if ((seals & Posix.F_SEAL_SHRINK) == 0 || (seals & DENIED) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        return status;
    }

    /** Takes hold of a caller's memfd. */
    static HeldMemfd hold(LinuxSyscalls linux, Descriptors descriptors, int memfd, boolean readOnly) {
        int fd = reopen(linux, memfd, readOnly ? Posix.O_RDONLY : Posix.O_RDWR);
        long pin = EPERM;
        try {
            FileStatus status = Descriptors.status(fd, Errno.EBADFD);
            pin = linux.mmap(0, pinLength(status), Posix.PROT_NONE, Posix.MAP_SHARED | Posix.MAP_NORESERVE, fd, 0);
            if (pin == EPERM) {
                throw new KernelError(Errno.EINVAL); // Sealed against writing.
            }
            if (SyscallResult.isError(pin)) {
                throw new KernelError(Errno.ofResult(pin));
            }
            // Seals that came before the mapping are seen here; those that come after it are refused.
            return new HeldMemfd(linux, fd, check(linux, descriptors, fd), pin);
        } catch (RuntimeException e) {
            if (!SyscallResult.isError(pin)) {
                linux.munmap(pin, pinLength(Descriptors.status(fd, Errno.EBADFD)));
            }
            linux.close(fd);
            throw e;
        }
    }

    /** What a buffer may be mapped for is the buffer's affair, however the memfd was opened. */
    private static int reopen(LinuxSyscalls linux, int memfd, int accessMode) {
        int flags = linux.fcntl(memfd, Posix.F_GETFL, 0);
        if (flags < 0) {
            throw new KernelError(Errno.EBADFD);
        }
        return KernelError.check((flags & Posix.O_ACCMODE) == accessMode
                ? linux.dup(memfd)
                : linux.open("/proc/self/fd/" + memfd, accessMode));
    }

    /** One page of the file, which may be a huge one. */
    private static long pinLength(FileStatus status) {
        return Math.max(MappedMemory.PAGE_SIZE, status.blockSize());
    }

    int fd() {
        return fd;
    }

    FileStatus status() {
        return status;
    }

    @Override
    public void close() {
        linux.munmap(pin, pinLength(status));
        linux.close(fd);
    }
}
