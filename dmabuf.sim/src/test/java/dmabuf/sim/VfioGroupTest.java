package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Posix;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioDeviceInfo;
import dmabuf.linux.vfio.VfioIoctl;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioNodes;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers and groups: who may open what, in which order, and until when. */
class VfioGroupTest extends SimulatedKernelCase {

    private static final String GROUP = "/dev/vfio/7";
    private static final String NAME = "d15b1a70-0000-4000-8000-000000000007";

    @BeforeEach
    void plug() {
        assertTrue(kernel.machine().plug(GROUP, SimulatedVfio.MDPY));
    }

    private Fd container() {
        return adopt(kernel.open(VfioNodes.CONTAINER, Posix.O_RDWR));
    }

    private Fd group() {
        return adopt(kernel.open(GROUP, Posix.O_RDWR));
    }

    private String ask(Fd fd, long request, MemorySegment argument) {
        return answer(kernel.ioctl(fd.number(), request, argument));
    }

    private String ask(Fd fd, long request, long argument) {
        return ask(fd, request, MemorySegment.ofAddress(argument));
    }

    private MemorySegment number(int... numbers) {
        return arena.allocateFrom(JAVA_INT, numbers);
    }

    private MemorySegment name(String name) {
        return arena.allocateFrom(name, StandardCharsets.UTF_8);
    }

    private String enter(Fd group, Fd container) {
        return ask(group, VfioIoctl.GROUP_SET_CONTAINER, number(container.number()));
    }

    @Test
    void devicesAreFoundInSysfs() {
        VfioNode found = new VfioNode(GROUP, NAME, "mdpy", "mdpy-vga");
        assertEquals(List.of(found), VfioNodes.list(kernel.devices()));
        assertEquals(Optional.of("640x480"), kernel.devices().attribute("/sys/bus/mdev/devices/" + NAME + "/vendor/resolution"));
        assertEquals(List.of(NAME), kernel.devices().entries("/sys/bus/mdev/devices"));
        assertEquals(List.of(), kernel.devices().entries("/sys/kernel/iommu_groups/8/devices"));
        assertEquals(Optional.empty(), kernel.devices().attribute("/sys/bus/mdev/devices/" + NAME + "/none"));
    }

    @Test
    void containerIsThereWhileAGroupIs() {
        assertTrue(kernel.machine().plug("/dev/vfio/0", SimulatedVfio.MBOCHS));
        assertFalse(kernel.machine().plug(GROUP, SimulatedVfio.MBOCHS), "the group is there");
        assertEquals(List.of("/dev/vfio/0", GROUP, VfioNodes.CONTAINER), kernel.devices().list(VfioNodes.FOLDER));
        assertTrue(kernel.machine().unplug(GROUP));
        assertTrue(kernel.devices().exists(VfioNodes.CONTAINER));
        assertTrue(kernel.machine().unplug("/dev/vfio/0"));
        assertEquals(List.of(), kernel.devices().list(VfioNodes.FOLDER));
        assertFalse(kernel.machine().unplug(GROUP));
        for (String node : List.of("/dev/vfio/vfio", "/dev/vfio/1000", "/dev/vfio/01", "/dev/dri/card0")) {
            assertThrows(IllegalArgumentException.class, () -> kernel.machine().plug(node, SimulatedVfio.MDPY));
        }
    }

    @Test
    void containerTellsWhatItKnows() {
        try (Fd container = container()) {
            assertEquals(0, kernel.ioctl(container.number(), VfioIoctl.GET_API_VERSION, MemorySegment.NULL));
            assertEquals(1, kernel.ioctl(container.number(), VfioIoctl.CHECK_EXTENSION, MemorySegment.ofAddress(1)));
            assertEquals(1, kernel.ioctl(container.number(), VfioIoctl.CHECK_EXTENSION, MemorySegment.ofAddress(3)));
            assertEquals(0, kernel.ioctl(container.number(), VfioIoctl.CHECK_EXTENSION, MemorySegment.ofAddress(99)));
            assertEquals("EINVAL", ask(container, VfioIoctl.SET_IOMMU, 1), "no group");
            assertEquals("EINVAL", ask(container, 0x1234, 0), "no IOMMU to ask");
            assertEquals("ENODEV", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, container.number(), 0)));
        }
    }

    @Test
    void groupIsOpenedOnceWhoeverHasItOpen() {
        Fd group = group();
        assertEquals("EBUSY", answer(kernel.open(GROUP, Posix.O_RDWR)));
        Fd copy = adopt(kernel.dup(group.number()));
        group.close();
        assertEquals("EBUSY", answer(kernel.open(GROUP, Posix.O_RDWR)));
        copy.close();
        group().close();
        assertEquals("ENOENT", answer(kernel.open("/dev/vfio/8", Posix.O_RDWR)));
    }

    @Test
    void openDeviceKeepsItsGroupOpenAndInItsContainer() {
        VfioDevice first = VfioDevice.open(kernel, GROUP, NAME);
        VfioDevice second = VfioDevice.adopt(kernel, adopt(kernel.dup(first.fd().number())), NAME);
        first.close();
        assertEquals("EBUSY", answer(kernel.open(GROUP, Posix.O_RDWR)));
        assertEquals(new VfioDeviceInfo(VfioIoctl.DEVICE_FLAGS_PCI, 9, 5), second.info());
        second.close();
        group().close();
    }

    @Test
    void statusTellsOfTheContainer() {
        try (Fd container = container(); Fd group = group()) {
            MemorySegment status = number(8, -1);
            assertEquals("ok", ask(group, VfioIoctl.GROUP_GET_STATUS, status));
            assertEquals(VfioIoctl.GROUP_FLAGS_VIABLE, status.get(JAVA_INT, 4));
            assertEquals("ok", enter(group, container));
            assertEquals("ok", ask(group, VfioIoctl.GROUP_GET_STATUS, status));
            assertEquals(3, status.get(JAVA_INT, 4));
            assertEquals("EINVAL", ask(group, VfioIoctl.GROUP_GET_STATUS, number(7, 0)));
            assertEquals("EFAULT", ask(group, VfioIoctl.GROUP_GET_STATUS, 8));
            assertEquals("ENOTTY", ask(group, 0x1234, 0));
        }
    }

    @Test
    void groupIsInOneContainer() {
        try (Fd container = container(); Fd group = group()) {
            assertEquals("EINVAL", ask(group, VfioIoctl.GROUP_UNSET_CONTAINER, 0));
            assertEquals("EFAULT", ask(group, VfioIoctl.GROUP_SET_CONTAINER, 8));
            assertEquals("EBADF", ask(group, VfioIoctl.GROUP_SET_CONTAINER, number(-1)));
            assertEquals("EBADFD", ask(group, VfioIoctl.GROUP_SET_CONTAINER, number(group.number())));
            assertEquals("EBADFD", ask(group, VfioIoctl.GROUP_SET_CONTAINER, number(1)));
            assertEquals("ok", enter(group, container));
            assertEquals("EINVAL", enter(group, container));
            assertEquals("ok", ask(group, VfioIoctl.GROUP_UNSET_CONTAINER, 0));
            assertEquals("ok", enter(group, container));
        }
    }

    @Test
    void deviceTakesAContainerWithAnIommu() {
        try (Fd container = container(); Fd group = group()) {
            assertEquals("EINVAL", ask(group, VfioIoctl.GROUP_GET_DEVICE_FD, name(NAME)), "no container");
            assertEquals("ok", enter(group, container));
            assertEquals("EINVAL", ask(group, VfioIoctl.GROUP_GET_DEVICE_FD, name(NAME)), "no IOMMU");
            assertEquals("ENODEV", ask(container, VfioIoctl.SET_IOMMU, 99));
            assertEquals("EINVAL", ask(container, VfioIoctl.SET_IOMMU, 9), "an extension, and no IOMMU");
            assertEquals("ok", ask(container, VfioIoctl.SET_IOMMU, 1));
            assertEquals("EINVAL", ask(container, VfioIoctl.SET_IOMMU, 1), "there is one");
            assertEquals("ENOTTY", ask(container, 0x1234, 0));
            assertEquals("ENODEV", ask(group, VfioIoctl.GROUP_GET_DEVICE_FD, name("none")));
            assertEquals("EFAULT", ask(group, VfioIoctl.GROUP_GET_DEVICE_FD, 8));
            assertEquals("EINVAL", ask(group, VfioIoctl.GROUP_GET_DEVICE_FD, name("x".repeat(5000))));
            try (Fd device = adopt(kernel.ioctl(group.number(), VfioIoctl.GROUP_GET_DEVICE_FD, name(NAME)));
                    Fd again = adopt(kernel.ioctl(group.number(), VfioIoctl.GROUP_GET_DEVICE_FD, name(NAME)))) {
                assertEquals(Posix.O_RDWR, kernel.fcntl(device.number(), Posix.F_GETFL, 0));
                assertEquals(1, kernel.fcntl(again.number(), Posix.F_GETFD, 0), "closed on exec");
                assertEquals("EBUSY", ask(group, VfioIoctl.GROUP_UNSET_CONTAINER, 0));
            }
            assertEquals("ok", ask(group, VfioIoctl.GROUP_UNSET_CONTAINER, 0));
            assertEquals("EINVAL", ask(container, VfioIoctl.SET_IOMMU, 1), "lost with its last group");
        }
    }

    @Test
    void nothingIsLeftOfADeviceThatIsUnplugged() {
        VfioDevice device = VfioDevice.open(kernel, GROUP, NAME);
        kernel.machine().unplug(GROUP);
        assertEquals(Errno.ENODEV, assertThrows(DmaBufException.class, device::info).errno());
        assertEquals("ENODEV", answer(kernel.pread(device.fd().number(), arena.allocate(4), 0)));
        assertEquals("ENODEV", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, device.fd().number(), PAGE)));
        assertEquals("ENODEV", answer(device.ioctl(VfioIoctl.DEVICE_FEATURE, number(8, 1))));
        kernel.machine().plug(GROUP, SimulatedVfio.MBOCHS);
        assertEquals(Errno.ENODEV, assertThrows(DmaBufException.class, device::reset).errno(), "another device has come into its place");
        try (VfioDevice other = VfioDevice.open(kernel, GROUP, NAME)) {
            assertEquals(10, other.info().regions());
        }
        device.close();
    }
}
