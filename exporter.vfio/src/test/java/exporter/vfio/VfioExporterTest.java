package exporter.vfio;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Lifetime;
import dmabuf.api.MemoryKind;
import dmabuf.api.MemoryRange;
import dmabuf.api.Placement;
import dmabuf.display.DisplayPlane;
import dmabuf.display.Hotspot;
import dmabuf.display.PlaneInfo;
import dmabuf.display.Transport;
import dmabuf.display.spi.PlaneState;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.ProcessResources;
import dmabuf.spi.ExportedBuffer;
import exporter.vfio.ScriptedDevice.Plane;
import exporter.vfio.uapi.GfxPlaneInfo;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of a device's answers, right and wrong ones. */
class VfioExporterTest {

    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;

    private final ProcessResources before = ProcessResources.now();
    private final ScriptedDevice device = new ScriptedDevice();
    private VfioExporter exporter;

    @AfterEach
    void nothingIsLeft() {
        if (exporter != null) {
            exporter.close();
        }
        device.close();
        ProcessResources more = ProcessResources.now().since(before);
        assertTrue(more.isNothing(), more::toString);
    }

    private VfioExporter exporter() {
        exporter = device.exporter();
        return exporter;
    }

    private VfioExporter ofRegion() {
        device.knows = GfxPlaneInfo.REGION;
        return exporter();
    }

    private static Plane picture(int id) {
        return Plane.of("XR24", WIDTH, HEIGHT, id);
    }

    private static DmaBufException assertErrno(Errno errno, Executable action) {
        DmaBufException e = assertThrows(DmaBufException.class, action);
        assertEquals(errno, e.errno(), e.getMessage());
        return e;
    }

    private static void close(ExportedBuffer buffer) {
        buffer.fd().close();
    }

    private PlaneInfo primary() {
        return exporter.query(DisplayPlane.PRIMARY).orElseThrow().info();
    }

    @Test
    void dmaBufIsPreferredToARegion() {
        device.knows = GfxPlaneInfo.DMABUF | GfxPlaneInfo.REGION;
        assertEquals(Transport.DMA_BUF, device.probed().transport());
        device.knows = GfxPlaneInfo.REGION;
        assertEquals(Transport.REGION, device.probed().transport());
        device.knows = 0;
        assertEquals(Optional.empty(), GfxDevice.probe(device.device).map(GfxDevice::transport));
    }

    @Test
    void planeIsToldWithAllThatTheDeviceSays() {
        exporter();
        device.primary = picture(1);
        device.cursor = Plane.of("AR24", 32, 32, 2).at(-5, 40, 3, 4);
        assertEquals("primary 1: XRGB8888 64x48, stride 256, 12288 bytes by dma-buf, at 0,0", primary().toString());
        PlaneInfo cursor = exporter.query(DisplayPlane.CURSOR).orElseThrow().info();
        assertEquals(new Hotspot(3, 4), cursor.hotspot().orElseThrow());
        assertEquals(List.of(-5, 40), List.of(cursor.x(), cursor.y()));
        device.cursor = device.cursor.at(0, 0, -1, -1);
        assertEquals(Optional.empty(), exporter.query(DisplayPlane.CURSOR).orElseThrow().info().hotspot());
    }

    @Test
    void planeThatIsOffIsNone() {
        exporter();
        assertEquals(Optional.empty(), exporter.query(DisplayPlane.PRIMARY));
        device.primary = picture(1).size(0);
        assertEquals(Optional.empty(), exporter.query(DisplayPlane.PRIMARY));
        DmaBufException e = assertErrno(Errno.ENOENT, () -> exporter.export(ExportRequest.ofSize(1)));
        assertTrue(e.getMessage().contains("the plane is off"), e.getMessage());
        assertEquals(0, device.gets.size());
    }

    @Test
    void memoryThatIsMissingForAMomentIsAskedForOnceMore() {
        exporter();
        device.primary = picture(1);
        device.queryFails.add(-Errno.ENOMEM.number());
        assertEquals(1, primary().id());
        device.queryFails.addAll(List.of(-Errno.ENOMEM.number(), -Errno.ENOMEM.number()));
        assertErrno(Errno.ENOMEM, this::primary);
    }

    @Test
    void deviceThatKnowsTooLittleOfTheStructIsNotBelieved() {
        exporter();
        device.primary = picture(1);
        device.argsz = GfxPlaneInfo.LEAST;
        assertEquals(1, primary().id());
        device.argsz = GfxPlaneInfo.LEAST - 1;
        assertTrue(assertErrno(Errno.EIO, this::primary).getMessage().contains("59 bytes"));
        device.argsz = -1;
        assertEquals(1, primary().id());
    }

    @Test
    void geometryThatCannotBeIsRefusedWithWhatIsWrong() {
        exporter();
        for (Plane wrong : List.of(
                picture(1).stride(WIDTH * 4 - 1),
                picture(1).size(WIDTH * HEIGHT * 4 - 1),
                Plane.of("XR24", 0, HEIGHT, 1).size(4096),
                Plane.of("XR24", -1, HEIGHT, 1).size(-1),
                Plane.of("XR24", WIDTH, -1, 1).stride(-1).size(-1),
                Plane.of("XR24", Integer.MAX_VALUE, Integer.MAX_VALUE, 1).stride(-4).size(-1),
                Plane.of("NV12", WIDTH, HEIGHT, 1))) {
            device.primary = wrong;
            DmaBufException e = assertErrno(Errno.EIO, this::primary);
            assertTrue(e.getMessage().contains("scripted, primary") && e.getMessage().contains("says what cannot be"), e.getMessage());
        }
        assertEquals(0, device.gets.size(), "nothing is fetched of what cannot be");
    }

    @Test
    void formatThatNobodyKnowsIsNamed() {
        exporter();
        device.primary = Plane.of("AB4H", WIDTH, HEIGHT, 1).stride(8 * WIDTH).size(8 * WIDTH * HEIGHT);
        assertEquals("AB4H", primary().frame().format().toString());
        assertFalse(primary().isReadable());
        device.primary = picture(2).modifier(0x0100000000000001L);
        assertEquals("intel:0x100000000000001", primary().frame().modifier().toString());
        assertFalse(primary().isReadable());
    }

    @Test
    void idIsFetchedOnceAndEveryTakerHasADescriptorOfTheSameBuffer() {
        exporter();
        device.primary = picture(9);
        PlaneState shown = exporter.query(DisplayPlane.PRIMARY).orElseThrow();
        assertEquals(1, device.gets.get(9), "at once: it cannot vanish from then on");
        ExportedBuffer one = exporter.export(shown.request());
        ExportedBuffer other = exporter.export(shown.request());
        assertNotEquals(one.fd().number(), other.fd().number());
        assertEquals(FileStatus.of(one.fd().number()).inode(), FileStatus.of(other.fd().number()).inode());
        assertEquals(1, device.gets.get(9));
        assertEquals(Access.READ, one.policy().access());
        assertEquals(1 << 20, one.size());
        assertEquals(Lifetime.SELF_CONTAINED, one.lifetime());
        close(one);
        close(other);
    }

    @Test
    void framebufferOutlivesTheModeThatShowedIt() {
        exporter();
        device.primary = picture(1);
        PlaneState old = exporter.query(DisplayPlane.PRIMARY).orElseThrow();
        device.primary = Plane.of("XR24", 32, 32, 2);
        assertEquals(2, primary().id());
        close(exporter.export(old.request()));
        device.primary = Plane.OFF;
        close(exporter.export(old.request()));
        assertEquals(1, device.gets.get(1));
    }

    @Test
    void planeThatVanishesBetweenTheRequestsIsAskedAnew() {
        exporter();
        device.primary = picture(1);
        device.get = id -> {
            if (id == 1) {
                device.primary = picture(2);
                return -Errno.EINVAL.number();
            }
            return device.newDmaBuf(1 << 20);
        };
        assertEquals(2, primary().id());
        device.primary = picture(3);
        device.get = id -> {
            device.primary = Plane.OFF;
            return -Errno.ENOENT.number();
        };
        assertEquals(Optional.empty(), exporter.query(DisplayPlane.PRIMARY));
        device.get = id -> -Errno.EINVAL.number();
        device.primary = picture(4);
        assertErrno(Errno.ENOENT, this::primary);
    }

    @Test
    void idThatIsGoneIsRefusedWithWhatThereIs() {
        exporter();
        device.primary = picture(1);
        ExportRequest request = ExportRequest.ofSize(1).withOption("vfio.id", "77");
        DmaBufException e = assertErrno(Errno.ENOENT, () -> exporter.export(request));
        assertTrue(e.getMessage().contains("id 77") && e.getMessage().contains("shows the framebuffer 1"), e.getMessage());
    }

    @Test
    void bufferThatIsSmallerThanThePictureIsRefused() {
        exporter();
        device.primary = picture(1);
        device.get = id -> device.newDmaBuf(4096);
        PlaneState shown = exporter.query(DisplayPlane.PRIMARY).orElseThrow();
        DmaBufException e = assertErrno(Errno.EIO, () -> exporter.export(shown.request()));
        assertTrue(e.getMessage().contains("the buffer has 4096"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, (1 << 20) + 1, Long.MAX_VALUE})
    void sizeThatTheFramebufferHasNotIsRefused(long size) {
        exporter();
        device.primary = picture(1);
        assertErrno(Errno.EINVAL, () -> exporter.export(ExportRequest.ofSize(size)));
    }

    @Test
    void whatIsAskedForInVainIsRefusedWithWhatThereIs() {
        exporter();
        device.primary = picture(1);
        ExportRequest any = ExportRequest.ofSize(1);
        assertTrue(assertErrno(Errno.EINVAL, () -> exporter.export(any.withOption("vfio.head", "1"))).getMessage()
                .contains("vfio.plane, vfio.id"));
        assertTrue(assertErrno(Errno.EINVAL, () -> exporter.export(any.withOption("vfio.plane", "overlay"))).getMessage()
                .contains("primary, cursor"));
        assertErrno(Errno.EINVAL, () -> exporter.export(any.withOption("vfio.id", "-1")));
        assertErrno(Errno.EOPNOTSUPP, () -> exporter.export(any.withPlacement(Placement.DEVICE)));
        try (Fd memfd = Memfd.sealed(device.simulated, "mine", 4096)) {
            assertErrno(Errno.EOPNOTSUPP, () -> exporter.export(ExportRequest.ofRanges(List.of(new MemoryRange(memfd, 0, 4096)))));
        }
        close(exporter.export(any.withOption("i915.caching", "uc")));
    }

    @Test
    void regionIsMappedAtItsPlaceInTheDevice() {
        ofRegion();
        device.regionOffset = 8192;
        device.primary = picture(0);
        ExportedBuffer buffer = exporter.export(exporter.query(DisplayPlane.PRIMARY).orElseThrow().request());
        try (Arena arena = Arena.ofConfined()) {
            MappedMemory.map(device.simulated, device.device.fd().number(), 8192, 4096, true, arena).set(JAVA_BYTE, 5, (byte) 42);
            assertEquals(42, MappedMemory.map(
                    device.simulated, buffer.fd().number(), buffer.plan().offset(), buffer.size(), false, arena).get(JAVA_BYTE, 5));
        } finally {
            close(buffer);
        }
        assertFalse(buffer.isDmaBuf());
        assertEquals(Lifetime.DEVICE_BOUND, buffer.lifetime());
        assertEquals(MemoryKind.IO, buffer.policy().memory());
        assertEquals(3 * 4096, buffer.size());
    }

    @Test
    void regionThatCannotHoldThePictureIsRefused() {
        ofRegion();
        device.primary = picture(0);
        ExportRequest any = ExportRequest.ofSize(1);
        device.regionSize = WIDTH * HEIGHT * 4 - 1;
        assertErrno(Errno.EIO, () -> exporter.export(any));
        device.regionSize = 1 << 20;
        for (long offset : new long[] {-4096, Long.MAX_VALUE / 4096 * 4096, 1}) {
            device.regionOffset = offset;
            assertErrno(Errno.EIO, () -> exporter.export(any));
        }
        device.regionOffset = 0;
        device.regionFlags = 1;
        assertTrue(assertErrno(Errno.EOPNOTSUPP, () -> exporter.export(any)).getMessage().contains("not be mapped"));
        device.regionFlags = 4;
        device.primary = picture(-1);
        assertErrno(Errno.EIO, () -> exporter.export(any));
    }

    @Test
    void geometryInARegionHasANumberThatComesBackWithIt() {
        ofRegion();
        device.primary = picture(3);
        long first = primary().id();
        assertEquals(first, primary().id());
        device.primary = Plane.of("XR24", 32, 32, 3);
        long second = primary().id();
        assertNotEquals(first, second);
        DmaBufException e = assertErrno(
                Errno.ENOENT, () -> exporter.export(ExportRequest.ofSize(1).withOption("vfio.id", Long.toString(first))));
        assertTrue(e.getMessage().contains("the framebuffer " + second), e.getMessage());
        device.primary = picture(3);
        assertEquals(first, primary().id());
    }

    @Test
    void pictureThatIsToldAgainIsNoCursor() {
        ofRegion();
        device.primary = picture(3);
        device.cursor = picture(3);
        assertEquals(Optional.empty(), exporter.query(DisplayPlane.CURSOR));
        device.cursor = Plane.of("AR24", 16, 16, 4);
        assertTrue(exporter.query(DisplayPlane.CURSOR).isPresent());
    }

    @Test
    void propertiesSayThatNothingIsMadeHere() {
        ExporterProperties dmaBuf = exporter().properties();
        assertFalse(dmaBuf.allocates());
        assertEquals(Lifetime.SELF_CONTAINED, dmaBuf.lifetime());
        assertTrue(dmaBuf.modes().containsKey("dma-buf") && dmaBuf.needsSync());
        device.knows = GfxPlaneInfo.REGION;
        try (VfioExporter region = device.exporter()) {
            assertEquals(List.of("region"), List.copyOf(region.properties().modes().keySet()));
            assertEquals(Lifetime.DEVICE_BOUND, region.properties().lifetime());
        }
    }

    @Test
    void driverDecidesTheCaching() {
        assertEquals(Caching.UNKNOWN, Policies.of(Transport.DMA_BUF, "").caching());
        assertFalse(Policies.of(Transport.DMA_BUF, "mbochs").mappable());
        assertEquals(Caching.CACHED, Policies.of(Transport.REGION, "mdpy").caching());
        assertEquals(Caching.UNCACHED, Policies.of(Transport.REGION, "vfio-pci").caching());
        assertFalse(Policies.of(Transport.REGION, "other").guestMappable());
    }

    @Test
    void closedExporterSaysThatTheDeviceIsGone() {
        exporter();
        device.primary = picture(1);
        PlaneState shown = exporter.query(DisplayPlane.PRIMARY).orElseThrow();
        exporter.close();
        exporter.close();
        assertErrno(Errno.ENODEV, () -> exporter.query(DisplayPlane.PRIMARY));
        assertErrno(Errno.ENODEV, () -> exporter.export(shown.request()));
    }

    @Test
    void deviceThatItsOwnerHasClosedIsGone() {
        exporter();
        device.primary = picture(1);
        device.device.close();
        assertErrno(Errno.ENODEV, () -> exporter.query(DisplayPlane.PRIMARY));
    }
}
