package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.InContainer;
import dmabuf.sim.CameraControl;
import dmabuf.sim.SimulatedCamera;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedMachine;
import dmabuf.sim.TestPattern;
import importer.v4l2.Camera;
import importer.v4l2.CameraGoneException;
import importer.v4l2.CaptureEvent;
import importer.v4l2.CaptureRequest;
import importer.v4l2.CaptureStream;
import importer.v4l2.CapturedFrame;
import importer.v4l2.WhenExporterGoes;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** A camera captures into buffers of exporters that come and go under the stream: no frame is lost, and none is torn. */
@InContainer(CameraPlatform.class)
@ExtendWith(NoLeaks.class)
class CameraIT {

    private static final String NODE = "/dev/video7";
    private static final String CAMERA = "(camera.device=" + NODE + ")";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final CaptureRequest REQUEST = CaptureRequest.any().size(320, 180).formats(DrmFormat.YUYV).buffers(3);

    private final Deployment deployment;
    private SimulatedMachine machine;
    private CameraControl control;
    private Bundle udmabuf;
    private long expected;

    CameraIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        deployment.configure("importer.v4l2", Map.of("kernel", "simulated"));
        deployment.configure("exporter.heap", Map.of("kernel", "simulated"));
        udmabuf = deployment.onSimulatedDevices().install("exporter.udmabuf");
        deployment.source(Deployment.UDMABUF);
        machine = deployment.service(SimulatedKernel.class, "").machine();
        machine.plug(NODE, SimulatedCamera.CAMERA);
        control = machine.camera(NODE);
        control.holdClock();
    }

    @AfterEach
    void undeploy() throws Exception {
        machine.unplug(NODE);
        deployment.bundle("importer.v4l2").start();
        deployment.close();
    }

    private Camera camera() {
        return deployment.service(Camera.class, CAMERA);
    }

    /** So many frames, each with the next number, in what the driver says and in the pixels from the first row to the last. */
    private void frames(CaptureStream stream, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            assertEquals(1, control.tick(1));
            try (CapturedFrame frame = stream.next(PATIENCE).orElseThrow()) {
                assertEquals(expected, frame.sequence());
                assertTrue(stream.buffers().contains(frame.buffer().id()), frame::toString);
                assertWhole(frame, expected++);
            }
        }
    }

    private static void assertWhole(CapturedFrame frame, long number) {
        FrameDescription picture = frame.description();
        TestPattern pattern = TestPattern.of(picture.format().fourcc(), picture.width(), picture.height());
        try (Mapping mapping = frame.buffer().mmap(MmapRequest.whole().access(Access.READ));
                CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            List<Integer> stride = List.of((int) picture.planes().getFirst().stride());
            assertTrue(pattern.holds(number, stride, List.of(cpu.segment())), () -> "not frame " + number + ", or torn: " + frame);
        }
    }

    private static List<CaptureEvent.Kind> kinds(CaptureStream stream) {
        return stream.events().stream().map(CaptureEvent::kind).toList();
    }

    @Test
    void serviceComesAndGoesWithTheDevice() {
        Camera camera = camera();
        assertEquals(NODE, camera.info().device());
        assertEquals(1, deployment.references(Camera.class, "(&" + CAMERA + "(dmabuf.kernel=simulated)(camera.multiplanar=false))").size());
        machine.unplug(NODE);
        Await.until("withdrawal of the camera", () -> deployment.references(Camera.class, CAMERA).isEmpty());
        assertEquals(Errno.ENOENT, assertThrows(DmaBufException.class, () -> camera.open(REQUEST)).errno());
    }

    @Test
    void cameraCapturesIntoUdmabufs() throws Exception {
        try (CaptureStream stream = camera().open(REQUEST)) {
            assertTrue(stream.choice().origin().startsWith("udmabuf on /dev/udmabuf"), stream.choice()::toString);
            frames(stream, 10);
            assertEquals(0, stream.dropped());
        }
    }

    @Test
    void cameraCapturesIntoBuffersOfTheHeap() throws Exception {
        deployment.install("exporter.heap");
        deployment.source("(dmabuf.exporter=heap)");
        try (CaptureStream stream = camera().open(REQUEST.from(Requirements.none().exporter("heap")))) {
            assertTrue(stream.choice().origin().startsWith("heap on /dev/dma_heap/"), stream.choice()::toString);
            frames(stream, 10);
        }
    }

    @Test
    void streamGoesOnWithOrphansWhenItsExporterStops() throws Exception {
        try (CaptureStream stream = camera().open(REQUEST)) {
            frames(stream, 4);
            udmabuf.stop();
            frames(stream, 8);
            assertEquals(List.of(CaptureEvent.Kind.BUFFERS_GO_ON), kinds(stream));
            assertEquals(0, stream.dropped());
        }
    }

    @Test
    void streamTakesBuffersOfTheUpdatedExporter() throws Exception {
        try (CaptureStream stream = camera().open(REQUEST.whenExporterGoes(WhenExporterGoes.RENEGOTIATE))) {
            frames(stream, 4);
            String before = stream.choice().origin();
            try (InputStream newer = JarWithVersion.of(ContainerJars.jar("exporter.udmabuf"), "1.1.0")) {
                udmabuf.update(newer);
            }
            deployment.source(Deployment.UDMABUF);
            frames(stream, 8);
            assertEquals(List.of(CaptureEvent.Kind.RENEGOTIATING, CaptureEvent.Kind.RENEGOTIATED), kinds(stream));
            String after = stream.choice().origin();
            assertTrue(!after.equals(before) && after.startsWith("udmabuf"), after);
            assertEquals(0, stream.dropped());
        }
    }

    @Test
    void streamMovesToAnotherExporterWhenItsOwnIsUninstalled() throws Exception {
        deployment.install("exporter.heap");
        deployment.source("(dmabuf.exporter=heap)");
        Requirements first = Requirements.none().exporter("udmabuf");
        try (CaptureStream stream = camera().open(REQUEST.from(first).whenExporterGoes(WhenExporterGoes.RENEGOTIATE))) {
            frames(stream, 4);
            udmabuf.uninstall();
            deployment.refresh(udmabuf);
            frames(stream, 4); // Only udmabuf was allowed, so its orphans go on.
            assertEquals(List.of(CaptureEvent.Kind.RENEGOTIATING, CaptureEvent.Kind.NOT_RENEGOTIATED), kinds(stream));
        }
        expected = 0;
        udmabuf = deployment.install("exporter.udmabuf");
        deployment.source(Deployment.UDMABUF);
        try (CaptureStream stream = camera().open(REQUEST.whenExporterGoes(WhenExporterGoes.RENEGOTIATE))) {
            frames(stream, 4);
            boolean fromHeap = stream.choice().origin().startsWith("heap");
            (fromHeap ? deployment.bundle("exporter.heap") : udmabuf).stop();
            frames(stream, 8);
            assertTrue(stream.choice().origin().startsWith(fromHeap ? "udmabuf" : "heap"), stream.choice()::toString);
            assertEquals(CaptureEvent.Kind.RENEGOTIATED, kinds(stream).getLast());
            assertEquals(0, stream.dropped());
        }
    }

    @Test
    void unpluggedCameraEndsTheStreamAndLeavesItsFrames() throws Exception {
        try (CaptureStream stream = camera().open(REQUEST)) {
            assertEquals(1, control.tick(1));
            try (CapturedFrame frame = stream.next(PATIENCE).orElseThrow()) {
                machine.unplug(NODE);
                assertThrows(CameraGoneException.class, () -> stream.next(PATIENCE));
                assertWhole(frame, 0);
            }
        }
    }

    @Test
    void stoppedImporterEndsItsStreamsAndLeavesTheirFrames() throws Exception {
        CaptureStream stream = camera().open(REQUEST);
        assertEquals(1, control.tick(1));
        try (CapturedFrame frame = stream.next(PATIENCE).orElseThrow()) {
            deployment.bundle("importer.v4l2").stop();
            assertEquals(Errno.ECANCELED, assertThrows(DmaBufException.class, () -> stream.next(PATIENCE)).errno());
            assertEquals(BufferState.ACTIVE, frame.buffer().state());
            assertWhole(frame, 0);
        }
        assertEquals(List.of(), deployment.dmaBufs().census());
        assertTrue(!control.isStreaming());
    }
}
