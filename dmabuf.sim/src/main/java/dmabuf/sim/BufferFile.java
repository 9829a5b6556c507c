package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A dma-buf: the file operations of {@code drivers/dma-buf/dma-buf.c} in Linux 6.12, over memory that some device of the simulation has
 * provided. Its pages are coherent and nobody but the CPU uses them, so beginning and ending access only checks what it is given, and
 * the buffer is always idle.
 */
final class BufferFile extends SimulatedFile {

    private static final int MAP_TYPE = 0xf;
    private static final int MAP_SHARED_VALIDATE = 3;
    private static final long SYNC_FILE_SIZE = 8;
    private static final long SYNC_FILE_FD = 4;
    private static final int EINVAL = -Errno.EINVAL.number();
    private static final int EFAULT = -Errno.EFAULT.number();
    private static final int ENOTTY = -Errno.ENOTTY.number();

    /** The addresses that a process has, {@code TASK_SIZE} of x86-64. */
    private static final long ADDRESS_SPACE = (1L << 47) - MappedMemory.PAGE_SIZE;

    private final Backing backing;
    private final String exporter;
    private volatile String name = "";

    /** Takes the memory over, once this returns. The buffer has one user, the token. */
    BufferFile(LinuxSyscalls linux, Descriptors descriptors, int token, Backing backing, String exporter) {
        super(linux, descriptors, token);
        this.backing = backing;
        this.exporter = exporter;
    }

    Backing backing() {
        return backing;
    }

    SimulatedBuffer describe() {
        return new SimulatedBuffer(identity().inode(), backing.size(), exporter, name);
    }

    @Override
    void release() {
        backing.close();
    }

    @Override
    int accessMode() {
        return Posix.O_RDWR;
    }

    @Override
    int ioctl(long request, MemorySegment argument) {
        if (request == DmaBufIoctl.SYNC) {
            return sync(argument.address());
        }
        if (request == DmaBufIoctl.SET_NAME_A || request == DmaBufIoctl.SET_NAME_B) {
            name = CallerMemory.string(argument.address(), DmaBufIoctl.NAME_LEN);
            return 0;
        }
        if (request == DmaBufIoctl.EXPORT_SYNC_FILE) {
            return exportSyncFile(argument.address());
        }
        return request == DmaBufIoctl.IMPORT_SYNC_FILE ? importSyncFile(argument.address()) : ENOTTY;
    }

    /** Needs no balance: ending what was never begun is allowed, as it is on a real udmabuf of Linux 6.12. */
    private static int sync(long argument) {
        MemorySegment word = CallerMemory.word(argument);
        if (word == null) {
            return EFAULT;
        }
        long flags = word.get(ValueLayout.JAVA_LONG, 0);
        boolean valid = (flags & ~DmaBufIoctl.SYNC_VALID_FLAGS_MASK) == 0 && (flags & DmaBufIoctl.SYNC_RW) != 0;
        return valid ? 0 : EINVAL;
    }

    /** Nobody uses an idle buffer, so what is exported has happened already. */
    private int exportSyncFile(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = syncFileArgument(argument, arena);
            int fd = SyncFile.open(linux, descriptors, SyncFile.IDLE);
            struct.set(ValueLayout.JAVA_INT, SYNC_FILE_FD, fd);
            if (UserMemory.copyTo(argument, struct) < 0) {
                descriptors.close(fd, linux::close);
                return EFAULT;
            }
            return 0;
        }
    }

    /** Every sync file of this kernel is signalled, and a signalled fence adds nothing to wait for. */
    private int importSyncFile(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            int fd = syncFileArgument(argument, arena).get(ValueLayout.JAVA_INT, SYNC_FILE_FD);
            SimulatedFile file = descriptors.find(fd);
            if (file == null) {
                return EINVAL;
            }
            boolean fence = file instanceof SyncFile;
            file.leave();
            return fence ? 0 : EINVAL;
        }
    }

    /** Both structs are a u32 of flags, which are checked, and a descriptor. */
    private static MemorySegment syncFileArgument(long argument, Arena arena) {
        MemorySegment struct = CallerMemory.struct(argument, SYNC_FILE_SIZE, arena);
        int flags = struct.get(ValueLayout.JAVA_INT, 0);
        if ((flags & ~DmaBufIoctl.SYNC_RW) != 0 || flags == 0) {
            throw new KernelError(Errno.EINVAL);
        }
        return struct;
    }

    /** The checks of {@code do_mmap}, {@code dma_buf_mmap_internal} and {@code mmap_udmabuf}, in their order. */
    @Override
    long mmap(long address, long length, int protection, int flags, long offset) {
        if (offset % MappedMemory.PAGE_SIZE != 0 || length == 0) {
            return EINVAL;
        }
        if (length < 0 || length > ADDRESS_SPACE) {
            return -Errno.ENOMEM.number();
        }
        long whole = MappedMemory.roundUp(length);
        int type = flags & MAP_TYPE;
        boolean within = offset >= 0 && offset <= backing.size() && whole <= backing.size() - offset;
        boolean shared = type == Posix.MAP_SHARED || type == MAP_SHARED_VALIDATE;
        if (!within || !shared) {
            return EINVAL;
        }
        return new BufferMapping(linux, protection, flags).map(backing.extents(), address, offset, whole);
    }

    /** {@code dma_buf_llseek}: the size can be asked, and nothing else. */
    @Override
    long lseek(long offset, int whence) {
        if (offset != 0) {
            return EINVAL;
        }
        return switch (whence) {
            case Posix.SEEK_END -> backing.size();
            case Posix.SEEK_SET -> 0;
            default -> EINVAL;
        };
    }

    /** {@code dma_buf_poll} knows reading and writing, and an idle buffer is ready for both. */
    @Override
    int poll(int fd, int events, int timeoutMillis) {
        return super.poll(fd, events & (Posix.POLLIN | Posix.POLLOUT), timeoutMillis);
    }
}
