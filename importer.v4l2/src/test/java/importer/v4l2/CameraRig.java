package importer.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.core.CoreDmaBufs;
import dmabuf.core.ExporterRegistration;
import dmabuf.fd.Errno;
import dmabuf.frame.FramePlane;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.Syscalls;
import dmabuf.linux.TestUdmabuf;
import dmabuf.sim.CameraControl;
import dmabuf.sim.SimulatedCamera;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.TestPattern;
import dmabuf.spi.Exporter;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.function.Executable;

/** A simulated machine with a camera whose clock stands still, a core, and an exporter; and the proof at the end that nothing is left. */
final class CameraRig implements AutoCloseable {

    static final String NODE = "/dev/video0";
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_NANOS = 1_000_000;
    /** Exporters come and go here all the time. Held, since the JDK forgets a logger that nobody holds. */
    private static final Logger CORE = Logger.getLogger("dmabuf.core");

    final SimulatedKernel simulated = new SimulatedKernel();
    final Syscalls kernel;
    final CoreDmaBufs core = new CoreDmaBufs();
    final OpenStreams streams = new OpenStreams();
    final Camera camera;
    final CameraControl control;
    final ExporterRegistration exporter;
    private final ProcessResources before = ProcessResources.now();

    static {
        CORE.setLevel(Level.WARNING);
    }

    CameraRig() {
        this(SimulatedCamera.CAMERA);
    }

    CameraRig(SimulatedCamera kind) {
        this(kind, kernel -> kernel);
    }

    CameraRig(SimulatedCamera kind, UnaryOperator<Syscalls> front) {
        kernel = front.apply(simulated);
        simulated.machine().unplug(NODE);
        simulated.machine().plug(NODE, kind);
        control = simulated.machine().camera(NODE);
        control.holdClock();
        camera = V4l2Camera.probe(kernel, NODE, core, streams);
        exporter = add("one");
    }

    ExporterRegistration add(String name) {
        UdmabufMaker maker = new UdmabufMaker(kernel);
        return core.add(maker, maker.properties(name), 0);
    }

    ExporterRegistration add(String name, Exporter exporter) {
        return core.add(exporter, new UdmabufMaker(kernel).properties(name), 0);
    }

    /** A buffer to bring along. */
    DmaBuf buffer(long size) {
        return core.importFd(TestUdmabuf.create(kernel, MappedMemory.roundUp(size)));
    }

    /** Lets one picture be taken, and takes it. */
    CapturedFrame frame(CaptureStream stream) throws InterruptedException {
        assertEquals(1, control.tick(1));
        return stream.next(PATIENCE).orElseThrow();
    }

    /** Every byte of the frame is as the camera drew it, and the number in it is the number that the driver says. */
    void assertWhole(CaptureStream stream, CapturedFrame frame) {
        assertWhole(stream.format(), frame);
    }

    static void assertWhole(CaptureFormat format, CapturedFrame frame) {
        TestPattern pattern = TestPattern.of(format.fourcc(), format.frame().width(), format.frame().height());
        List<Integer> strides = new ArrayList<>();
        List<MemorySegment> memories = new ArrayList<>();
        for (int i = 0; i < frame.buffers().size(); i++) {
            FramePlane plane = frame.description().planes().get(i);
            strides.add((int) plane.stride());
            memories.add(copy(frame.buffers().get(i)));
        }
        assertEquals(OptionalLong.of(frame.sequence()), pattern.number(strides.getFirst(), memories.getFirst()), frame::toString);
        assertTrue(pattern.holds(frame.sequence(), strides, memories), () -> "not whole: " + frame);
    }

    private static MemorySegment copy(DmaBuf buffer) {
        try (Mapping mapping = buffer.mmap(MmapRequest.whole().access(Access.READ));
                CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return MemorySegment.ofArray(cpu.segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "waited in vain: " + what);
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    static DmaBufException assertErrno(Errno errno, Executable action) {
        DmaBufException thrown = assertThrows(DmaBufException.class, action);
        assertEquals(errno, thrown.errno(), thrown.getMessage());
        return thrown;
    }

    static void assertErrno(Errno errno, String words, Executable action) {
        String message = assertErrno(errno, action).getMessage();
        assertTrue(message.contains(words), () -> "\"" + words + "\" is not in: " + message);
    }

    /** Closes, and fails when anything is still open. */
    @Override
    public void close() {
        streams.close();
        await("end of every buffer: " + core.census(), () -> core.census().isEmpty());
        core.close();
        simulated.close();
        await("return to what was held before: " + ProcessResources.now().since(before),
                () -> ProcessResources.now().since(before).isNothing());
    }
}
