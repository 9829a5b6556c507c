package dmabuf.itest;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferRevokedException;
import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.api.NoSourceException;
import dmabuf.api.Requirements;
import dmabuf.api.Subscription;
import dmabuf.display.CursorMode;
import dmabuf.display.Display;
import dmabuf.display.DisplayFrame;
import dmabuf.display.DisplayPicture;
import dmabuf.display.DisplayPlane;
import dmabuf.display.DisplayState;
import dmabuf.display.Displays;
import dmabuf.display.Transport;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.InContainer;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioNodes;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedMachine;
import dmabuf.sim.SimulatedScreen;
import dmabuf.sim.SimulatedVfio;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.BundleWiring;

/** Screens come and go, and what is on them, and the bundle that knows them, with frames in use. */
@InContainer(DisplayPlatform.class)
@ExtendWith(NoLeaks.class)
class VfioIT {

    private static final String VFIO = "(dmabuf.exporter=vfio)";
    private static final String FIRST = "/dev/vfio/21";
    private static final String SECOND = "/dev/vfio/22";

    private final BundleContext context;
    private final Deployment deployment;
    private SimulatedKernel kernel;
    private SimulatedMachine machine;
    private Bundle exporter;

    VfioIT(BundleContext context) {
        this.context = context;
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        deployment.configure("exporter.vfio", Map.of("kernel", "simulated"));
        kernel = deployment.service(SimulatedKernel.class, "");
        machine = kernel.machine();
        exporter = deployment.install("exporter.vfio");
    }

    @AfterEach
    void undeploy() throws Exception {
        machine.unplug(FIRST);
        machine.unplug(SECOND);
        deployment.close();
    }

    private Display plug(SimulatedVfio vfio) {
        machine.plug(FIRST, vfio);
        return deployment.service(Display.class, "(dmabuf.device=" + FIRST + ")");
    }

    private SimulatedScreen guest() {
        return machine.screen(FIRST);
    }

    private List<Display> screens() {
        return deployment.service(Displays.class, "").all();
    }

    /** The pixels of a frame in mapped memory, as they are at this moment. */
    private static int[] pixels(FrameDescription frame, Mapping mapping) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            int[] pixels = new int[frame.width() * frame.height()];
            MemorySegment memory = cpu.segment();
            for (int y = 0; y < frame.height(); y++) {
                long row = frame.rows(0, memory).offset(y);
                for (int x = 0; x < frame.width(); x++) {
                    pixels[y * frame.width() + x] = memory.get(JAVA_INT_UNALIGNED, row + 4L * x) & 0xff_ffff;
                }
            }
            return pixels;
        }
    }

    private static Mapping map(DisplayFrame frame) {
        return frame.buffer().mmap(MmapRequest.whole().access(Access.READ));
    }

    @Test
    void screenComesAndGoesWithItsDevice() {
        assertEquals(List.of(), screens());
        Display display = plug(SimulatedVfio.VGPU);
        assertEquals(List.of(display), screens());
        assertTrue(display.name().contains("vgpu"), display::name);
        machine.unplug(FIRST);
        deployment.awaitNoSource(VFIO);
        Await.until("the screen goes", () -> screens().isEmpty());
        assertEquals(DisplayState.GONE, display.state());
        assertThrows(ExporterGoneException.class, () -> display.frame(DisplayPlane.PRIMARY));
        assertSame(display, plug(SimulatedVfio.VGPU));
    }

    @Test
    void everyPixelIsWhatTheGuestHasDrawnByDmaBufAndByRegion() {
        for (SimulatedVfio vfio : List.of(SimulatedVfio.VGPU, SimulatedVfio.VGPU_REGION)) {
            Display display = plug(vfio);
            guest().tick(5);
            try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow(); Mapping mapping = map(frame)) {
                assertEquals(vfio == SimulatedVfio.VGPU ? Transport.DMA_BUF : Transport.REGION, frame.info().transport());
                assertArrayEquals(guest().picture(), pixels(frame.info().frame(), mapping));
                assertEquals(Errno.EACCES, assertThrows(
                        DmaBufException.class, () -> frame.buffer().mmap(MmapRequest.whole().access(Access.WRITE))).errno());
            }
            DisplayPicture picture = display.capture(CursorMode.COMPOSED).orElseThrow();
            int middle = (guest().cursorY() + 32) * guest().width() + guest().cursorX() + 32;
            assertEquals(0xffff0000, picture.pixels().getAtIndex(JAVA_INT_UNALIGNED, middle));
            machine.unplug(FIRST);
            deployment.awaitNoSource(VFIO);
        }
    }

    @Test
    void changeOfModeIsAnotherFramebufferAndLeavesTheOldOne() {
        Display display = plug(SimulatedVfio.VGPU);
        try (DisplayFrame old = display.frame(DisplayPlane.PRIMARY).orElseThrow(); Mapping mapping = map(old)) {
            int[] before = guest().picture();
            guest().setMode(320, 200);
            try (DisplayFrame now = display.frame(DisplayPlane.PRIMARY).orElseThrow(); Mapping small = map(now)) {
                assertNotEquals(old.info().id(), now.info().id());
                assertEquals(320, now.info().frame().width());
                assertArrayEquals(guest().picture(), pixels(now.info().frame(), small));
            }
            assertArrayEquals(before, pixels(old.info().frame(), mapping));
        }
    }

    @Test
    void planeThatIsSwitchedOffIsNoFrameAndNoError() {
        Display display = plug(SimulatedVfio.VGPU);
        guest().setPrimaryShown(false);
        assertEquals(Optional.empty(), display.frame(DisplayPlane.PRIMARY));
        assertEquals(DisplayState.Condition.OFF, display.state().condition());
        guest().setPrimaryShown(true);
        guest().setCursorShown(false);
        assertEquals(DisplayState.Condition.ON, display.state().condition());
        assertEquals(Optional.empty(), display.state().cursor());
        guest().setCursorShown(true);
        display.frame(DisplayPlane.CURSOR).orElseThrow().close();
    }

    @Test
    void formatThatNobodyKnowsIsNamedAndNotShownAsNoise() {
        Display display = plug(SimulatedVfio.VGPU);
        guest().claimFormat(DrmFormat.of("AB4H").fourcc());
        assertEquals("AB4H", display.state().primary().orElseThrow().frame().format().toString());
        DmaBufException e = assertThrows(DmaBufException.class, () -> display.capture(CursorMode.APART));
        assertTrue(e.errno() == Errno.EOPNOTSUPP && e.getMessage().contains("AB4H"), e.getMessage());
    }

    @Test
    void updatedExporterKeepsFrameAndSubscription() throws Exception {
        Display display = plug(SimulatedVfio.VGPU);
        List<DisplayState.Condition> told = new CopyOnWriteArrayList<>();
        try (Subscription follows = display.listen(Duration.ZERO, now -> {
            if (told.isEmpty() || told.getLast() != now.condition()) {
                told.add(now.condition());
            }
        });
                DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow();
                Mapping mapping = map(frame)) {
            assertTrue(follows != null);
            int[] before = guest().picture();
            exporter.stop();
            Await.until("the listener is told that it is gone", () -> told.contains(DisplayState.Condition.GONE));
            try (InputStream newer = JarWithVersion.of(ContainerJars.jar("exporter.vfio"), "1.1.0")) {
                exporter.update(newer);
            }
            exporter.start();
            assertEquals(BufferState.ORPHANED, frame.buffer().state());
            assertArrayEquals(before, pixels(frame.info().frame(), mapping));
            Await.until("the listener is told that it is back", () -> told.getLast() == DisplayState.Condition.ON && told.size() > 2);
            assertSame(display, deployment.service(Display.class, "(dmabuf.device=" + FIRST + ")"));
        }
        assertEquals("1.1.0", deployment.source(VFIO).properties().bundleVersion());
    }

    @Test
    void frameByRegionLeavesWithTheDevice() throws Exception {
        deployment.configure("dmabuf.core", Map.of("graceMillis", 0));
        Display display = plug(SimulatedVfio.VGPU_REGION);
        try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow(); Mapping mapping = map(frame)) {
            machine.unplug(FIRST);
            deployment.awaitNoSource(VFIO);
            Await.until("the memory leaves, after the source has", () -> frame.buffer().state() == BufferState.REVOKED);
            Await.until("the mapping is taken away", () -> {
                try {
                    mapping.cpuAccess(Access.READ).close();
                    return false;
                } catch (BufferRevokedException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void frameByDmaBufOutlivesTheDevice() {
        Display display = plug(SimulatedVfio.VGPU);
        try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow(); Mapping mapping = map(frame)) {
            int[] before = guest().picture();
            machine.unplug(FIRST);
            deployment.awaitNoSource(VFIO);
            assertArrayEquals(before, pixels(frame.info().frame(), mapping));
        }
    }

    @Test
    void uninstalledExporterLetsItsClassLoaderGoWhileItsFrameIsMapped() throws Exception {
        WeakReference<ClassLoader> loader = new WeakReference<>(exporter.adapt(BundleWiring.class).getClassLoader());
        Display display = plug(SimulatedVfio.VGPU);
        try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow(); Mapping mapping = map(frame)) {
            display.capture(CursorMode.COMPOSED).orElseThrow();
            exporter.uninstall();
            deployment.refresh(exporter);
            Await.collection(loader);
            assertArrayEquals(guest().picture(), pixels(frame.info().frame(), mapping));
        }
    }

    @Test
    void screenIsChosenForNoRequestForMemory() {
        plug(SimulatedVfio.VGPU);
        ExportRequest page = ExportRequest.ofSize(4096);
        NoSourceException e = assertThrows(
                NoSourceException.class, () -> deployment.dmaBufs().export(Requirements.none().exporter("vfio"), page));
        assertTrue(e.getMessage().contains("it makes no memory"), e.getMessage());
        BufferSource source = deployment.source(VFIO);
        source.export(page.withOption("vfio.plane", "cursor")).close();
    }

    @Test
    void deviceThatIsLentIsServedAndLeftToItsOwner() throws Exception {
        // Opened here, as a VMM would: the exporter takes real devices only, and this one is not real.
        deployment.configure("exporter.vfio", Map.of("kernel", "linux"));
        machine.plug(FIRST, SimulatedVfio.VGPU);
        try (VfioDevice device = VfioDevice.open(kernel, VfioNodes.find(kernel.devices(), FIRST).orElseThrow())) {
            Hashtable<String, Object> properties = new Hashtable<>();
            properties.put("dmabuf.device", "my screen");
            ServiceRegistration<VfioDevice> lent = context.registerService(VfioDevice.class, device, properties);
            Display display = deployment.service(Display.class, "(dmabuf.device=my screen)");
            try (DisplayFrame frame = display.frame(DisplayPlane.PRIMARY).orElseThrow(); Mapping mapping = map(frame)) {
                assertArrayEquals(guest().picture(), pixels(frame.info().frame(), mapping));
                lent.unregister();
                assertEquals(DisplayState.GONE, display.state());
                assertEquals(BufferState.ORPHANED, frame.buffer().state());
            }
            assertTrue(device.info().isPci(), "it is open still");
        }
    }

    @Test
    void bufferThatNoCpuCanMapIsHandedOutAndRefusedAsAPicture() {
        machine.plug(SECOND, SimulatedVfio.MBOCHS);
        Display display = deployment.service(Display.class, "(dmabuf.device=" + SECOND + ")");
        assertEquals(DisplayState.Condition.OFF, display.state().condition());
        assertEquals(List.of(), List.copyOf(deployment.source("(dmabuf.device=" + SECOND + ")").properties().modes().keySet()));
    }
}
