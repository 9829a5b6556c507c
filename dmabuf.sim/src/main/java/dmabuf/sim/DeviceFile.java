package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/** An open device node of a driver that has nothing but ioctls. */
final class DeviceFile extends SimulatedFile {

    private final SimulatedDevice device;
    private final BooleanSupplier plugged;
    private final int accessMode;

    DeviceFile(
            LinuxSyscalls linux, Descriptors descriptors, int token, SimulatedDevice device, BooleanSupplier plugged, int accessMode) {
        super(linux, descriptors, token);
        this.device = device;
        this.plugged = plugged;
        this.accessMode = accessMode;
    }

    @Override
    void release() {
        // The driver keeps nothing for an open file.
    }

    @Override
    int accessMode() {
        return accessMode;
    }

    /** What open(2) gave shows in full, O_LARGEFILE among it. */
    @Override
    int fcntl(int fd, int command, long argument) {
        int result = super.fcntl(fd, command, argument);
        return command == Posix.F_GETFL && result >= 0 ? linux.fcntl(fd, command, 0) & ~Posix.O_ACCMODE | accessMode : result;
    }

    @Override
    int ioctl(long request, MemorySegment argument) {
        return plugged.getAsBoolean() ? device.ioctl(request, argument) : -Errno.ENODEV.number();
    }

    @Override
    long mmap(long address, long length, int protection, int flags, long offset) {
        return -Errno.ENODEV.number();
    }

    @Override
    long lseek(long offset, int whence) {
        return -Errno.ESPIPE.number();
    }
}
