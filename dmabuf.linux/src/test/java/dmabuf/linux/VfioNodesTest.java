package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.KernelKind;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioNodes;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which devices are found, by what sysfs says of them. */
class VfioNodesTest {

    private static final String UUID = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
    private static final VfioNode MEDIATED = new VfioNode("/dev/vfio/3", UUID, "mbochs", "mbochs-small");
    private static final VfioNode PCI = new VfioNode("/dev/vfio/12", "0000:01:00.0", "vfio-pci", "");
    private static final VfioNode AUDIO = new VfioNode("/dev/vfio/12", "0000:01:00.1", "", "");

    private final FakeKernel machine = new FakeKernel(KernelKind.LINUX, "/dev/vfio/vfio", "/dev/vfio/3", "/dev/vfio/12");

    VfioNodesTest() {
        String mediated = "/sys/kernel/iommu_groups/3/devices/" + UUID;
        machine.attributes.put(mediated + "/uevent", "DRIVER=mbochs\nMODALIAS=mdev:x");
        machine.attributes.put(mediated + "/mdev_type/name", "mbochs-small");
        machine.attributes.put("/sys/kernel/iommu_groups/12/devices/0000:01:00.0/uevent", "PCI_CLASS=30000\nDRIVER=vfio-pci");
        machine.attributes.put("/sys/kernel/iommu_groups/12/devices/0000:01:00.1/uevent", "PCI_CLASS=40300");
        machine.attributes.put("/sys/kernel/iommu_groups/13/devices/0000:02:00.0/uevent", "DRIVER=nvme");
    }

    @Test
    void nodesOfGroupsAreToldFromTheContainers() {
        assertTrue(VfioNodes.isGroup("/dev/vfio/3"));
        assertTrue(VfioNodes.isGroup("/dev/vfio/noiommu-3"));
        assertFalse(VfioNodes.isGroup("/dev/vfio/vfio"));
        assertFalse(VfioNodes.isGroup("/dev/vfio/devices/vfio0"));
        assertEquals(List.of("/dev/vfio/12", "/dev/vfio/3"), VfioNodes.groups().choose(machine, machine.list("/dev/vfio")));
    }

    @Test
    void devicesOfAllGroupsWithANodeAreListed() {
        assertEquals(List.of(PCI, AUDIO, MEDIATED), VfioNodes.list(machine));
        assertTrue(MEDIATED.isMediated());
        assertFalse(PCI.isMediated());
        assertEquals(UUID + " (mbochs-small, /dev/vfio/3)", MEDIATED.toString());
    }

    @Test
    void deviceIsFoundByNameOrByANodeThatHasNoOther() {
        assertEquals(Optional.of(MEDIATED), VfioNodes.find(machine, UUID.toUpperCase()));
        assertEquals(Optional.of(PCI), VfioNodes.find(machine, "0000:01:00.0"));
        assertEquals(Optional.of(MEDIATED), VfioNodes.find(machine, "/dev/vfio/3"));
        assertEquals(Optional.empty(), VfioNodes.find(machine, "/dev/vfio/12"));
        assertEquals(Optional.empty(), VfioNodes.find(machine, "/dev/vfio/13"));
        assertEquals(Optional.empty(), VfioNodes.find(machine, "0000:02:00.0"));
        assertEquals(Optional.empty(), VfioNodes.find(machine, "/dev/vfio/vfio"));
    }

    @Test
    void whatIsInTheWayIsSaidWithWhatToDo() {
        assertTrue(VfioNodes.explainNoAccess(machine, AUDIO).orElseThrow().contains("bind it to vfio-pci"));
        machine.nodes.remove("/dev/vfio/vfio");
        assertTrue(VfioNodes.explainNoAccess(machine, MEDIATED).orElseThrow().contains("modprobe"));
    }
}
