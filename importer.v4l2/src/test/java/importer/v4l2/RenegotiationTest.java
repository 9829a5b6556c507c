package importer.v4l2;

import static importer.v4l2.CameraRig.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferId;
import dmabuf.api.BufferState;
import dmabuf.api.Caching;
import dmabuf.api.Lifetime;
import dmabuf.api.MmapPolicy;
import dmabuf.core.ExporterRegistration;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import dmabuf.linux.TestUdmabuf;
import dmabuf.sim.SimulatedCamera;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultySyscalls;
import importer.v4l2.CaptureEvent.Kind;
import importer.v4l2.uapi.Videodev;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The exporter of a stream's buffers goes, and the stream goes on: no frame is lost and none is torn. */
class RenegotiationTest {

    private static final CaptureRequest YUYV = CaptureRequest.any().size(320, 180).formats(DrmFormat.YUYV).buffers(3);

    private FaultySyscalls faulty;
    private final CameraRig rig = new CameraRig(SimulatedCamera.CAMERA, kernel -> faulty = FaultySyscalls.over(kernel));
    private long expected;

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    private static List<Kind> kinds(CaptureStream stream) {
        return stream.events().stream().map(CaptureEvent::kind).toList();
    }

    /** So many frames, each whole and with the next number. */
    private void frames(CaptureStream stream, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            try (CapturedFrame frame = rig.frame(stream)) {
                assertEquals(expected++, frame.sequence());
                assertEquals(0, frame.droppedBefore());
                rig.assertWhole(stream, frame);
            }
        }
    }

    @Test
    void orphanedBuffersGoOn() throws Exception {
        rig.add("two");
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            frames(stream, 5);
            List<BufferId> before = stream.buffers();
            rig.exporter.close();
            frames(stream, 10);
            assertEquals(before, stream.buffers());
            assertEquals(List.of(Kind.BUFFERS_GO_ON), kinds(stream));
            CaptureEvent event = stream.events().getFirst();
            assertEquals("after frame 5: one on /dev/one (simulated) generation 1 has gone; its buffers go on", event.toString());
            assertEquals(0, stream.dropped());
        }
    }

    @Test
    void buffersAreReplacedBetweenFramesByThoseOfAnotherExporter() throws Exception {
        rig.add("two");
        try (CaptureStream stream = rig.camera.open(YUYV.whenExporterGoes(WhenExporterGoes.RENEGOTIATE))) {
            frames(stream, 5);
            CapturedFrame kept = rig.frame(stream); // In the old memory, and looked at again when that is replaced.
            expected++;
            rig.exporter.close();
            frames(stream, 10);
            assertEquals(BufferState.ORPHANED, kept.buffer().state());
            rig.assertWhole(stream, kept);
            kept.close();
            frames(stream, 4);
            assertEquals(List.of(Kind.RENEGOTIATING, Kind.RENEGOTIATED), kinds(stream));
            assertTrue(stream.events().getLast().message().equals("all 3 buffers are now of two on /dev/two (simulated) generation 1"),
                    stream.events()::toString);
            assertTrue(stream.choice().origin().startsWith("two"), stream.choice()::toString);
            assertEquals(3, rig.simulated.machine().buffers().size());
            assertEquals(0, stream.dropped());
        }
    }

    @Test
    void successorOfTheSameExporterIsTaken() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.whenExporterGoes(WhenExporterGoes.RENEGOTIATE))) {
            frames(stream, 2);
            Set<BufferId> old = new HashSet<>(stream.buffers());
            rig.exporter.close();
            frames(stream, 3);
            assertEquals(List.of(Kind.RENEGOTIATING, Kind.NOT_RENEGOTIATED), kinds(stream));
            assertEquals(old, new HashSet<>(stream.buffers()));
            rig.add("one");
            frames(stream, 4);
            assertEquals(List.of(Kind.RENEGOTIATING, Kind.NOT_RENEGOTIATED, Kind.RENEGOTIATED), kinds(stream));
            assertTrue(stream.choice().origin().endsWith("generation 2"), stream.choice()::toString);
            old.retainAll(stream.buffers());
            assertEquals(Set.of(), old);
        }
    }

    @Test
    void exporterThatGoesAgainAndAgainCostsNoFrame() throws Exception {
        ExporterRegistration current = rig.exporter;
        try (CaptureStream stream = rig.camera.open(YUYV.whenExporterGoes(WhenExporterGoes.RENEGOTIATE))) {
            for (int i = 0; i < 10; i++) {
                current.close();
                frames(stream, i % 3);
                current = rig.add("one");
                frames(stream, i % 4);
            }
            frames(stream, 6);
            assertEquals(Kind.RENEGOTIATED, kinds(stream).getLast());
            assertTrue(stream.choice().origin().endsWith("generation 11"), stream.choice()::toString);
            assertEquals(0, stream.dropped());
            assertEquals(3, rig.simulated.machine().buffers().size());
        }
    }

    @Test
    void askedForItIsDoneWithNobodyGone() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            frames(stream, 2);
            Set<BufferId> old = new HashSet<>(stream.buffers());
            stream.renegotiate();
            frames(stream, 3);
            assertEquals(List.of(Kind.RENEGOTIATING, Kind.RENEGOTIATED), kinds(stream));
            old.retainAll(stream.buffers());
            assertEquals(Set.of(), old);
        }
    }

    @Test
    void newBufferThatTheDriverDoesNotTakeLeavesTheOldOneInPlace() throws Exception {
        rig.add("two");
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            frames(stream, 2);
            stream.renegotiate();
            faulty.at(1, Call.ioctl(Videodev.QBUF)).fails(Errno.EFAULT);
            frames(stream, 6); // The first one is refused, and the other exporter is asked from then on.
            assertEquals(List.of(Kind.RENEGOTIATING, Kind.RENEGOTIATED), kinds(stream));
            assertTrue(stream.choice().origin().startsWith("two"), stream.choice()::toString);
            assertTrue(stream.choice().refusals().getFirst().contains("EFAULT"), stream.choice()::toString);
            assertEquals(0, stream.dropped());
        }
    }

    @Test
    void driversOwnBuffersAreNotReplaced() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.memory(CaptureMemory.MMAP))) {
            assertErrno(Errno.EOPNOTSUPP, "not negotiated", stream::renegotiate);
            rig.exporter.close();
            frames(stream, 5);
            assertEquals(List.of(), kinds(stream));
        }
    }

    @Test
    void memoryThatLeavesWithItsDeviceIsReplacedWhateverWasSaid() throws Exception {
        List<BufferControl> controls = new ArrayList<>();
        ExporterRegistration leaving = rig.add("leaving", request -> ExportedBuffer
                .builder(TestUdmabuf.create(rig.kernel, request.size()), request.size(), MmapPolicy.mappable(Caching.CACHED))
                .lifetime(Lifetime.DEVICE_BOUND)
                .ops(new BufferOps() {
                    @Override
                    public void exported(BufferControl control) {
                        controls.add(control);
                    }
                })
                .build());
        rig.exporter.close();
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            frames(stream, 4);
            rig.add("stays");
            rig.core.graceMillis(0);
            controls.forEach(BufferControl::revoke);
            leaving.close();
            CameraRig.await("revocation", () -> rig.core.census().stream().anyMatch(line -> line.state() == BufferState.REVOKED));
            // What the driver had written, or was to write, into that memory is lost, and said to be.
            rig.control.tick(3);
            assertTrue(stream.next(Duration.ZERO).isEmpty());
            assertEquals(3, stream.dropped());
            try (CapturedFrame frame = rig.frame(stream)) {
                assertEquals(7, frame.sequence());
                rig.assertWhole(stream, frame);
            }
            assertTrue(kinds(stream).containsAll(List.of(Kind.RENEGOTIATING, Kind.RENEGOTIATED)), stream.events()::toString);
            assertTrue(stream.next(Duration.ZERO).isEmpty());
        }
    }
}
