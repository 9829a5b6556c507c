package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.vfio.VfioIoctl;
import dmabuf.linux.vfio.VfioRegion;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated mbochs: registers, modes, and dma-bufs over its memory. */
class MbochsTest extends SimulatedKernelCase {

    private static final String GROUP = "/dev/vfio/1";
    private static final long MEMORY = 4 << 20;

    private Vfio vfio;

    @BeforeEach
    void open() {
        kernel.machine().plug(GROUP, SimulatedVfio.MBOCHS);
        vfio = new Vfio(kernel, GROUP);
    }

    @AfterEach
    void close() {
        vfio.close();
    }

    /** The first query after a change of mode is ENOMEM, as that driver has it. */
    private Vfio.Plane shown() {
        return vfio.dmabuf(Vfio.PRIMARY).result() == 0 ? vfio.dmabuf(Vfio.PRIMARY) : vfio.dmabuf(Vfio.PRIMARY);
    }

    private MemorySegment memory() {
        return vfio.device.map(vfio.device.region(0), 0, MEMORY, true, arena);
    }

    @Test
    void regionsAreThoseOfTheDriver() {
        assertEquals(10, vfio.device.info().regions());
        assertEquals(new VfioRegion(0, 7, MEMORY, 3 * PAGE), vfio.device.region(0));
        assertEquals(new VfioRegion(1, 0, 0, 0), vfio.device.region(1));
        assertEquals(new VfioRegion(2, 3, PAGE, PAGE), vfio.device.region(2));
        assertEquals(new VfioRegion(7, 3, 0xff, 0), vfio.device.region(7));
        assertEquals(new VfioRegion(9, 11, PAGE, 2 * PAGE), vfio.device.region(9));
        assertEquals("EINVAL", answer(vfio.request(VfioIoctl.DEVICE_GET_REGION_INFO, 32, 0, 10, 0, 0, 0, 0, 0)));
        assertEquals("EINVAL", answer(vfio.request(VfioIoctl.DEVICE_GET_REGION_INFO, 32, 0, -1, 0, 0, 0, 0, 0)));
        assertEquals("EINVAL", answer(vfio.request(VfioIoctl.DEVICE_GET_REGION_INFO, 31, 0, 0, 0, 0, 0, 0, 0)));
        assertEquals("EINVAL", answer(vfio.request(VfioIoctl.DEVICE_GET_REGION_INFO, 49, 0, 0, 0, 0, 0, 0, 0)));
        assertEquals("EFAULT", answer(vfio.device.ioctl(VfioIoctl.DEVICE_GET_REGION_INFO, MemorySegment.ofAddress(8))));
    }

    @Test
    void edidRegionSaysWhatItIs() {
        MemorySegment info = arena.allocate(64, 8);
        info.set(JAVA_INT, 0, 48);
        info.set(JAVA_INT, 8, 9);
        assertEquals(0, vfio.device.ioctl(VfioIoctl.DEVICE_GET_REGION_INFO, info));
        assertEquals(List.of(48, 11, 9, 32), List.of(
                info.get(JAVA_INT, 0), info.get(JAVA_INT, 4), info.get(JAVA_INT, 8), info.get(JAVA_INT, 12)));
        assertEquals(0x1_0002, info.get(JAVA_INT, 32), "capability 2, version 1");
        assertEquals(1L << 32 | 1, info.get(JAVA_LONG, 40), "type and subtype");
        VfioRegion edid = vfio.device.region(9);
        MemorySegment registers = arena.allocate(24, 4);
        vfio.device.read(edid, 0, registers);
        assertEquals(List.of(2048, 1024, 0, 800, 600, 0),
                registers.elements(JAVA_INT).map(each -> each.get(JAVA_INT, 0)).toList());
    }

    @Test
    void monitorIsSeenByTheGuestWhileItsLinkIsUp() {
        VfioRegion edid = vfio.device.region(9);
        VfioRegion mmio = vfio.device.region(2);
        vfio.device.write(edid, 2048, arena.allocateFrom("monitor"));
        vfio.device.write(edid, 8, arena.allocateFrom(JAVA_INT, 8));
        vfio.device.write(edid, 12, arena.allocateFrom(JAVA_INT, 1));
        MemorySegment seen = arena.allocate(8);
        vfio.device.read(mmio, 0, seen);
        assertEquals("", seen.getString(0));
        vfio.device.write(edid, 20, arena.allocateFrom(JAVA_INT, 1));
        vfio.device.read(mmio, 0, seen);
        assertEquals("monitor", seen.getString(0));
        MemorySegment width = arena.allocate(4, 4);
        vfio.device.read(edid, 12, width);
        assertEquals(800, width.get(JAVA_INT, 0), "cannot be written");
    }

    @Test
    void registersAreTakenOneByOne() {
        assertEquals(0xb0c5, vfio.dispi(DispiMode.ID));
        assertEquals(64, vfio.dispi(DispiMode.VIDEO_MEMORY_64K));
        vfio.dispi(DispiMode.XRES, 0x1234);
        assertEquals(0x1234, vfio.dispi(DispiMode.XRES));
        MemorySegment four = arena.allocate(4, 4).fill((byte) 7);
        VfioRegion mmio = vfio.device.region(2);
        vfio.device.read(mmio, 0x500, four);
        assertEquals(0, four.get(JAVA_INT, 0), "two at once are none");
        vfio.device.write(mmio, 0x500, arena.allocateFrom(JAVA_INT, -1));
        assertEquals(0xb0c5, vfio.dispi(DispiMode.ID));
        vfio.device.reset();
        assertEquals(0, vfio.dispi(DispiMode.XRES));
        assertEquals(0xb0c5, vfio.dispi(DispiMode.ID));
    }

    @Test
    void configurationIsThatOfABochsDisplay() {
        VfioRegion config = vfio.device.region(7);
        MemorySegment word = arena.allocate(4, 4);
        vfio.device.read(config, 0, word);
        assertEquals(0x1111_1234, word.get(JAVA_INT, 0));
        vfio.device.read(config, 8, word);
        assertEquals(0x0380_0001, word.get(JAVA_INT, 0));
        vfio.device.read(config, 0x2c, word);
        assertEquals(0x1100_1af4, word.get(JAVA_INT, 0));
        vfio.device.write(config, 0, arena.allocateFrom(JAVA_INT, -1));
        vfio.device.read(config, 0, word);
        assertEquals(0x1111_1234, word.get(JAVA_INT, 0), "cannot be written");
        vfio.device.write(config, 0x10, arena.allocateFrom(JAVA_INT, -1));
        vfio.device.read(config, 0x10, word);
        assertEquals(0xffc0_0008, word.get(JAVA_INT, 0), "4 MiB, prefetchable");
        vfio.device.write(config, 0x18, arena.allocateFrom(JAVA_INT, 0xfebf_1234));
        vfio.device.read(config, 0x18, word);
        assertEquals(0xfebf_1230, word.get(JAVA_INT, 0));
    }

    @ParameterizedTest
    @CsvSource({"255, 1", "252, 8", "256, 4", "16384, 4194304", "1000000000, 4", "9223372036854775800, 4"})
    void whatIsBetweenAndBehindTheRegionsIsEfault(long offset, int length) {
        int fd = vfio.device.fd().number();
        assertEquals("EFAULT", answer(kernel.pread(fd, arena.allocate(length), offset)));
        assertEquals("EFAULT", answer(kernel.pwrite(fd, arena.allocate(length), offset)));
    }

    @Test
    void offsetsBeyondAllAndBadPointersAreRefused() {
        int fd = vfio.device.fd().number();
        assertEquals("EINVAL", answer(kernel.pread(fd, arena.allocate(8), Long.MAX_VALUE - 4)));
        assertEquals("EINVAL", answer(kernel.pread(fd, arena.allocate(8), -8)));
        long end = endOfMemory();
        assertEquals("EFAULT", answer(kernel.pread(fd, MappedMemory.borrow(end - 4, 8), 0)));
        assertEquals("EFAULT", answer(kernel.pwrite(fd, MappedMemory.borrow(end, 8), PAGE)));
        assertEquals("ESPIPE", answer(kernel.lseek(fd, 0, Posix.SEEK_SET)));
        MemorySegment two = arena.allocate(2);
        assertEquals(2, kernel.read(fd, two));
        assertEquals(0x34, two.get(JAVA_BYTE, 0));
        assertEquals(2, kernel.read(fd, two), "goes on where the first has ended");
        assertEquals(0x11, two.get(JAVA_BYTE, 0));
    }

    @Test
    void memoryIsTwoPagesOffUnlessItIsMapped() {
        memory().set(JAVA_INT, 2 * PAGE + 4, 0x12345678);
        MemorySegment word = arena.allocate(4, 4);
        vfio.device.read(vfio.device.region(0), 4, word);
        assertEquals(0x12345678, word.get(JAVA_INT, 0));
    }

    @ParameterizedTest
    @CsvSource({"4, 4096, EINVAL", "2, 4096, EINVAL", "0, 4096, EINVAL", "3, 4198400, EINVAL", "3, 4194304, ok", "3, 1, ok"})
    void memoryIsMappedFromItsBeginning(long page, long length, String expected) {
        long result = kernel.mmap(0, length, Posix.PROT_READ, Posix.MAP_SHARED, vfio.device.fd().number(), page * PAGE);
        assertEquals(expected, answer(result));
        if (result > 0) {
            kernel.munmap(result, length);
        }
        assertEquals("EINVAL", answer(kernel.mmap(0, length, Posix.PROT_READ, Posix.MAP_PRIVATE, vfio.device.fd().number(), page * PAGE)));
    }

    @Test
    void probesAndContradictionsOfFlags() {
        assertEquals(0, vfio.query(3, 0).result());
        for (int flags : new int[] {0, 1, 4, 5, 6, 7, 8, 10, 1 << 31}) {
            assertEquals("EINVAL", answer(vfio.query(flags, Vfio.PRIMARY).result()), "flags " + flags);
        }
        assertEquals("EINVAL", answer(vfio.request(VfioUapi.QUERY_GFX_PLANE, 59, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
        assertEquals("ok", answer(vfio.request(VfioUapi.QUERY_GFX_PLANE, 60, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
        assertEquals("EFAULT", answer(vfio.device.ioctl(VfioUapi.QUERY_GFX_PLANE, MemorySegment.ofAddress(8))));
        assertEquals("EFAULT", answer(vfio.device.ioctl(VfioUapi.GET_GFX_DMABUF, MemorySegment.ofAddress(8))));
        assertEquals("ENOENT", answer(vfio.get(99)));
        assertEquals("ENOENT", answer(vfio.get(0)));
        assertEquals("ENOTTY", answer(vfio.request(0x1234, 0)));
    }

    @Test
    void thereIsNoPictureBeforeTheMode() {
        assertEquals(new Vfio.Plane(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), vfio.dmabuf(Vfio.PRIMARY));
        vfio.mode(640, 480);
        assertEquals(new Vfio.Plane(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), vfio.dmabuf(Vfio.CURSOR));
        vfio.device.reset();
        assertEquals(new Vfio.Plane(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), vfio.dmabuf(Vfio.PRIMARY));
    }

    @Test
    void modesHaveIdsThatCountUpAndStay() {
        vfio.mode(640, 480);
        assertEquals("ENOMEM", answer(vfio.dmabuf(Vfio.PRIMARY).result()));
        Vfio.Plane first = new Vfio.Plane(0, VfioDriver.FORMAT_XRGB8888, 640, 480, 2560, 640 * 480 * 4, 0, 0, 0, 0, 1);
        assertEquals(first, vfio.dmabuf(Vfio.PRIMARY));
        assertEquals(first, vfio.dmabuf(Vfio.PRIMARY));
        vfio.mode(320, 240);
        assertEquals(2, shown().what());
        vfio.mode(640, 480);
        assertEquals(first, vfio.dmabuf(Vfio.PRIMARY), "known still");
        vfio.dispi(DispiMode.Y_OFFSET, 8);
        assertEquals(3, shown().what());
    }

    @ParameterizedTest
    @ValueSource(strings = {"63x480x32", "640x63x32", "2048x2048x32", "640x480x24", "640x480x16"})
    void modeThatCannotBeShownIsNoPicture(String mode) {
        String[] parts = mode.split("x");
        vfio.mode(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        vfio.dispi(DispiMode.BPP, Integer.parseInt(parts[2]));
        assertEquals(0, vfio.dmabuf(Vfio.PRIMARY).format());
    }

    @Test
    void bufferShowsWhatIsDrawnIntoTheMemory() {
        vfio.mode(640, 480);
        int id = shown().what();
        try (Fd buffer = vfio.export(id)) {
            MemorySegment memory = memory();
            memory.set(JAVA_INT, 4 * 641, 0xabcdef);
            assertEquals(640 * 480 * 4, FileStatus.of(buffer.number()).size());
            assertEquals(0xabcdef, seen(buffer, 4 * 641));
            assertEquals(0, kernel.fcntl(buffer.number(), Posix.F_GETFD, 0), "not closed on exec");
            assertEquals(Posix.O_RDONLY, kernel.fcntl(buffer.number(), Posix.F_GETFL, 0) & Posix.O_ACCMODE);
            assertEquals("mbochs", kernel.machine().buffers().getFirst().exporter());
        }
    }

    @Test
    void bufferMayEndWithinAPage() {
        vfio.mode(641, 481);
        try (Fd buffer = vfio.export(shown().what())) {
            assertEquals(641 * 481 * 4, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
            assertEquals(641 * 481 * 4, FileStatus.of(buffer.number()).size());
            assertEquals(641 * 481 * 4, kernel.machine().buffers().getFirst().size());
        }
    }

    /** Linux makes no shared mapping of a file that is open for reading only, and the driver allows no other. */
    @Test
    void noCpuCanMapABuffer() {
        vfio.mode(640, 480);
        try (Fd buffer = vfio.export(shown().what())) {
            int fd = buffer.number();
            assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, fd, 0)));
            assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_PRIVATE, fd, 0)));
            assertEquals("EACCES", answer(kernel.mmap(0, PAGE, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_SHARED, fd, 0)));
        }
    }

    private int seen(Fd buffer, long at) {
        MemorySegment word = arena.allocate(4, 4);
        kernel.machine().deviceRead(FileStatus.of(buffer.number()).inode(), at, word);
        return word.get(JAVA_INT, 0);
    }

    @Test
    void secondDescriptorOfAnIdIsTheSameBuffer() {
        vfio.mode(640, 480);
        int id = shown().what();
        Fd first = vfio.export(id);
        try (Fd second = vfio.export(id)) {
            assertEquals(FileStatus.of(first.number()).inode(), FileStatus.of(second.number()).inode());
            first.close();
            assertEquals(640 * 480 * 4, kernel.lseek(second.number(), 0, Posix.SEEK_END));
        }
        try (Fd anew = vfio.export(id)) {
            assertEquals(1, kernel.machine().buffers().size());
            assertEquals(640 * 480 * 4, kernel.lseek(anew.number(), 0, Posix.SEEK_END));
        }
    }

    @Test
    void framebufferThatBeginsWithinAPageCannotBeExported() {
        vfio.mode(640, 480);
        vfio.dispi(DispiMode.X_OFFSET, 8);
        Vfio.Plane plane = shown();
        assertEquals(640 * 480 * 4, plane.size());
        assertEquals("EINVAL", answer(vfio.get(plane.what())));
    }

    @Test
    void bufferOutlivesDeviceAndItsMemoryBeginsAnew() {
        vfio.mode(640, 480);
        int id = shown().what();
        memory().set(JAVA_INT, 0, 42);
        try (Fd buffer = vfio.export(id)) {
            vfio.close();
            vfio = new Vfio(kernel, GROUP);
            assertEquals(640, vfio.dispi(DispiMode.XRES), "registers stay");
            assertEquals("ENOENT", answer(vfio.get(id)));
            assertNotEquals(id, shown().what(), "ids are not used again");
            assertEquals(0, memory().get(JAVA_INT, 0));
            kernel.machine().unplug(GROUP);
            assertEquals(42, seen(buffer, 0));
        }
    }
}
