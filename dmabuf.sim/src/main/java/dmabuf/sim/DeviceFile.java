package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
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
