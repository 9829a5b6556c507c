package importer.v4l2;

import static importer.v4l2.CameraRig.PATIENCE;
import static importer.v4l2.CameraRig.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.NegotiationException;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameFormats;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.sim.SimulatedCamera;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultySyscalls;
import dmabuf.tck.fault.SyscallKind;
import importer.v4l2.uapi.Videodev;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a camera or its user gets wrong, said in words; and nothing left over. */
class CaptureRefusalTest {

    private static final CaptureRequest YUYV = CaptureRequest.any().size(320, 180).formats(DrmFormat.YUYV);

    private FaultySyscalls faulty;
    private final CameraRig rig = new CameraRig(SimulatedCamera.CAMERA, kernel -> faulty = FaultySyscalls.over(kernel));

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    @Test
    void busyCameraIsSaidWithHowToFindOutByWhom() throws Exception {
        try (CaptureStream first = rig.camera.open(YUYV)) {
            assertErrno(Errno.EBUSY, "somebody captures from this camera already; see: fuser -v /dev/video0", () -> rig.camera.open(YUYV));
            rig.frame(first).close(); // Which is none the worse for it.
        }
        rig.camera.open(YUYV).close();
    }

    @Test
    void missingPermissionIsSaid() {
        faulty.at(1, Call.of(SyscallKind.OPEN)).fails(Errno.EACCES);
        assertErrno(Errno.EACCES, "open(/dev/video0) failed: EACCES", () -> rig.camera.open(YUYV));
    }

    @Test
    void whatTheDriverChangedSilentlyIsReported() throws Exception {
        CaptureRequest odd = CaptureRequest.any().size(333, 200).formats(DrmFormat.YUYV).interval(new FrameInterval(1, 29));
        try (CaptureStream stream = rig.camera.open(odd)) {
            assertEquals(
                    List.of("width: asked for 333, granted 320", "height: asked for 200, granted 180",
                            "frame interval: asked for 1/29 s (29.00 a second), granted 1/30 s (30.00 a second)"),
                    stream.format().changes().stream().map(FormatChange::toString).toList());
            try (CapturedFrame frame = rig.frame(stream)) {
                rig.assertWhole(stream, frame);
            }
        }
    }

    @Test
    void whatIsToBeExactIsNot() {
        assertErrno(Errno.EINVAL, "width: asked for 333, granted 320", () -> rig.camera.open(YUYV.size(333, 180).exactly()));
    }

    @Test
    void formatThatTheCameraLacksIsRefusedWithThoseThatItHas() {
        assertErrno(Errno.EINVAL, "[RGB565] is not among what the camera has: [YUYV, NV12, XR24]",
                () -> rig.camera.open(CaptureRequest.any().formats(DrmFormat.RGB565)));
        assertErrno(Errno.EINVAL, "planes in buffers of their own", () -> rig.camera.open(CaptureRequest.any().planesApart()));
    }

    @Test
    void usersThatContradictTheCameraAreNamed() {
        Requirements display = Requirements.none().formats(FrameFormats.linear(DrmFormat.RGB565));
        CaptureRequest request = CaptureRequest.any().importer("display", display);
        NegotiationException refused = assertThrows(NegotiationException.class, () -> rig.camera.open(request));
        assertEquals(Errno.EINVAL, refused.errno());
        assertTrue(refused.getMessage().contains("display needs linear RGB565"), refused.getMessage());
    }

    @Test
    void strideThatTheDriverCannotHaveIsRefused() {
        CaptureRequest request = YUYV.importer("display", Requirements.none().strideAlignment(1 << 20));
        assertErrno(Errno.EINVAL, "must begin at multiples of 1048576 bytes", () -> rig.camera.open(request));
    }

    @Test
    void noExporterThatSuitsIsSaidForEach() {
        CaptureRequest request = YUYV.from(Requirements.none().contiguous());
        NegotiationException refused = assertThrows(NegotiationException.class, () -> rig.camera.open(request));
        assertEquals(Errno.ENODEV, refused.errno());
        assertTrue(refused.getMessage().contains("one on /dev/one (simulated) generation 1, for camera: "), refused.getMessage());
        assertErrno(Errno.ENODEV, "voodoo", () -> rig.camera.open(YUYV.from(Requirements.none().exporter("voodoo"))));
    }

    @Test
    void requirementOfAnotherKernelIsRefused() {
        assertErrno(Errno.EINVAL, "kernel", () -> rig.camera.open(YUYV.from(Requirements.none().kernel(KernelKind.LINUX))));
    }

    @Test
    void bufferThatIsTooSmallIsSaidWithBothSizes() {
        try (DmaBuf first = rig.buffer(4096); DmaBuf second = rig.buffer(4096); DmaBuf third = rig.buffer(4096)) {
            assertErrno(Errno.EINVAL, "the buffer is too small: the driver needs 115200 bytes, and it has 4096",
                    () -> rig.camera.open(YUYV.into(List.of(first, second, third))));
        }
    }

    @Test
    void tooFewBuffersOfTheCallersAreRefused() {
        try (DmaBuf only = rig.buffer(115200)) {
            assertErrno(Errno.EINVAL, "the driver needs those of", () -> rig.camera.open(YUYV.into(List.of(only))));
        }
    }

    @Test
    void memfdIsNoDmaBufToTheDriver() {
        List<DmaBuf> own = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            own.add(rig.core.importFd(Memfd.sealed(faulty, "test", 118784)));
        }
        assertErrno(Errno.EINVAL, "the driver takes no dma-buf of this exporter (imported)", () -> rig.camera.open(YUYV.into(own)));
        own.forEach(DmaBuf::close);
    }

    @Test
    void bufferOfAnotherKernelIsRefusedBeforeTheDriverIsAsked() {
        List<DmaBuf> own = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            own.add(rig.core.importFd(Memfd.sealed(new LinuxSyscalls(), "test", 118784)));
        }
        assertErrno(Errno.EINVAL, "the camera is of the simulated kernel, and the buffer is of the linux one",
                () -> rig.camera.open(YUYV.into(own)));
        own.forEach(DmaBuf::close);
    }

    @Test
    void bringingBuffersAndWantingTheDriversIsRefused() {
        try (DmaBuf only = rig.buffer(115200)) {
            assertErrno(Errno.EINVAL, "buffers were brought",
                    () -> rig.camera.open(YUYV.into(List.of(only)).memory(CaptureMemory.MMAP)));
        }
    }

    @Test
    void driversMemoryHasToSuitUsersThatWereNamed() {
        CaptureRequest request = YUYV.memory(CaptureMemory.MMAP).importer("viewer", Requirements.none().caching(Caching.CACHED));
        assertErrno(Errno.EINVAL, "for viewer: ", () -> rig.camera.open(request));
    }

    @Test
    void exporterWhoseBuffersTheDriverDoesNotReachIsPassedOver() throws Exception {
        rig.add("two");
        faulty.at(1, Call.ioctl(Videodev.QBUF)).fails(Errno.EFAULT);
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            assertTrue(stream.choice().origin().startsWith("two on /dev/two"), stream.choice()::toString);
            assertEquals(1, stream.choice().refusals().size());
            String why = stream.choice().refusals().getFirst();
            assertTrue(why.startsWith("one on /dev/one") && why.contains("VIDIOC_QBUF(/dev/video0) failed: EFAULT")
                    && why.contains("the driver cannot reach this memory"), why);
            try (CapturedFrame frame = rig.frame(stream)) {
                rig.assertWhole(stream, frame);
            }
        }
    }

    @Test
    void exportersThatAllFailAreAllNamed() {
        rig.add("two");
        faulty.at(1, Call.ioctl(Videodev.QBUF)).times(2).fails(Errno.EFAULT);
        DmaBufException refused = assertErrno(Errno.EFAULT, () -> rig.camera.open(YUYV));
        String message = refused.getMessage();
        assertTrue(message.contains("one on /dev/one") && message.contains("two on /dev/two"), message);
    }

    @Test
    void driverWithoutThisKindOfMemoryIsSaidWhatWillDo() {
        faulty.at(1, Call.ioctl(Videodev.REQBUFS)).fails(Errno.EINVAL);
        assertErrno(Errno.EINVAL, "use CaptureMemory.MMAP", () -> rig.camera.open(YUYV));
        faulty.at(1, Call.ioctl(Videodev.REQBUFS)).fails(Errno.EINVAL);
        assertErrno(Errno.EINVAL, "use CaptureMemory.DMABUF", () -> rig.camera.open(YUYV.memory(CaptureMemory.MMAP)));
    }

    @Test
    void unpluggedCameraEndsTheStreamByName() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            CapturedFrame taken = rig.frame(stream);
            rig.simulated.machine().unplug(CameraRig.NODE);
            CameraGoneException gone = assertThrows(CameraGoneException.class, () -> stream.next(PATIENCE));
            assertEquals(Errno.ENODEV, gone.errno());
            assertTrue(gone.getMessage().contains("unplugged; frames that were taken stay readable"), gone.getMessage());
            assertThrows(CameraGoneException.class, () -> stream.next(PATIENCE));
            rig.assertWhole(stream, taken);
            taken.close();
            assertEquals(CaptureEvent.Kind.ENDED, stream.events().getLast().kind());
        }
        assertErrno(Errno.ENOENT, "no such camera is plugged in", () -> rig.camera.open(YUYV));
        assertErrno(Errno.ENOENT, () -> rig.camera.formats());
    }

    @Test
    void unpluggingWakesWhoWaits() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            Waiter waiter = Waiter.on(stream);
            rig.simulated.machine().unplug(CameraRig.NODE);
            assertInstanceOf(CameraGoneException.class, waiter.thrown());
        }
    }

    @Test
    void unpluggingTellsTheListener() throws Exception {
        AtomicReference<DmaBufException> why = new AtomicReference<>();
        CountDownLatch over = new CountDownLatch(1);
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            stream.listen(new CaptureListener() {
                @Override
                public void frame(CapturedFrame frame) {
                    frame.close();
                }

                @Override
                public void ended(DmaBufException reason) {
                    why.set(reason);
                    over.countDown();
                }
            });
            rig.simulated.machine().unplug(CameraRig.NODE);
            assertTrue(over.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            assertInstanceOf(CameraGoneException.class, why.get());
        }
    }

    @Test
    void brokenDeviceEndsTheStreamWithItsErrno() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV)) {
            rig.frame(stream).close();
            rig.control.breakDown();
            assertErrno(Errno.EIO, "VIDIOC_DQBUF(/dev/video0)", () -> stream.next(PATIENCE));
            assertErrno(Errno.EIO, () -> stream.next(PATIENCE));
        }
        rig.camera.open(YUYV).close();
    }

    @Test
    void bufferThatTheDriverDoesNotTakeBackIsOfferedAgain() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.buffers(2))) {
            CapturedFrame frame = rig.frame(stream);
            faulty.at(1, Call.ioctl(Videodev.QBUF)).fails(Errno.ENOMEM);
            assertErrno(Errno.ENOMEM, "the driver has no room to map it", frame::close);
            frame.close();
            assertEquals(1, rig.control.queuedBuffers());
            try (CapturedFrame next = rig.frame(stream)) {
                assertEquals(1, rig.control.queuedBuffers());
                rig.assertWhole(stream, next);
            }
            assertEquals(2, rig.control.queuedBuffers());
        }
    }

    @Test
    void driverThatTakesNoBufferBackIsNotWaitedFor() throws Exception {
        try (CaptureStream stream = rig.camera.open(YUYV.buffers(2))) {
            CapturedFrame first = rig.frame(stream);
            CapturedFrame second = rig.frame(stream);
            faulty.at(1, Call.ioctl(Videodev.QBUF)).times(4).fails(Errno.EIO);
            assertErrno(Errno.EIO, first::close);
            assertErrno(Errno.EIO, second::close);
            assertErrno(Errno.EIO, () -> stream.next(PATIENCE));
        }
    }

    @Test
    void requestSaysAtOnceWhatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> CaptureRequest.any().size(0, 100));
        assertThrows(IllegalArgumentException.class, () -> CaptureRequest.any().buffers(0));
        assertThrows(IllegalArgumentException.class, () -> CaptureRequest.any().buffers(33));
        assertThrows(IllegalArgumentException.class, () -> CaptureRequest.any().importer("camera", Requirements.none()));
        assertThrows(IllegalArgumentException.class, () -> CaptureRequest.any().importer("", Requirements.none()));
        assertThrows(IllegalArgumentException.class, () -> new FrameInterval(1, 0));
    }
}
