package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.UserMemory;
import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A group with one mediated device, {@code drivers/vfio/group.c} of Linux 6.12: open once, in one container, and as long as the device is.
 *
 * <p>Thread-safe. Descriptors are made and files released without its lock.
 */
final class VfioGroup implements DeviceFile.Requests {

    private static final int EINVAL = -Errno.EINVAL.number();

    private final LinuxSyscalls linux;
    private final Descriptors descriptors;
    private final VfioDriver driver;
    private final String device;

    /** The open file of the group, counted by its descriptors' file and by each open device. */
    private int users;
    private int devices;
    private VfioContainer container;

    VfioGroup(LinuxSyscalls linux, Descriptors descriptors, VfioDriver driver, String device) {
        this.linux = linux;
        this.descriptors = descriptors;
        this.driver = driver;
        this.device = device;
    }

    VfioDriver driver() {
        return driver;
    }

    /** {@code vfio_group_fops_open}. */
    synchronized void open() {
        if (users != 0) {
            throw new KernelError(Errno.EBUSY);
        }
        users = 1;
    }

    /** The group's own file is closed, or one of the device is, which keeps the group open. */
    synchronized void close() {
        users--;
        if (users == 0 && container != null) {
            container.detach();
            container = null;
        }
    }

    @Override
    public int ioctl(long request, MemorySegment argument) {
        if (request == VfioIoctl.GROUP_GET_STATUS) {
            return status(argument.address());
        }
        if (request == VfioIoctl.GROUP_SET_CONTAINER) {
            return setContainer(argument.address());
        }
        if (request == VfioIoctl.GROUP_UNSET_CONTAINER) {
            return unsetContainer();
        }
        return request == VfioIoctl.GROUP_GET_DEVICE_FD ? openDevice(argument.address()) : -Errno.ENOTTY.number();
    }

    private int status(long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = CallerMemory.struct(argument, VfioUapi.STATUS_SIZE, arena);
            if (Integer.compareUnsigned(status.get(JAVA_INT, 0), VfioUapi.STATUS_SIZE) < 0) {
                return EINVAL;
            }
            synchronized (this) {
                int inContainer = container == null ? 0 : VfioIoctl.GROUP_FLAGS_CONTAINER_SET;
                status.set(JAVA_INT, VfioUapi.STATUS_FLAGS, VfioIoctl.GROUP_FLAGS_VIABLE | inContainer);
            }
            return UserMemory.copyTo(argument, status);
        }
    }

    private int setContainer(long argument) {
        int fd;
        try (Arena arena = Arena.ofConfined()) {
            fd = CallerMemory.struct(argument, Integer.BYTES, arena).get(JAVA_INT, 0);
        }
        SimulatedFile file = descriptors.find(fd);
        if (file == null && linux.fcntl(fd, Posix.F_GETFD, 0) < 0) {
            return -Errno.EBADF.number();
        }
        try {
            synchronized (this) {
                if (container != null) {
                    return EINVAL;
                }
                if (!(file instanceof VfioContainerNode.File opened)) {
                    return -Errno.EBADFD.number();
                }
                container = opened.container();
                container.attach();
                return 0;
            }
        } finally {
            if (file != null) {
                file.leave();
            }
        }
    }

    private synchronized int unsetContainer() {
        if (container == null) {
            return EINVAL;
        }
        if (devices != 0) {
            return -Errno.EBUSY.number();
        }
        container.detach();
        container = null;
        return 0;
    }

    private int openDevice(long argument) {
        if (!CallerMemory.string(argument, (int) MappedMemory.PAGE_SIZE).equals(device)) {
            return -Errno.ENODEV.number();
        }
        useDevice();
        try {
            return descriptors.open(linux, "vfio-device", 0, token -> new VfioDeviceFile(linux, descriptors, token, this));
        } catch (RuntimeException e) {
            closeDevice();
            throw e;
        }
    }

    /** {@code vfio_df_group_open}: an open device keeps the group open, and in its container. */
    private synchronized void useDevice() {
        if (container == null || !container.hasIommu()) {
            throw new KernelError(Errno.EINVAL);
        }
        devices++;
        users++;
    }

    /** With the last of the device's files the driver forgets what it was doing. */
    void closeDevice() {
        synchronized (this) {
            devices--;
            if (devices == 0) {
                driver.closed();
            }
        }
        close();
    }
}
