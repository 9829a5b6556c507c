package importer.v4l2;

import static importer.v4l2.CameraRig.PATIENCE;
import static importer.v4l2.CameraRig.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.PolicyOrigin;
import dmabuf.api.Requirements;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameFormats;
import dmabuf.sim.SimulatedCamera;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames straight into dma-bufs, whole and in order, on a simulated camera. */
class CaptureTest {

    private static final CaptureRequest YUYV = CaptureRequest.any().size(320, 180).formats(DrmFormat.YUYV);

    private CameraRig rig = new CameraRig();

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    private void multiplanar() {
        rig.close();
        rig = new CameraRig(SimulatedCamera.CAMERA_MPLANE);
    }

    @Test
    void cameraSaysWhatItIs() {
        CameraInfo info = rig.camera.info();
        assertEquals(CameraRig.NODE, info.device());
        assertEquals(KernelKind.SIMULATED, info.kernel());
        assertFalse(info.multiplanar());
        assertTrue(rig.camera.toString().endsWith("on /dev/video0, simulated"), rig.camera::toString);
    }

    @Test
    void formatsAreListedWithSizesAndIntervals() {
        List<CameraFormat> formats = rig.camera.formats();
        assertEquals(
                Set.of(DrmFormat.YUYV, DrmFormat.NV12, DrmFormat.XRGB8888),
                new HashSet<>(formats.stream().flatMap(each -> each.format().stream()).toList()));
        FrameSizes smallest = formats.getFirst().sizes().getFirst();
        assertEquals("320x180", smallest.toString());
        assertTrue(smallest.isOne());
        assertTrue(smallest.intervals().contains(FrameInterval.perSecond(30)), smallest.intervals()::toString);
    }

    @ParameterizedTest
    @CsvSource({"YUYV", "NV12", "XR24"})
    void framesArriveWholeAndInOrder(String format) throws Exception {
        CaptureRequest request = CaptureRequest.any().size(320, 180).formats(DrmFormat.of(format));
        try (CaptureStream stream = rig.camera.open(request)) {
            assertEquals(List.of(), stream.format().changes());
            for (int i = 0; i < 20; i++) {
                try (CapturedFrame frame = rig.frame(stream)) {
                    assertEquals(i, frame.sequence());
                    assertEquals(0, frame.droppedBefore());
                    assertFalse(frame.isDamaged());
                    rig.assertWhole(stream, frame);
                }
            }
            assertEquals(20, stream.captured());
            assertEquals(0, stream.dropped());
            assertEquals(List.of(), stream.events());
        }
    }

    @Test
    void frameIsTheVeryBufferThatTheDriverWrote() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.buffers(3))) {
            assertEquals(3, new HashSet<>(stream.buffers()).size());
            Set<Object> seen = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                try (CapturedFrame frame = rig.frame(stream)) {
                    assertTrue(stream.buffers().contains(frame.buffer().id()));
                    assertTrue(frame.buffer().origin().startsWith("one on /dev/one"), frame.buffer()::origin);
                    seen.add(frame.buffer().id());
                }
            }
            assertEquals(new HashSet<Object>(stream.buffers()), seen);
            // Those, and no others that anything could have been copied into.
            assertEquals(3, rig.simulated.machine().buffers().size());
            assertTrue(stream.choice().origin().startsWith("one on /dev/one"), stream.choice()::origin);
        }
    }

    @ParameterizedTest
    @CsvSource({"DMABUF", "MMAP"})
    void multiPlanarCameraFillsOneBufferOrOneForEachPlane(CaptureMemory memory) throws Exception {
        multiplanar();
        for (DrmFormat format : List.of(DrmFormat.YUYV, DrmFormat.NV12, DrmFormat.XRGB8888)) {
            try (CaptureStream stream = rig.camera.open(CaptureRequest.any().size(320, 180).formats(format).memory(memory))) {
                assertEquals(1, stream.format().bufferSizes().size());
                for (int i = 0; i < 6; i++) {
                    try (CapturedFrame frame = rig.frame(stream)) {
                        rig.assertWhole(stream, frame);
                    }
                }
            }
        }
        try (CaptureStream stream = rig.camera.open(CaptureRequest.any().size(320, 180).planesApart().memory(memory))) {
            assertEquals(
                    "NM12: NV12 320x180, stride 320 + 320, a buffer for each plane, 1/30 s (30.00 a second)", stream.format().toString());
            assertEquals(8, new HashSet<>(stream.buffers()).size());
            for (int i = 0; i < 6; i++) {
                try (CapturedFrame frame = rig.frame(stream)) {
                    assertEquals(2, frame.buffers().size());
                    rig.assertWhole(stream, frame);
                }
            }
        }
    }

    @Test
    void driversOwnBuffersAreExportedOnceEach() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.memory(CaptureMemory.MMAP).buffers(2))) {
            Set<Object> seen = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                try (CapturedFrame frame = rig.frame(stream)) {
                    rig.assertWhole(stream, frame);
                    // Nothing says how the simulation's memory is cached, so nothing is claimed.
                    assertEquals(Caching.UNKNOWN, frame.buffer().policy().caching());
                    assertEquals(PolicyOrigin.NOBODY, frame.buffer().policy().origin());
                    seen.add(frame.buffer().id());
                }
            }
            assertEquals(new HashSet<Object>(stream.buffers()), seen);
            assertEquals(2, seen.size());
            assertEquals("the camera itself", stream.choice().origin());
        }
    }

    @Test
    void closedFrameGoesBackToTheCameraAndItsHandleIsClosed() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.buffers(2))) {
            assertEquals(2, rig.control.queuedBuffers());
            CapturedFrame frame = rig.frame(stream);
            assertEquals(1, rig.control.queuedBuffers());
            frame.close();
            assertEquals(2, rig.control.queuedBuffers());
            frame.close();
            assertEquals(2, rig.control.queuedBuffers());
            assertErrno(Errno.EBADF, () -> frame.buffer().fd());
        }
    }

    @Test
    void slowConsumerIsToldWhatWasDropped() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.buffers(2))) {
            assertEquals(2, rig.control.tick(5)); // Two buffers: frames 2, 3 and 4 have none.
            CapturedFrame first = stream.next(PATIENCE).orElseThrow();
            CapturedFrame second = stream.next(PATIENCE).orElseThrow();
            assertEquals(List.of(0L, 1L), List.of(first.sequence(), second.sequence()));
            assertEquals(0, stream.dropped());
            first.close();
            second.close();
            try (CapturedFrame late = rig.frame(stream)) {
                assertEquals(5, late.sequence());
                assertEquals(3, late.droppedBefore());
                rig.assertWhole(stream, late);
            }
            assertEquals(3, stream.dropped());
            assertEquals(3, stream.captured());
        }
    }

    @Test
    void lookingOnlyDoesNotWait() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            assertEquals(Optional.empty(), stream.next(Duration.ZERO));
            assertEquals(Optional.empty(), stream.next(Duration.ofMillis(5)));
        }
    }

    @Test
    void waitEndsWithTheFrame() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            AtomicReference<CapturedFrame> taken = new AtomicReference<>();
            Thread waiting = Thread.startVirtualThread(() -> {
                try {
                    taken.set(stream.next(PATIENCE).orElseThrow());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            CameraRig.await("wait", () -> waiting.getState() == Thread.State.TIMED_WAITING);
            rig.control.tick(1);
            assertTrue(waiting.join(PATIENCE));
            assertEquals(0, taken.get().sequence());
            taken.get().close();
        }
    }

    @Test
    void interruptEndsTheWaitAndNothingElse() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            Waiter waiter = Waiter.on(stream);
            waiter.thread.interrupt();
            Exception thrown = waiter.thrown();
            assertTrue(thrown instanceof InterruptedException, () -> "" + thrown);
            rig.frame(stream).close();
        }
    }

    @Test
    void closeEndsWaitsOfOthers() throws Exception {
        CaptureStream stream = rig.camera.open(YUYV);
        Waiter waiter = Waiter.on(stream);
        stream.close();
        stream.close();
        assertErrno(Errno.ECANCELED, () -> {
            throw waiter.thrown();
        });
        assertErrno(Errno.ECANCELED, () -> stream.next(Duration.ZERO));
        assertErrno(Errno.ECANCELED, () -> stream.listen(CapturedFrame::close));
        assertFalse(rig.control.isStreaming());
    }

    @Test
    void takenFrameStaysReadableAfterTheStreamIsClosed() throws Exception {
        CaptureFormat format;
        CapturedFrame frame;
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            format = stream.format();
            frame = rig.frame(stream);
        }
        CameraRig.assertWhole(format, frame);
        frame.close();
    }

    @Test
    void severalThreadsGetDifferentFrames() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.buffers(8))) {
            Queue<Long> numbers = new ConcurrentLinkedQueue<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.startVirtualThread(() -> {
                    for (int taken = 0; taken < 25; taken++) {
                        try (CapturedFrame frame = stream.next(PATIENCE).orElseThrow()) {
                            rig.assertWhole(stream, frame);
                            numbers.add(frame.sequence());
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    }
                }));
            }
            long given = 0;
            while (given < 100) {
                given += rig.control.queuedBuffers() > 0 ? rig.control.tick(1) : 0;
                LockSupport.parkNanos(100_000);
            }
            for (Thread thread : threads) {
                assertTrue(thread.join(PATIENCE));
            }
            assertEquals(100, numbers.size());
            assertEquals(100, new HashSet<>(numbers).size());
        }
    }

    @Test
    void listenerIsGivenEveryFrameWithoutAThreadThatWaits() throws Exception {
        Queue<Long> numbers = new ConcurrentLinkedQueue<>();
        CountDownLatch tenth = new CountDownLatch(10);
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            Subscription listening = stream.listen(frame -> {
                try (frame) {
                    rig.assertWhole(stream, frame);
                    numbers.add(frame.sequence());
                    tenth.countDown();
                }
            });
            assertThrows(IllegalStateException.class, () -> stream.listen(CapturedFrame::close));
            rig.control.runClock();
            assertTrue(tenth.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            listening.close();
            rig.control.holdClock();
            List<Long> inOrder = List.copyOf(numbers);
            assertEquals(inOrder.stream().sorted().distinct().toList(), inOrder);
            // Another one may listen now.
            stream.listen(CapturedFrame::close).close();
        }
    }

    @Test
    void listenerThatThrowsLosesItsFrameAndGetsTheNext() throws Exception {
        CountDownLatch third = new CountDownLatch(3);
        try (CaptureStream stream = rig.camera.open(YUYV.buffers(2))) {
            stream.listen(frame -> {
                third.countDown();
                throw new IllegalStateException("meant to");
            });
            rig.control.runClock();
            assertTrue(third.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            rig.control.holdClock();
            CameraRig.await("all buffers given back", () -> rig.control.queuedBuffers() == 2);
        }
    }

    @Test
    void timestampIsOfTheMonotonicClock() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            long before = System.nanoTime();
            try (CapturedFrame frame = rig.frame(stream)) {
                long taken = frame.timestamp().orElseThrow().toNanos();
                // V4L2 has microseconds.
                assertTrue(taken >= before - 1000 && taken <= System.nanoTime(), () -> before + " .. " + taken);
                assertTrue(frame.latency().orElseThrow().toNanos() >= 0);
            }
        }
    }

    @Test
    void pictureThatTheDriverDoubtsIsSaidToBeDamaged() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            rig.control.failNextFrame();
            try (CapturedFrame frame = rig.frame(stream)) {
                assertTrue(frame.isDamaged());
            }
            try (CapturedFrame frame = rig.frame(stream)) {
                assertFalse(frame.isDamaged());
            }
        }
    }

    @Test
    void strideSuitsAllWhoUseTheFrames() throws Exception {
        FrameFormats shown = FrameFormats.linear(DrmFormat.XRGB8888, DrmFormat.NV12);
        CaptureRequest request = CaptureRequest.any().size(320, 180)
                .importer("display", Requirements.none().formats(shown).strideAlignment(256))
                .importer("encoder", Requirements.none().formats(FrameFormats.linear(DrmFormat.NV12)).strideAlignment(64));
        try (CaptureStream stream = rig.camera.open(request);
                CapturedFrame frame = rig.frame(stream)) {
            assertEquals("NV12 320x180, stride 512 + 512 at 92160", frame.description().toString());
            rig.assertWhole(stream, frame);
        }
    }

    @Test
    void intervalIsSet() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.interval(FrameInterval.perSecond(10)))) {
            assertEquals("1/10 s (10.00 a second)", stream.format().interval().orElseThrow().toString());
        }
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            assertTrue(stream.format().interval().orElseThrow().isSameAs(new FrameInterval(2, 20)));
        }
    }

    @Test
    void buffersOfTheCallersAreCapturedInto() throws Exception {
        List<DmaBuf> own = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            own.add(rig.buffer(320 * 180 * 2));
        }
        try (CaptureStream stream = rig.camera.open(YUYV.into(own))) {
            assertEquals(own.stream().map(DmaBuf::id).toList(), stream.buffers());
            own.forEach(DmaBuf::close); // The stream has handles of its own.
            for (int i = 0; i < 6; i++) {
                try (CapturedFrame frame = rig.frame(stream)) {
                    rig.assertWhole(stream, frame);
                }
            }
            assertErrno(Errno.EOPNOTSUPP, stream::renegotiate);
        }
    }
}
