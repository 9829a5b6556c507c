package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/** An open device node of a driver that has nothing but ioctls; and what those that have more begin with. */
class DeviceFile extends SimulatedFile {

    /** The requests of a driver. The answer is a result or a negated errno; a {@link KernelError} is answered as its errno. */
    @FunctionalInterface
    interface Requests {
        int ioctl(long request, MemorySegment argument);
    }

    private final Requests requests;
    private final BooleanSupplier plugged;
    private final int accessMode;

    DeviceFile(DeviceOpening opening, Requests requests) {
        super(opening.linux(), opening.descriptors(), opening.token());
        this.requests = requests;
        this.plugged = opening.plugged();
        this.accessMode = opening.accessMode();
    }

    final boolean isPlugged() {
        return plugged.getAsBoolean();
    }

    @Override
    void release() {
        // The driver keeps nothing for an open file.
    }

    @Override
    final int accessMode() {
        return accessMode;
    }

    /** What open(2) gave shows in full, O_LARGEFILE among it. */
    @Override
    int fcntl(int fd, int command, long argument) {
        int result = super.fcntl(fd, command, argument);
        return command == Posix.F_GETFL && result >= 0 ? linux.fcntl(fd, command, 0) & ~Posix.O_ACCMODE | accessMode : result;
    }

    @Override
    final int ioctl(long request, MemorySegment argument) {
        return isPlugged() ? requests.ioctl(request, argument) : -Errno.ENODEV.number();
    }

    @Override
    long mmap(long address, long length, int protection, int flags, long offset) {
        return -Errno.ENODEV.number();
    }

    /** Every open node has offsets. A driver that reads at all does not look at them. */
    @Override
    long pread(MemorySegment buffer, long offset) {
        return read(buffer);
    }

    @Override
    long pwrite(MemorySegment buffer, long offset) {
        return write(buffer);
    }

    @Override
    long lseek(long offset, int whence) {
        return -Errno.ESPIPE.number();
    }
}
