package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.linux.drm.DrmNodes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which node of a DRM device is taken, and which driver's it is. */
class DrmNodesTest {

    private static final String ALL = "renderD\\d+|card\\d+";
    private static final String NODE = "/dev/dri/renderD128";
    private static final String UEVENT = "/sys/class/drm/renderD128/device/uevent";

    private final FakeKernel machine = new FakeKernel(KernelKind.LINUX);
    private final List<Integer> closed = new ArrayList<>();

    private List<String> chosen(String names, String... nodes) {
        return DrmNodes.onePerDevice(names).choose(machine, List.of(nodes));
    }

    /** Sysfs as it is for a device with these nodes. */
    private void device(String... names) {
        for (String name : names) {
            machine.attributes.put("/sys/class/drm/" + name + "/dev", "226:0");
            for (String other : names) {
                machine.attributes.put("/sys/class/drm/" + name + "/device/drm/" + other + "/dev", "226:0");
            }
        }
    }

    /** A kernel in which every node opens, or not, and then says whose it is, or not. */
    private Syscalls kernel(int opened, int answer, String driver) {
        return (Syscalls) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Syscalls.class}, (self, method, arguments) ->
                switch (method.getName()) {
                    case "open" -> opened;
                    case "close" -> closed.add((int) arguments[0]) ? 0 : -1;
                    case "kind" -> KernelKind.LINUX;
                    case "devices" -> machine;
                    case "ioctl" -> {
                        if (answer == 0) {
                            long name = ((MemorySegment) arguments[2]).get(ValueLayout.JAVA_LONG, 24);
                            MappedMemory.borrow(name, driver.length() + 1L).setString(0, driver);
                        }
                        yield answer;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void renderNodeIsTakenWhereTheDeviceHasOne() {
        device("card0", "renderD128");
        device("card1");
        assertEquals(
                List.of("/dev/dri/card1", NODE), chosen(ALL, "/dev/dri/card0", "/dev/dri/card1", NODE));
    }

    @Test
    void numbersOfNodesSayNothingWhereSysfsDoes() {
        device("card1", "renderD128");
        device("card0");
        assertEquals(List.of("/dev/dri/card0", NODE), chosen(ALL, "/dev/dri/card0", "/dev/dri/card1", NODE));
    }

    @Test
    void withoutSysfsRenderNodesAreNumberedAsTheirCards() {
        assertEquals(List.of("/dev/dri/card1", NODE), chosen(ALL, "/dev/dri/card0", "/dev/dri/card1", NODE));
    }

    @Test
    void cardIsTakenWhileItsRenderNodeIsNotThere() {
        device("card0", "renderD128");
        assertEquals(List.of("/dev/dri/card0"), chosen(ALL, "/dev/dri/card0"));
    }

    @Test
    void nodesThatAreNotAskedForAreNeitherTakenNorPreferred() {
        device("card0", "renderD128");
        assertEquals(List.of("/dev/dri/card0"), chosen("card\\d+", "/dev/dri/card0", NODE));
        assertEquals(List.of(), chosen(ALL, "/dev/dri/by-path", "/dev/dri/card"));
    }

    @Test
    void deviceIsOpenedIfItsDriverSaysSo() {
        try (var device = DrmNodes.open(kernel(7, 0, "i915"), NODE, "i915").orElseThrow()) {
            assertEquals(7, device.fd().number());
            assertEquals(List.of(), closed);
        }
        assertEquals(List.of(7), closed);
    }

    @Test
    void deviceOfAnotherDriverIsClosedAgain() {
        assertTrue(DrmNodes.open(kernel(7, 0, "i915_not"), NODE, "i915").isEmpty());
        assertEquals(List.of(7), closed);
    }

    @Test
    void nodeThatIsNoDrmDeviceIsNobodys() {
        assertTrue(DrmNodes.open(kernel(7, -Errno.ENOTTY.number(), ""), NODE, "i915").isEmpty());
        assertEquals(List.of(7), closed);
    }

    @Test
    void deviceThatGoesWhileItIsAskedIsClosedAndReported() {
        Syscalls kernel = kernel(7, -Errno.ENODEV.number(), "");
        assertEquals(Errno.ENODEV, assertThrows(DmaBufException.class, () -> DrmNodes.open(kernel, NODE, "i915")).errno());
        assertEquals(List.of(7), closed);
    }

    @Test
    void missingPermissionIsToldUnlessTheNodeIsAnotherDrivers() {
        Syscalls kernel = kernel(-Errno.EACCES.number(), 0, "");
        assertEquals(Errno.EACCES, assertThrows(DmaBufException.class, () -> DrmNodes.open(kernel, NODE, "i915")).errno());
        machine.attributes.put(UEVENT, "DRIVER=i915\nPCI_CLASS=30000");
        assertEquals(Errno.EACCES, assertThrows(DmaBufException.class, () -> DrmNodes.open(kernel, NODE, "i915")).errno());
        machine.attributes.put(UEVENT, "DRIVER=amdgpu\nPCI_CLASS=30000");
        assertTrue(DrmNodes.open(kernel, NODE, "i915").isEmpty());
    }

    @Test
    void belowVirtioGpuIsTheDriverOfItsTransport() {
        Syscalls kernel = kernel(-Errno.EACCES.number(), 0, "");
        machine.attributes.put(UEVENT, "DRIVER=virtio-pci\nPCI_CLASS=38000");
        assertEquals(Errno.EACCES, assertThrows(DmaBufException.class, () -> DrmNodes.open(kernel, NODE, "virtio_gpu")).errno());
        assertTrue(DrmNodes.open(kernel, NODE, "i915").isEmpty());
        machine.attributes.put(UEVENT, "DRIVER=i915\nPCI_CLASS=30000");
        assertTrue(DrmNodes.open(kernel, NODE, "virtio_gpu").isEmpty());
    }
}
