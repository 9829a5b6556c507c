package dmabuf.linux;

import dmabuf.fd.Kernel;
import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The system calls that a kernel must answer for dma-bufs to work, and no more. A service for each kernel, real or simulated.
 *
 * <p>Every call answers a result of 0 or more, or a negated errno; none throws for what the kernel refuses. Descriptors are plain numbers
 * here: {@link dmabuf.fd.Fd#adopt} makes them owned. A call that a signal interrupts answers {@code -EINTR} as the kernel does, save where
 * the method says otherwise.
 *
 * <p>Thread-safe. Native segments that are passed in stay alive during the call.
 */
@ProviderType
public interface Syscalls extends Kernel {

    /**
     * Opens a file or a device node, as open(2) with O_CLOEXEC added. Restarted on EINTR.
     *
     * @param path the absolute path
     * @param flags {@code O_RDWR} and the like, of {@link Posix}
     * @return a descriptor, or a negated errno: ENOENT, EACCES, ENXIO, EMFILE; EINVAL for a path with a NUL in it
     */
    int open(String path, int flags);

    /**
     * Speaks to a driver, as ioctl(2). Not restarted: see {@link Ioctl#restarting}.
     *
     * @param fd a descriptor
     * @param request the request number, as {@link Ioctl} encodes it
     * @param argument the struct, or an address in a segment of size 0; {@link MemorySegment#NULL} for none
     * @return what the driver returns, or a negated errno: EBADF, ENOTTY, EFAULT, and the driver's own
     */
    int ioctl(int fd, long request, MemorySegment argument);

    /**
     * Maps memory, as mmap(2).
     *
     * @param address where, or 0 for anywhere
     * @param length how much, in bytes
     * @param protection {@code PROT_READ} and the like
     * @param flags {@code MAP_SHARED} and the like
     * @param fd what to map, or -1 with {@code MAP_ANONYMOUS}
     * @param offset where in the file, a multiple of the page size
     * @return the address, or a negated errno: EINVAL, EACCES, ENOMEM, EOVERFLOW, ENODEV
     */
    long mmap(long address, long length, int protection, int flags, int fd, long offset);

    /**
     * Unmaps memory, as munmap(2).
     *
     * @param address where
     * @param length how much
     * @return 0, or a negated errno: EINVAL
     */
    int munmap(long address, long length);

    /**
     * Makes a file in memory, as memfd_create(2) with MFD_CLOEXEC added.
     *
     * @param name a name for {@code /proc/PID/maps}
     * @param flags {@code MFD_ALLOW_SEALING} and the like
     * @return a descriptor, or a negated errno: EINVAL, EMFILE, ENOMEM
     */
    int memfdCreate(String name, int flags);

    /**
     * Manipulates a descriptor, as fcntl(2) with an integer argument.
     *
     * @param fd a descriptor
     * @param command {@code F_ADD_SEALS} and the like
     * @param argument the command's argument, 0 for none
     * @return the command's result, or a negated errno
     */
    int fcntl(int fd, int command, long argument);

    /**
     * Sets the size of a file, as ftruncate(2).
     *
     * @param fd a descriptor
     * @param length the new size in bytes
     * @return 0, or a negated errno: EINVAL, EPERM for a sealed memfd
     */
    int ftruncate(int fd, long length);

    /**
     * Moves or asks the position, as lseek(2). The portable way to learn the size of a dma-buf is {@code (0, SEEK_END)}.
     *
     * @param fd a descriptor
     * @param offset relative to {@code whence}
     * @param whence {@code SEEK_SET} and the like
     * @return the position, or a negated errno: EINVAL for anything else on a dma-buf
     */
    long lseek(int fd, long offset, int whence);

    /**
     * Reads bytes, as read(2).
     *
     * @param fd a descriptor
     * @param buffer where to put them, native memory
     * @return how many, or a negated errno
     */
    long read(int fd, MemorySegment buffer);

    /**
     * Writes bytes, as write(2).
     *
     * @param fd a descriptor
     * @param buffer what to write, native memory
     * @return how many, or a negated errno
     */
    long write(int fd, MemorySegment buffer);

    /**
     * Reads bytes at an offset and leaves the position alone, as pread(2). What a VFIO device has that cannot be mapped is read so.
     *
     * @param fd a descriptor
     * @param buffer where to put them, native memory
     * @param offset where in the file, in bytes
     * @return how many, or a negated errno: EINVAL for a negative offset, ESPIPE for what has no offsets, a dma-buf among it
     */
    long pread(int fd, MemorySegment buffer, long offset);

    /**
     * Writes bytes at an offset and leaves the position alone, as pwrite(2).
     *
     * @param fd a descriptor
     * @param buffer what to write, native memory
     * @param offset where in the file, in bytes
     * @return how many, or a negated errno: EINVAL for a negative offset, ESPIPE for what has no offsets, a dma-buf among it
     */
    long pwrite(int fd, MemorySegment buffer, long offset);

    /**
     * Waits for one descriptor, as poll(2).
     *
     * @param fd a descriptor
     * @param events {@code POLLIN} and the like
     * @param timeoutMillis how long at most, in milliseconds; 0 to look, -1 for ever
     * @return the events that are there, 0 when the time is over, or a negated errno
     */
    int poll(int fd, int events, int timeoutMillis);

    /**
     * Duplicates a descriptor, as fcntl(2) with F_DUPFD_CLOEXEC.
     *
     * @param fd a descriptor
     * @return a new one for the same file, or a negated errno: EBADF, EMFILE
     */
    default int dup(int fd) {
        return fcntl(fd, Posix.F_DUPFD_CLOEXEC, 0);
    }

    /**
     * Gives the device nodes of this kernel.
     *
     * @return the same object every time
     */
    Devices devices();
}
