package importer.v4l2;

import dmabuf.api.Caching;
import dmabuf.api.MmapPolicy;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.frame.DrmFormat;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.TestUdmabuf;
import dmabuf.sim.CameraControl;
import dmabuf.sim.SimulatedCamera;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import dmabuf.tck.fault.SyscallKind;
import importer.v4l2.uapi.Videodev;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Probes, lists and captures with every errno that each of the system calls can give. */
class CaptureFaultTest {

    private static final String NODE = "/dev/video0";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SimulatedKernel SIMULATED = new SimulatedKernel();
    private static final FaultySyscalls KERNEL = FaultySyscalls.over(SIMULATED);
    private static final Call SYNC = Call.ioctl(DmaBufIoctl.SYNC);
    private static final Call SET_NAME = Call.ioctl(DmaBufIoctl.SET_NAME_B);
    private static final Call LSEEK = Call.of(SyscallKind.LSEEK);
    private static final Errno[] FAILURES = Stream.of(Errno.values())
            .filter(errno -> errno != Errno.EINTR && errno != Errno.EAGAIN)
            .toArray(Errno[]::new);

    static {
        SIMULATED.machine().unplug(NODE);
        SIMULATED.machine().plug(NODE, SimulatedCamera.CAMERA);
    }

    @AfterAll
    static void switchOff() {
        SIMULATED.close();
    }

    /** A core with one exporter, and a camera whose clock stands still. */
    private static final class Bench implements AutoCloseable {

        private final CoreDmaBufs core = new CoreDmaBufs();
        private final OpenStreams streams = new OpenStreams();
        private final CameraControl control = SIMULATED.machine().camera(NODE);

        Bench() {
            control.holdClock();
            // What an exporter asks its kernel is another sweep's matter; what is asked of its buffers is this one's.
            core.add(
                    request -> ExportedBuffer.builder(
                                    Fd.adopt(TestUdmabuf.create(SIMULATED, request.size()).release(), KERNEL),
                                    request.size(),
                                    MmapPolicy.mappable(Caching.CACHED))
                            .build(),
                    new UdmabufMaker(KERNEL).properties("one"),
                    0);
        }

        Camera camera() {
            return V4l2Camera.probe(KERNEL, NODE, core, streams);
        }

        /** Two frames, so that the buffer of the first has been given back before the end. */
        void capture(CaptureRequest request) throws InterruptedException {
            try (CaptureStream stream = camera().open(request)) {
                for (int i = 0; i < 2; i++) {
                    control.tick(1);
                    stream.next(PATIENCE).orElseThrow().close();
                }
                stream.next(Duration.ZERO); // Says what became of the last one, if it was not taken.
            }
        }

        @Override
        public void close() {
            streams.close();
            core.close();
            if (!core.census().isEmpty()) {
                throw new AssertionError("left in the census: " + core.census());
            }
        }
    }

    private static FaultSweep<Bench> sweep(String name, FaultSweep.Operation<Bench> operation) {
        return FaultSweep.of(name, KERNEL, Bench::new, operation)
                .leaving(() -> SIMULATED.machine().buffers().isEmpty() ? "" : SIMULATED.machine().buffers().size() + " simulated buffers");
    }

    private static Stream<DynamicTest> tests(FaultSweep<Bench> sweep) {
        return sweep.cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    /** A driver that lists nothing of a kind answers EINVAL or ENOTTY. */
    private static FaultSweep<Bench> listing(FaultSweep<Bench> sweep) {
        FaultSweep<Bench> more = sweep;
        for (long request : new long[] {Videodev.ENUM_FMT, Videodev.ENUM_FRAMESIZES, Videodev.ENUM_FRAMEINTERVALS}) {
            more = more.absorbing(Call.ioctl(request), Errno.EINVAL, Errno.ENOTTY);
        }
        return more;
    }

    @TestFactory
    Stream<DynamicTest> formats() {
        return tests(listing(sweep("formats", bench -> bench.camera().formats())));
    }

    /** Whatever the only exporter fails with, there is none then. */
    private static FaultSweep<Bench> exporting(FaultSweep<Bench> sweep) {
        FaultSweep<Bench> more = sweep.absorbing(SYNC, Errno.EINVAL, Errno.EINTR, Errno.EAGAIN);
        for (Call call : List.of(SYNC, LSEEK, SET_NAME)) {
            more = more.translating(call, Errno.ENODEV, FAILURES);
        }
        return more;
    }

    @TestFactory
    Stream<DynamicTest> captureIntoBuffersOfAnExporter() {
        CaptureRequest request =
                CaptureRequest.any().size(320, 180).formats(DrmFormat.YUYV).interval(FrameInterval.perSecond(30)).buffers(2);
        return tests(exporting(listing(sweep("capture", bench -> bench.capture(request))))
                .absorbing(Call.ioctl(Videodev.S_PARM), Errno.EINVAL)
                .absorbing(Call.ioctl(Videodev.STREAMOFF)));
    }

    @TestFactory
    Stream<DynamicTest> captureIntoBuffersOfTheDriver() {
        CaptureRequest request = CaptureRequest.any().size(320, 180).formats(DrmFormat.YUYV).memory(CaptureMemory.MMAP).buffers(2);
        return tests(listing(sweep("capture by MMAP", bench -> bench.capture(request)))
                .absorbing(SYNC, Errno.EINVAL)
                .translating(SYNC, Errno.EINVAL, Errno.EIO, Errno.ENOMEM, Errno.ENODEV)
                .absorbing(Call.ioctl(Videodev.G_PARM), Errno.EINVAL)
                .absorbing(Call.ioctl(Videodev.STREAMOFF)));
    }
}
