package dmabuf.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Devices;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;

/**
 * The system calls of the real kernel, with memfds for dma-bufs on a machine that has none: {@code DMA_BUF_IOCTL_SYNC} becomes
 * {@code FIOCLEX}, which every descriptor answers with 0 as quickly as the kernel can, and {@code UDMABUF_CREATE} a duplicate of the memfd.
 * All other calls are what they are. So a measurement contains a real entry into the kernel for each that a dma-buf would need, and C can make
 * the very same ones. Thread-safe.
 */
public final class StandInKernel implements Syscalls {

    /** What stands in for {@code DMA_BUF_IOCTL_SYNC}: sets a flag that is set already. */
    public static final long FIOCLEX = 0x5451;

    private static final long UDMABUF_CREATE = 0x40187542L;
    private static final String UDMABUF = "/dev/udmabuf";

    private final LinuxSyscalls linux = new LinuxSyscalls();

    /** Needs nothing. */
    public StandInKernel() {}

    @Override
    public KernelKind kind() {
        return linux.kind();
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        if (request == DmaBufIoctl.SYNC) {
            return (argument.get(JAVA_LONG, 0) & ~DmaBufIoctl.SYNC_VALID_FLAGS_MASK) != 0
                    ? -Errno.EINVAL.number() : linux.ioctl(fd, FIOCLEX, MemorySegment.NULL);
        }
        if (request == UDMABUF_CREATE) {
            return dup(argument.get(JAVA_INT, 0));
        }
        return linux.ioctl(fd, request == DmaBufIoctl.SET_NAME_B ? FIOCLEX : request, argument);
    }

    @Override
    public int open(String path, int flags) {
        return linux.open(path.equals(UDMABUF) ? "/dev/null" : path, flags);
    }

    @Override
    public int close(int fd) {
        return linux.close(fd);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return linux.mmap(address, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return linux.munmap(address, length);
    }

    @Override
    public int memfdCreate(String name, int flags) {
        return linux.memfdCreate(name, flags);
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        return linux.fcntl(fd, command, argument);
    }

    @Override
    public int ftruncate(int fd, long length) {
        return linux.ftruncate(fd, length);
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        return linux.lseek(fd, offset, whence);
    }

    @Override
    public long read(int fd, MemorySegment buffer) {
        return linux.read(fd, buffer);
    }

    @Override
    public long write(int fd, MemorySegment buffer) {
        return linux.write(fd, buffer);
    }

    @Override
    public long pread(int fd, MemorySegment buffer, long offset) {
        return linux.pread(fd, buffer, offset);
    }

    @Override
    public long pwrite(int fd, MemorySegment buffer, long offset) {
        return linux.pwrite(fd, buffer, offset);
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        return linux.poll(fd, events, timeoutMillis);
    }

    @Override
    public Devices devices() {
        return linux.devices();
    }
}
