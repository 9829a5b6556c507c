package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.linux.Posix;
import dmabuf.linux.vfio.VfioIoctl;
import dmabuf.linux.vfio.VfioRegion;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The simulated mdpy: a picture in a region. */
class MdpyTest extends SimulatedKernelCase {

    private static final String GROUP = "/dev/vfio/2";
    private static final long MEMORY = 2 << 20;

    private Vfio vfio;

    @BeforeEach
    void open() {
        kernel.machine().plug(GROUP, SimulatedVfio.MDPY);
        vfio = new Vfio(kernel, GROUP);
    }

    @AfterEach
    void close() {
        vfio.close();
    }

    @Test
    void planeIsARegionWhateverPlaneIsAskedFor() {
        Vfio.Plane plane = new Vfio.Plane(0, VfioDriver.FORMAT_XRGB8888, 640, 480, 2560, (int) MEMORY, 0, 0, 0, 0, 16);
        assertEquals(plane, vfio.region(Vfio.PRIMARY));
        assertEquals(plane, vfio.region(Vfio.CURSOR));
        assertEquals(0, vfio.query(5, 0).result());
        for (int flags : new int[] {0, 1, 2, 3, 6, 7, 8, 12}) {
            assertEquals("EINVAL", answer(vfio.query(flags, Vfio.PRIMARY).result()), "flags " + flags);
        }
        assertEquals("ENOTTY", answer(vfio.get(1)));
        assertEquals("ENOTTY", answer(vfio.device.ioctl(VfioUapi.GET_GFX_DMABUF, MemorySegment.ofAddress(8))));
    }

    @Test
    void regionsAreThoseOfTheDriver() {
        assertEquals(9, vfio.device.info().regions());
        assertEquals(new VfioRegion(0, 7, MEMORY, PAGE), vfio.device.region(0));
        assertEquals(new VfioRegion(16, 7, MEMORY, PAGE), vfio.device.region(16));
        assertEquals(new VfioRegion(7, 3, 0xff, 0), vfio.device.region(7));
        assertEquals(new VfioRegion(8, 0, 0, 0), vfio.device.region(8));
        assertEquals("EINVAL", answer(vfio.request(VfioIoctl.DEVICE_GET_REGION_INFO, 32, 0, 9, 0, 0, 0, 0, 0)));
        assertEquals("ok", answer(vfio.request(VfioIoctl.DEVICE_GET_REGION_INFO, 4096, 0, 7, 0, 0, 0, 0, 0)));
        MemorySegment format = arena.allocate(4, 4);
        vfio.device.read(vfio.device.region(7), 0x44, format);
        assertEquals(VfioDriver.FORMAT_XRGB8888, format.get(JAVA_INT, 0));
    }

    @Test
    void regionShowsAGradientUntilSomebodyDraws() {
        MemorySegment seen = vfio.device.map(vfio.device.region(16), 0, MEMORY, true, arena);
        assertEquals(0, seen.get(JAVA_BYTE, 0));
        assertEquals((byte) (240 * 255 / 480), seen.get(JAVA_BYTE, 240 * 2560));
        seen.set(JAVA_INT, 2560, 0x123456);
        assertEquals(0x123456, vfio.device.map(vfio.device.region(0), 0, PAGE, false, arena).get(JAVA_INT, 2560));
        vfio.device.reset();
        assertEquals(0, seen.get(JAVA_INT, 2560));
        int fd = vfio.device.fd().number();
        assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, fd, 2 * PAGE)));
        assertEquals("EINVAL", answer(kernel.mmap(0, MEMORY + PAGE, Posix.PROT_READ, Posix.MAP_SHARED, fd, PAGE)));
        assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_PRIVATE, fd, PAGE)));
    }

    @Test
    void readingThroughTheFileIsAlwaysReadingTheBeginning() {
        vfio.device.map(vfio.device.region(16), 0, PAGE, true, arena).set(JAVA_INT, 0, 0x01020304);
        MemorySegment word = arena.allocate(4, 4);
        vfio.device.read(vfio.device.region(16), 1 << 20, word);
        assertEquals(0x01020304, word.get(JAVA_INT, 0));
        assertEquals("EFAULT", answer(kernel.pread(vfio.device.fd().number(), word, PAGE + MEMORY)));
    }

    @Test
    void interruptsAreKnownOnceTheDeviceWasAskedWhatItIs() {
        assertEquals("EINVAL", answer(vfio.request(VfioIoctl.DEVICE_GET_IRQ_INFO, 16, 0, 0, 9)));
        vfio.device.info();
        assertEquals("ok", answer(vfio.request(VfioIoctl.DEVICE_GET_IRQ_INFO, 16, 0, 4, 9)));
        assertEquals("EINVAL", answer(vfio.request(VfioIoctl.DEVICE_GET_IRQ_INFO, 16, 0, 5, 9)));
        assertEquals("EINVAL", answer(vfio.request(VfioIoctl.DEVICE_SET_IRQS, 20, 0, 0, 0, 0)));
    }
}
