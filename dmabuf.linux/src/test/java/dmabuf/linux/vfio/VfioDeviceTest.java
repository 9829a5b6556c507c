package dmabuf.linux.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way to a device, what is said when it fails, and its regions. */
class VfioDeviceTest {

    private final FakeVfio fake = new FakeVfio();
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void nothingStaysOpen() {
        arena.close();
        assertEquals(List.of(), fake.open);
    }

    private VfioDevice open() {
        return VfioDevice.open(fake.kernel, FakeVfio.NODE, FakeVfio.NAME);
    }

    private DmaBufException fails() {
        return assertThrows(DmaBufException.class, this::open);
    }

    @Test
    void deviceIsOpenedThroughContainerAndGroup() {
        try (VfioDevice device = open()) {
            assertEquals(FakeVfio.NAME, device.name());
            assertEquals(3, fake.open.size());
            assertEquals(
                    List.of(VfioNodes.CONTAINER, VfioIoctl.GET_API_VERSION, VfioIoctl.CHECK_EXTENSION, FakeVfio.NODE,
                            VfioIoctl.GROUP_GET_STATUS, VfioIoctl.GROUP_SET_CONTAINER, VfioIoctl.SET_IOMMU,
                            VfioIoctl.GROUP_GET_DEVICE_FD, FakeVfio.NAME),
                    fake.asked);
        }
    }

    @Test
    void secondCloseDoesNothing() {
        VfioDevice device = open();
        device.close();
        device.close();
        assertThrows(IllegalStateException.class, device::info);
    }

    @Test
    void groupThatSomebodyHasIsExplained() {
        fake.answers.put(FakeVfio.NODE, -Errno.EBUSY.number());
        DmaBufException e = fails();
        assertEquals(Errno.EBUSY, e.errno());
        assertTrue(e.getMessage().contains("another process has this group open"), e.getMessage());
    }

    @Test
    void missingPermissionSaysWhatToDo() {
        fake.answers.put(FakeVfio.NODE, -Errno.EACCES.number());
        assertTrue(fails().getMessage().contains("ask the owner of " + FakeVfio.NODE));
    }

    @Test
    void missingModulesAreNamed() {
        fake.answers.put(VfioNodes.CONTAINER, -Errno.ENOENT.number());
        assertTrue(fails().getMessage().contains("modprobe vfio_iommu_type1"));
        fake.answers.remove(VfioNodes.CONTAINER);
        fake.answers.put(VfioIoctl.CHECK_EXTENSION, 0);
        DmaBufException e = fails();
        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("modprobe vfio_iommu_type1"), e.getMessage());
    }

    @Test
    void otherVersionOfTheInterfaceIsNotSpoken() {
        fake.answers.put(VfioIoctl.GET_API_VERSION, 1);
        assertTrue(fails().getMessage().contains("version 1"));
    }

    @Test
    void groupThatIsNotViableIsRefused() {
        fake.groupFlags = 0;
        DmaBufException e = fails();
        assertEquals(Errno.EPERM, e.errno());
        assertTrue(e.getMessage().contains("not viable"), e.getMessage());
    }

    @Test
    void deviceOfAnotherGroupIsRefusedByName() {
        DmaBufException e = assertThrows(DmaBufException.class, () -> VfioDevice.open(fake.kernel, FakeVfio.NODE, "0000:02:00.0"));
        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains("0000:02:00.0"), e.getMessage());
        assertEquals(Errno.EINVAL, assertThrows(
                DmaBufException.class, () -> VfioDevice.open(fake.kernel, FakeVfio.NODE, FakeVfio.NAME + "\0x")).errno());
    }

    @ParameterizedTest
    @CsvSource({"0, ENODEV", "1, EIO", "2, ENOMEM", "3, ENODEV", "4, EINVAL", "5, ENODEV", "6, EMFILE"})
    void whateverFailsIsToldAndLeavesNothingOpen(int which, Errno errno) {
        List<Object> calls = List.of(VfioNodes.CONTAINER, VfioIoctl.GET_API_VERSION, VfioIoctl.CHECK_EXTENSION, FakeVfio.NODE,
                VfioIoctl.GROUP_SET_CONTAINER, VfioIoctl.SET_IOMMU, FakeVfio.NAME);
        fake.answers.put(calls.get(which), -errno.number());
        assertEquals(errno, fails().errno());
    }

    @Test
    void deviceOfSomebodyElseIsTakenOver() {
        Fd fd = Fd.adopt(fake.kernel.open("/any", 0), fake.kernel);
        try (VfioDevice device = VfioDevice.adopt(fake.kernel, fd, "mine")) {
            assertEquals("mine", device.name());
            assertEquals(fd, device.fd());
            assertEquals(new VfioDeviceInfo(VfioIoctl.DEVICE_FLAGS_PCI, 9, 5), device.info());
        }
        assertFalse(fd.isOpen());
    }

    @Test
    void deviceTellsWhatItIsAndHas() {
        try (VfioDevice device = open()) {
            assertTrue(device.info().isPci());
            assertEquals(FakeVfio.REGION, device.region(2));
            assertEquals("region 2 (4096 bytes at 0x10000000000, readable, writable)", device.region(2).toString());
            assertEquals(Errno.EINVAL, assertThrows(DmaBufException.class, () -> device.region(16)).errno());
            device.reset();
            assertEquals(VfioIoctl.DEVICE_RESET, fake.asked.getLast());
        }
    }

    @Test
    void regionIsReadAndWrittenWholeHoweverMuchIsDoneAtOnce() {
        fake.most = 3;
        fake.interruptions.addAll(List.of(Errno.EINTR, Errno.EINTR));
        try (VfioDevice device = open()) {
            VfioRegion region = device.region(2);
            device.write(region, 0x500, arena.allocateFrom("01234567"));
            fake.interruptions.add(Errno.EINTR);
            MemorySegment back = arena.allocate(9);
            device.read(region, 0x500, back);
            assertEquals("01234567", back.getString(0));
            assertEquals('0', fake.registers[0x500]);
        }
    }

    @Test
    void rangesThatAreNotInTheRegionAreRefusedBeforeTheKernelIsAsked() {
        try (VfioDevice device = open()) {
            VfioRegion region = device.region(2);
            MemorySegment bytes = arena.allocate(8);
            for (long at : new long[] {-1, 4089, 4096, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertEquals(Errno.EINVAL, assertThrows(DmaBufException.class, () -> device.read(region, at, bytes)).errno());
                assertEquals(Errno.EINVAL, assertThrows(DmaBufException.class, () -> device.write(region, at, bytes)).errno());
                assertEquals(Errno.EINVAL, assertThrows(DmaBufException.class, () -> device.map(region, at, 8, false, arena)).errno());
            }
            // What a device says of itself is not trusted: this one reaches beyond the last offset.
            VfioRegion enormous = new VfioRegion(2, 3, Long.MAX_VALUE, Long.MAX_VALUE - 1);
            assertEquals(Errno.EINVAL, assertThrows(DmaBufException.class, () -> device.read(enormous, 8, bytes)).errno());
            VfioRegion negative = new VfioRegion(2, 3, -1, 0);
            assertEquals(Errno.EINVAL, assertThrows(DmaBufException.class, () -> device.read(negative, 0, bytes)).errno());
            device.read(region, 4088, bytes);
        }
    }

    @Test
    void deviceThatGivesNothingMoreIsToldInsteadOfAskedForEver() {
        fake.most = 0;
        try (VfioDevice device = open()) {
            assertEquals(Errno.EIO, assertThrows(
                    DmaBufException.class, () -> device.read(FakeVfio.REGION, 0, arena.allocate(4))).errno());
            fake.interruptions.add(Errno.ENODEV);
            DmaBufException gone = assertThrows(DmaBufException.class, () -> device.write(FakeVfio.REGION, 4, arena.allocate(4)));
            assertEquals(Errno.ENODEV, gone.errno());
            assertTrue(gone.getMessage().startsWith("pwrite(" + FakeVfio.NAME + ", region 2"), gone.getMessage());
        }
    }
}
