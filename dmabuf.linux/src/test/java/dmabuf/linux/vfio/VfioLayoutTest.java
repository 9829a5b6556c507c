package dmabuf.linux.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The requests and structs of all VFIO devices, against the kernel's header. */
class VfioLayoutTest {

    private static final List<String> HEADERS = List.of("linux/vfio.h");

    @Test
    void requestsAndValuesAreThoseOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("VFIO_GET_API_VERSION", VfioIoctl.GET_API_VERSION);
        ours.put("VFIO_CHECK_EXTENSION", VfioIoctl.CHECK_EXTENSION);
        ours.put("VFIO_SET_IOMMU", VfioIoctl.SET_IOMMU);
        ours.put("VFIO_GROUP_GET_STATUS", VfioIoctl.GROUP_GET_STATUS);
        ours.put("VFIO_GROUP_SET_CONTAINER", VfioIoctl.GROUP_SET_CONTAINER);
        ours.put("VFIO_GROUP_UNSET_CONTAINER", VfioIoctl.GROUP_UNSET_CONTAINER);
        ours.put("VFIO_GROUP_GET_DEVICE_FD", VfioIoctl.GROUP_GET_DEVICE_FD);
        ours.put("VFIO_DEVICE_GET_INFO", VfioIoctl.DEVICE_GET_INFO);
        ours.put("VFIO_DEVICE_GET_REGION_INFO", VfioIoctl.DEVICE_GET_REGION_INFO);
        ours.put("VFIO_DEVICE_GET_IRQ_INFO", VfioIoctl.DEVICE_GET_IRQ_INFO);
        ours.put("VFIO_DEVICE_SET_IRQS", VfioIoctl.DEVICE_SET_IRQS);
        ours.put("VFIO_DEVICE_RESET", VfioIoctl.DEVICE_RESET);
        ours.put("VFIO_DEVICE_FEATURE", VfioIoctl.DEVICE_FEATURE);
        ours.put("VFIO_TYPE", (long) VfioIoctl.TYPE);
        ours.put("VFIO_BASE", (long) VfioIoctl.BASE);
        ours.put("VFIO_API_VERSION", (long) VfioIoctl.API_VERSION);
        ours.put("VFIO_TYPE1_IOMMU", (long) VfioIoctl.TYPE1_IOMMU);
        ours.put("VFIO_TYPE1v2_IOMMU", (long) VfioIoctl.TYPE1V2_IOMMU);
        ours.put("VFIO_GROUP_FLAGS_VIABLE", (long) VfioIoctl.GROUP_FLAGS_VIABLE);
        ours.put("VFIO_GROUP_FLAGS_CONTAINER_SET", (long) VfioIoctl.GROUP_FLAGS_CONTAINER_SET);
        ours.put("VFIO_DEVICE_FLAGS_RESET", (long) VfioIoctl.DEVICE_FLAGS_RESET);
        ours.put("VFIO_DEVICE_FLAGS_PCI", (long) VfioIoctl.DEVICE_FLAGS_PCI);
        ours.put("VFIO_REGION_INFO_FLAG_READ", (long) VfioIoctl.REGION_INFO_FLAG_READ);
        ours.put("VFIO_REGION_INFO_FLAG_WRITE", (long) VfioIoctl.REGION_INFO_FLAG_WRITE);
        ours.put("VFIO_REGION_INFO_FLAG_MMAP", (long) VfioIoctl.REGION_INFO_FLAG_MMAP);
        ours.put("VFIO_REGION_INFO_FLAG_CAPS", (long) VfioIoctl.REGION_INFO_FLAG_CAPS);
        ours.put("VFIO_PCI_BAR0_REGION_INDEX", (long) VfioIoctl.PCI_BAR0_REGION_INDEX);
        ours.put("VFIO_PCI_BAR2_REGION_INDEX", (long) VfioIoctl.PCI_BAR2_REGION_INDEX);
        ours.put("VFIO_PCI_CONFIG_REGION_INDEX", (long) VfioIoctl.PCI_CONFIG_REGION_INDEX);
        ours.put("VFIO_PCI_NUM_REGIONS", (long) VfioIoctl.PCI_NUM_REGIONS);

        assertEquals(ours, CLayout.evaluate(HEADERS, List.copyOf(ours.keySet())));
    }

    @Test
    void structsAreThoseOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("sizeof(struct vfio_group_status)", (long) VfioGroup.STATUS_SIZE);
        ours.put("offsetof(struct vfio_group_status, flags)", (long) VfioGroup.STATUS_FLAGS);
        // The struct has grown, and old kernels accept what it began with.
        ours.put("offsetof(struct vfio_device_info, num_irqs) + 4", (long) VfioDeviceInfo.SIZE);
        ours.put("offsetof(struct vfio_device_info, flags)", (long) VfioDeviceInfo.FLAGS);
        ours.put("offsetof(struct vfio_device_info, num_regions)", (long) VfioDeviceInfo.NUM_REGIONS);
        ours.put("offsetof(struct vfio_device_info, num_irqs)", (long) VfioDeviceInfo.NUM_IRQS);
        ours.put("sizeof(struct vfio_region_info)", (long) VfioRegion.SIZE);
        ours.put("offsetof(struct vfio_region_info, flags)", (long) VfioRegion.FLAGS);
        ours.put("offsetof(struct vfio_region_info, index)", (long) VfioRegion.INDEX);
        ours.put("offsetof(struct vfio_region_info, size)", (long) VfioRegion.REGION_SIZE);
        ours.put("offsetof(struct vfio_region_info, offset)", (long) VfioRegion.OFFSET);

        assertEquals(ours, CLayout.evaluate(HEADERS, List.copyOf(ours.keySet())));
    }
}
