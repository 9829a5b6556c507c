package dmabuf.linux;

import dmabuf.fd.KernelKind;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Another kernel's answers to every call. To be extended by what stands in front of a kernel and has a word of its own on a few calls: it
 * overrides those, and asks {@code super} for what the kernel says. {@link #dup} goes by way of this {@link #fcntl}, so that whoever
 * overrides the latter sees both.
 *
 * <p>What has to see every call implements {@link Syscalls} itself: then the compiler tells when there is one more.
 *
 * <p>As thread-safe as the kernel behind. Has nothing to close.
 */
@ConsumerType
public abstract class ForwardingSyscalls implements Syscalls {

    private final Syscalls kernel;

    /**
     * Stands in front of a kernel.
     *
     * @param kernel who answers; stays the caller's
     */
    protected ForwardingSyscalls(Syscalls kernel) {
        this.kernel = Objects.requireNonNull(kernel, "kernel");
    }

    @Override
    public KernelKind kind() {
        return kernel.kind();
    }

    @Override
    public int close(int fd) {
        return kernel.close(fd);
    }

    @Override
    public int open(String path, int flags) {
        return kernel.open(path, flags);
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        return kernel.ioctl(fd, request, argument);
    }

    @Override
    public long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return kernel.mmap(address, length, protection, flags, fd, offset);
    }

    @Override
    public int munmap(long address, long length) {
        return kernel.munmap(address, length);
    }

    @Override
    public int memfdCreate(String name, int flags) {
        return kernel.memfdCreate(name, flags);
    }

    @Override
    public int fcntl(int fd, int command, long argument) {
        return kernel.fcntl(fd, command, argument);
    }

    @Override
    public int ftruncate(int fd, long length) {
        return kernel.ftruncate(fd, length);
    }

    @Override
    public long lseek(int fd, long offset, int whence) {
        return kernel.lseek(fd, offset, whence);
    }

    @Override
    public long read(int fd, MemorySegment buffer) {
        return kernel.read(fd, buffer);
    }

    @Override
    public long write(int fd, MemorySegment buffer) {
        return kernel.write(fd, buffer);
    }

    @Override
    public long pread(int fd, MemorySegment buffer, long offset) {
        return kernel.pread(fd, buffer, offset);
    }

    @Override
    public long pwrite(int fd, MemorySegment buffer, long offset) {
        return kernel.pwrite(fd, buffer, offset);
    }

    @Override
    public int poll(int fd, int events, int timeoutMillis) {
        return kernel.poll(fd, events, timeoutMillis);
    }

    @Override
    public Devices devices() {
        return kernel.devices();
    }
}
