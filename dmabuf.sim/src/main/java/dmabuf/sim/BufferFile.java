package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
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
        // EXPORT_SYNC_FILE and IMPORT_SYNC_FILE among them: this kernel is one without CONFIG_SYNC_FILE.
        return ENOTTY;
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
