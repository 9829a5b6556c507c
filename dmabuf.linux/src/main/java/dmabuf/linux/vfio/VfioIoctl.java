package dmabuf.linux.vfio;

import dmabuf.linux.Ioctl;

/**
 * The requests of {@code linux/vfio.h} that all devices have, and the values that go with them. None of the numbers has a size in it:
 * structs begin with {@code argsz}, which says how much of them the caller knows.
 */
public final class VfioIoctl {

    /** The letter of all VFIO requests. */
    public static final int TYPE = ';';
    /** The first request number. */
    public static final int BASE = 100;

    /** Of a container: asks the version of the interface, {@link #API_VERSION}. */
    public static final long GET_API_VERSION = Ioctl.io(TYPE, BASE);
    /** Of a container: asks whether an IOMMU interface is there; its number in the place of the pointer. Answers 1 or 0. */
    public static final long CHECK_EXTENSION = Ioctl.io(TYPE, BASE + 1);
    /** Of a container with a group: chooses the IOMMU interface; its number in the place of the pointer. */
    public static final long SET_IOMMU = Ioctl.io(TYPE, BASE + 2);
    /** Of a group: {@code struct vfio_group_status}; u32 argsz by the caller, u32 flags by the kernel. */
    public static final long GROUP_GET_STATUS = Ioctl.io(TYPE, BASE + 3);
    /** Of a group: puts it into a container; s32 descriptor by the caller. */
    public static final long GROUP_SET_CONTAINER = Ioctl.io(TYPE, BASE + 4);
    /** Of a group: takes it out again. */
    public static final long GROUP_UNSET_CONTAINER = Ioctl.io(TYPE, BASE + 5);
    /** Of a group with a container and an IOMMU: opens a device by its name, a C string. Answers a descriptor. */
    public static final long GROUP_GET_DEVICE_FD = Ioctl.io(TYPE, BASE + 6);
    /** Of a device: {@code struct vfio_device_info}; u32 argsz by the caller; u32 flags, num_regions, num_irqs by the kernel. */
    public static final long DEVICE_GET_INFO = Ioctl.io(TYPE, BASE + 7);
    /** Of a device: {@code struct vfio_region_info}; argsz and index by the caller; flags, u64 size and offset by the kernel. */
    public static final long DEVICE_GET_REGION_INFO = Ioctl.io(TYPE, BASE + 8);
    /** Of a device: {@code struct vfio_irq_info}; u32 argsz and index by the caller; u32 flags and count by the kernel. */
    public static final long DEVICE_GET_IRQ_INFO = Ioctl.io(TYPE, BASE + 9);
    /** Of a device: {@code struct vfio_irq_set}. */
    public static final long DEVICE_SET_IRQS = Ioctl.io(TYPE, BASE + 10);
    /** Of a device: resets it. */
    public static final long DEVICE_RESET = Ioctl.io(TYPE, BASE + 11);
    /** Of a device: {@code struct vfio_device_feature}; u32 argsz and flags by the caller, and what belongs to the feature. */
    public static final long DEVICE_FEATURE = Ioctl.io(TYPE, BASE + 17);

    /** The one version that there is. */
    public static final int API_VERSION = 0;
    /** The IOMMU interface of x86 and arm64, which mediated devices are content with too. */
    public static final int TYPE1_IOMMU = 1;
    /** Its second version. */
    public static final int TYPE1V2_IOMMU = 3;

    /** Every device of the group is safe from the host: status of a group. */
    public static final int GROUP_FLAGS_VIABLE = 1;
    /** The group is in a container. */
    public static final int GROUP_FLAGS_CONTAINER_SET = 2;

    /** The device knows {@link #DEVICE_RESET}. Mediated devices may know it without saying so. */
    public static final int DEVICE_FLAGS_RESET = 1;
    /** The device is one of PCI: regions 0 to 5 are its BARs. */
    public static final int DEVICE_FLAGS_PCI = 2;

    /** A region can be read. */
    public static final int REGION_INFO_FLAG_READ = 1;
    /** A region can be written. */
    public static final int REGION_INFO_FLAG_WRITE = 2;
    /** A region can be mapped. */
    public static final int REGION_INFO_FLAG_MMAP = 4;
    /** A region has more to say than the struct holds. */
    public static final int REGION_INFO_FLAG_CAPS = 8;

    /** The region of a PCI device's first BAR. The others follow. */
    public static final int PCI_BAR0_REGION_INDEX = 0;
    /** The region of a PCI device's third BAR. */
    public static final int PCI_BAR2_REGION_INDEX = 2;
    /** The region of a PCI device's configuration space. */
    public static final int PCI_CONFIG_REGION_INDEX = 7;
    /** How many regions every PCI device has; a device's own come behind them. */
    public static final int PCI_NUM_REGIONS = 9;

    private VfioIoctl() {}
}
