package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.FileStatus;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An open file of the simulated kernel: its {@code file_operations}, and a count of its users, which are its descriptors and the calls
 * under way. When the last one leaves, it is released.
 */
abstract class SimulatedFile {

    private static final VarHandle USERS;
    private static final int O_APPEND = 0x400;
    /** The status flags that can be changed of an open file. */
    static final int SETTABLE = Posix.O_NONBLOCK | O_APPEND;

    static {
        try {
            USERS = MethodHandles.lookup().findVarHandle(SimulatedFile.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final LinuxSyscalls linux;
    final Descriptors descriptors;
    private final FileStatus identity;
    private volatile int users = 1;

    /** Makes a file with one user: the token, which is to be installed as its first descriptor. */
    SimulatedFile(LinuxSyscalls linux, Descriptors descriptors, int token) {
        this.linux = linux;
        this.descriptors = descriptors;
        this.identity = Descriptors.status(token, Errno.EBADF);
    }

    /** The token's status: its inode is the file's identity. */
    final FileStatus identity() {
        return identity;
    }

    /** Begins a use, unless the file is being released already. */
    final boolean enter() {
        int current;
        do {
            current = users;
            if (current == 0) {
                return false;
            }
        } while (!USERS.compareAndSet(this, current, current + 1));
        return true;
    }

    /** Ends a use. */
    final void leave() {
        if ((int) USERS.getAndAdd(this, -1) == 1) {
            descriptors.released(this);
            release();
        }
    }

    /** Frees what the file holds. Called once, with no lock held. */
    abstract void release();

    /** The access mode it was opened with: one of three, or the 3 that stands for neither reading nor writing. */
    abstract int accessMode();

    static boolean isReadable(int accessMode) {
        return accessMode == Posix.O_RDONLY || accessMode == Posix.O_RDWR;
    }

    static boolean isWritable(int accessMode) {
        return accessMode == Posix.O_WRONLY || accessMode == Posix.O_RDWR;
    }

    abstract int ioctl(long request, MemorySegment argument);

    abstract long mmap(long address, long length, int protection, int flags, long offset);

    abstract long lseek(long offset, int whence);

    /** A file without a read operation. */
    long read(MemorySegment buffer) {
        return -(isReadable(accessMode()) ? Errno.EINVAL : Errno.EBADF).number();
    }

    /** A file without a write operation. */
    long write(MemorySegment buffer) {
        return -(isWritable(accessMode()) ? Errno.EINVAL : Errno.EBADF).number();
    }

    /** A file without a name of its own (anon_inode) has no offsets, unless its driver says that it has. */
    long pread(MemorySegment buffer, long offset) {
        return -Errno.ESPIPE.number();
    }

    /** As {@link #pread}. */
    long pwrite(MemorySegment buffer, long offset) {
        return -Errno.ESPIPE.number();
    }

    /** A file that is neither regular nor a folder. */
    int ftruncate() {
        return -Errno.EINVAL.number();
    }

    /** Readiness is the token's, which is a regular file and so always ready. */
    int poll(int fd, int events, int timeoutMillis) {
        return linux.poll(fd, events, timeoutMillis);
    }

    /** What belongs to the descriptor or to the open file is the token's; what belongs to a memfd is refused. */
    int fcntl(int fd, int command, long argument) {
        return switch (command) {
            case Posix.F_DUPFD, Posix.F_DUPFD_CLOEXEC -> {
                int copy = linux.fcntl(fd, command, argument);
                if (copy >= 0) {
                    descriptors.share(copy, this);
                }
                yield copy;
            }
            case Posix.F_GETFL -> {
                int flags = linux.fcntl(fd, command, 0);
                yield flags < 0 ? flags : flags & SETTABLE | accessMode();
            }
            case Posix.F_SETFL -> linux.fcntl(fd, command, argument & SETTABLE);
            case Posix.F_ADD_SEALS, Posix.F_GET_SEALS -> -Errno.EINVAL.number();
            default -> linux.fcntl(fd, command, argument);
        };
    }
}
