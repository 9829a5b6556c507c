package dmabuf.linux.vfio;

import dmabuf.linux.CHeader;
import org.junit.jupiter.api.Test;

/** The requests and structs of all VFIO devices, against the kernel's header. */
class VfioLayoutTest {

    private final CHeader header = CHeader.of("linux/vfio.h");

    @Test
    void requestsAndValuesAreThoseOfTheHeader() throws Exception {
        header.number("VFIO_GET_API_VERSION", VfioIoctl.GET_API_VERSION);
        header.number("VFIO_CHECK_EXTENSION", VfioIoctl.CHECK_EXTENSION);
        header.number("VFIO_SET_IOMMU", VfioIoctl.SET_IOMMU);
        header.number("VFIO_GROUP_GET_STATUS", VfioIoctl.GROUP_GET_STATUS);
        header.number("VFIO_GROUP_SET_CONTAINER", VfioIoctl.GROUP_SET_CONTAINER);
        header.number("VFIO_GROUP_UNSET_CONTAINER", VfioIoctl.GROUP_UNSET_CONTAINER);
        header.number("VFIO_GROUP_GET_DEVICE_FD", VfioIoctl.GROUP_GET_DEVICE_FD);
        header.number("VFIO_DEVICE_GET_INFO", VfioIoctl.DEVICE_GET_INFO);
        header.number("VFIO_DEVICE_GET_REGION_INFO", VfioIoctl.DEVICE_GET_REGION_INFO);
        header.number("VFIO_DEVICE_GET_IRQ_INFO", VfioIoctl.DEVICE_GET_IRQ_INFO);
        header.number("VFIO_DEVICE_SET_IRQS", VfioIoctl.DEVICE_SET_IRQS);
        header.number("VFIO_DEVICE_RESET", VfioIoctl.DEVICE_RESET);
        header.number("VFIO_DEVICE_FEATURE", VfioIoctl.DEVICE_FEATURE);
        header.number("VFIO_TYPE", VfioIoctl.TYPE);
        header.number("VFIO_BASE", VfioIoctl.BASE);
        header.number("VFIO_API_VERSION", VfioIoctl.API_VERSION);
        header.number("VFIO_TYPE1_IOMMU", VfioIoctl.TYPE1_IOMMU);
        header.number("VFIO_TYPE1v2_IOMMU", VfioIoctl.TYPE1V2_IOMMU);
        header.number("VFIO_GROUP_FLAGS_VIABLE", VfioIoctl.GROUP_FLAGS_VIABLE);
        header.number("VFIO_GROUP_FLAGS_CONTAINER_SET", VfioIoctl.GROUP_FLAGS_CONTAINER_SET);
        header.number("VFIO_DEVICE_FLAGS_RESET", VfioIoctl.DEVICE_FLAGS_RESET);
        header.number("VFIO_DEVICE_FLAGS_PCI", VfioIoctl.DEVICE_FLAGS_PCI);
        header.number("VFIO_REGION_INFO_FLAG_READ", VfioIoctl.REGION_INFO_FLAG_READ);
        header.number("VFIO_REGION_INFO_FLAG_WRITE", VfioIoctl.REGION_INFO_FLAG_WRITE);
        header.number("VFIO_REGION_INFO_FLAG_MMAP", VfioIoctl.REGION_INFO_FLAG_MMAP);
        header.number("VFIO_REGION_INFO_FLAG_CAPS", VfioIoctl.REGION_INFO_FLAG_CAPS);
        header.number("VFIO_PCI_BAR0_REGION_INDEX", VfioIoctl.PCI_BAR0_REGION_INDEX);
        header.number("VFIO_PCI_BAR2_REGION_INDEX", VfioIoctl.PCI_BAR2_REGION_INDEX);
        header.number("VFIO_PCI_CONFIG_REGION_INDEX", VfioIoctl.PCI_CONFIG_REGION_INDEX);
        header.number("VFIO_PCI_NUM_REGIONS", VfioIoctl.PCI_NUM_REGIONS);

        header.assertAsInC();
    }

    @Test
    void structsAreThoseOfTheHeader() throws Exception {
        header.size("vfio_group_status", VfioGroup.STATUS_SIZE);
        header.field("vfio_group_status", "flags", VfioGroup.STATUS_FLAGS);
        // The struct has grown, and old kernels accept what it began with.
        header.number("offsetof(struct vfio_device_info, num_irqs) + 4", VfioDeviceInfo.SIZE);
        header.field("vfio_device_info", "flags", VfioDeviceInfo.FLAGS);
        header.field("vfio_device_info", "num_regions", VfioDeviceInfo.NUM_REGIONS);
        header.field("vfio_device_info", "num_irqs", VfioDeviceInfo.NUM_IRQS);
        header.size("vfio_region_info", VfioRegion.SIZE);
        header.field("vfio_region_info", "flags", VfioRegion.FLAGS);
        header.field("vfio_region_info", "index", VfioRegion.INDEX);
        header.field("vfio_region_info", "size", VfioRegion.REGION_SIZE);
        header.field("vfio_region_info", "offset", VfioRegion.OFFSET);

        header.assertAsInC();
    }
}
