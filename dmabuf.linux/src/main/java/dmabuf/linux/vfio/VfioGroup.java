package dmabuf.linux.vfio;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceNode;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A group in a container with an IOMMU of type 1, from which devices can be opened: the way of {@code drivers/vfio/group.c}. One process
 * can have a group open, once. Owns both descriptors.
 */
final class VfioGroup implements AutoCloseable {

    static final int STATUS_SIZE = 8;
    static final int STATUS_FLAGS = 4;

    private final Syscalls kernel;
    private final String node;
    private final Fd container;
    private final Fd group;

    private VfioGroup(Syscalls kernel, String node, Fd container, Fd group) {
        this.kernel = kernel;
        this.node = node;
        this.container = container;
        this.group = group;
    }

    static VfioGroup open(Syscalls kernel, String node) {
        Fd container = DeviceNode.open(kernel, VfioNodes.CONTAINER, Posix.O_RDWR, "load the module vfio: sudo modprobe vfio_iommu_type1");
        try {
            checkContainer(kernel, container);
            Fd group = openGroup(kernel, node);
            try {
                VfioGroup opened = new VfioGroup(kernel, node, container, group);
                opened.checkViable();
                opened.enterContainer();
                return opened;
            } catch (RuntimeException e) {
                group.close();
                throw e;
            }
        } catch (RuntimeException e) {
            container.close();
            throw e;
        }
    }

    private static void checkContainer(Syscalls kernel, Fd container) {
        int version = check(Ioctl.restarting(kernel, container.number(), VfioIoctl.GET_API_VERSION, MemorySegment.NULL),
                "VFIO_GET_API_VERSION", VfioNodes.CONTAINER, null);
        if (version != VfioIoctl.API_VERSION) {
            throw new DmaBufException(Errno.EOPNOTSUPP, "VFIO_GET_API_VERSION", VfioNodes.CONTAINER,
                    "this kernel has version " + version + ", and version " + VfioIoctl.API_VERSION + " is spoken here");
        }
        MemorySegment type1 = MemorySegment.ofAddress(VfioIoctl.TYPE1_IOMMU);
        if (check(Ioctl.restarting(kernel, container.number(), VfioIoctl.CHECK_EXTENSION, type1),
                "VFIO_CHECK_EXTENSION", VfioNodes.CONTAINER, null) == 0) {
            throw new DmaBufException(Errno.EOPNOTSUPP, "VFIO_CHECK_EXTENSION", VfioNodes.CONTAINER + ", type 1",
                    "load the module: sudo modprobe vfio_iommu_type1");
        }
    }

    private static Fd openGroup(Syscalls kernel, String node) {
        int fd = kernel.open(node, Posix.O_RDWR);
        if (fd >= 0) {
            return Fd.adopt(fd, kernel);
        }
        Errno errno = Errno.ofResult(fd);
        String hint =
                switch (errno) {
                    case EBUSY -> "another process has this group open, a virtual machine most likely: only one can";
                    case EACCES, EPERM -> kernel.devices().explainNoAccess(node).orElse(null);
                    case ENOENT, ENXIO, ENODEV -> "no device of this group is bound to a VFIO driver (any more)";
                    default -> null;
                };
        throw new DmaBufException(errno, "open", node, hint);
    }

    private void checkViable() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STATUS_SIZE, Integer.BYTES);
            status.set(JAVA_INT, 0, STATUS_SIZE);
            check(ioctl(VfioIoctl.GROUP_GET_STATUS, status), "VFIO_GROUP_GET_STATUS", node, null);
            if ((status.get(JAVA_INT, STATUS_FLAGS) & VfioIoctl.GROUP_FLAGS_VIABLE) == 0) {
                throw new DmaBufException(Errno.EPERM, "VFIO_GROUP_GET_STATUS", node,
                        "the group is not viable: each of its devices has to be bound to a VFIO driver, or to none");
            }
        }
    }

    private void enterContainer() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fd = arena.allocateFrom(JAVA_INT, container.number());
            check(ioctl(VfioIoctl.GROUP_SET_CONTAINER, fd), "VFIO_GROUP_SET_CONTAINER", node, null);
        }
        MemorySegment type1 = MemorySegment.ofAddress(VfioIoctl.TYPE1_IOMMU);
        check(Ioctl.restarting(kernel, container.number(), VfioIoctl.SET_IOMMU, type1), "VFIO_SET_IOMMU", node + ", type 1", null);
    }

    /** Opens a device of the group. */
    Fd device(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom(name, StandardCharsets.UTF_8);
            int fd = check(ioctl(VfioIoctl.GROUP_GET_DEVICE_FD, text), "VFIO_GROUP_GET_DEVICE_FD", node + ", " + name,
                    "it has to be in this group and bound to a VFIO driver, and not be in use by the host");
            return Fd.adopt(fd, kernel);
        }
    }

    private int ioctl(long request, MemorySegment argument) {
        return Ioctl.restarting(kernel, group.number(), request, argument);
    }

    private static int check(int result, String operation, String subject, String hint) {
        if (result < 0) {
            throw new DmaBufException(Errno.ofResult(result), operation, subject, hint);
        }
        return result;
    }

    /** Leaves the container, which the kernel does when nobody has a device of the group open any more. */
    @Override
    public void close() {
        try {
            group.close();
        } finally {
            container.close();
        }
    }
}
