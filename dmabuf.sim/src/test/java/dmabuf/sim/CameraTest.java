package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream of pictures into dma-bufs and out of the camera's own memory, what goes wrong, and what the real poll sees of it. */
class CameraTest extends SimulatedKernelCase {

    private static final String NODE = "/dev/video0";
    private static final String PLANES = "/dev/video1";
    private static final int ERROR = 0x40;
    private static final int WAIT_MILLIS = 30_000;

    private final List<Fd> opened = new ArrayList<>();
    private CameraControl control;
    private V4l2 camera;

    @BeforeEach
    void open() {
        kernel.machine().plug(PLANES, SimulatedCamera.CAMERA_MPLANE);
        control = kernel.machine().camera(NODE);
        control.holdClock();
        camera = new V4l2(kernel, NODE, Posix.O_NONBLOCK, false);
    }

    @AfterEach
    void close() {
        camera.close();
        opened.forEach(Fd::close);
    }

    /** A udmabuf that holds so many bytes. */
    private Fd buffer(int size) {
        try (Fd memfd = sealed(MappedMemory.roundUp(size))) {
            Fd buffer = udmabuf.buffer(memfd.number(), 0, MappedMemory.roundUp(size));
            opened.add(buffer);
            return buffer;
        }
    }

    private MemorySegment look(Fd buffer, int size) {
        return map(buffer, 0, MappedMemory.roundUp(size));
    }

    /** Queues as many udmabufs and starts. */
    private List<Fd> stream(V4l2.Format format, int count) {
        assertEquals(count, camera.requestBuffers(count, V4l2.DMABUF));
        List<Fd> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            buffers.add(buffer(format.size()));
            assertEquals("ok", answer(camera.queue(i, buffers.get(i).number())));
        }
        assertEquals("ok", answer(camera.stream(true)));
        return buffers;
    }

    @ParameterizedTest
    @CsvSource({"0x56595559, 1280, 720", "0x3231564e, 640, 480", "0x34325258, 320, 180", "0x34325258, 1280, 720"})
    void picturesGoIntoDmaBufsAndTellTheirNumber(String fourcc, int width, int height) {
        V4l2.Format format = camera.setFormat(Integer.decode(fourcc), width, height);
        List<Fd> buffers = stream(format, 3);
        TestPattern pattern = TestPattern.of(format.fourcc(), width, height);
        for (int number = 0; number < 7; number++) {
            assertEquals(1, control.tick(1));
            V4l2.Frame frame = camera.dequeue(V4l2.DMABUF);
            assertEquals(List.of(0, number % 3, number, format.size()),
                    List.of(frame.result(), frame.index(), frame.sequence(), frame.bytesUsed()));
            MemorySegment picture = look(buffers.get(frame.index()), format.size());
            assertEquals(OptionalLong.of(number), pattern.number(format.stride(), picture));
            assertTrue(pattern.holds(number, List.of(format.stride()), List.of(picture)));
            assertFalse(pattern.holds(number + 1, List.of(format.stride()), List.of(picture)));
            assertEquals("ok", answer(camera.queue(frame.index(), buffers.get(frame.index()).number())));
        }
    }

    @Test
    void pictureThatIsTwoFramesHasNoNumber() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 640, 480);
        List<Fd> buffers = stream(format, 2);
        control.tick(2);
        MemorySegment torn = look(buffers.get(0), format.size());
        MemorySegment.copy(look(buffers.get(1), format.size()), 0, torn, 0, format.size() / 3);
        assertEquals(OptionalLong.empty(), control.pattern().number(format.stride(), torn));
        assertEquals(OptionalLong.empty(), control.pattern().number(format.stride(), torn.fill((byte) 0)));
    }

    @Test
    void planesGoIntoBuffersOfTheirOwn() {
        kernel.machine().camera(PLANES).holdClock();
        try (V4l2 planes = new V4l2(kernel, PLANES, Posix.O_NONBLOCK, true)) {
            V4l2.Format format = planes.setFormat(V4l2.NM12, 640, 480);
            assertEquals(new V4l2.Format(640, 480, V4l2.NM12, 2, 640, 640 * 480, 640, 640 * 240), format);
            assertEquals(2, planes.requestBuffers(2, V4l2.DMABUF));
            Fd luma = buffer(format.size());
            Fd chroma = buffer(format.secondSize());
            assertEquals("EINVAL", answer(planes.queue(0, chroma.number(), luma.number())), "too small for the first");
            assertEquals("ok", answer(planes.queue(0, luma.number(), chroma.number())));
            assertEquals("ok", answer(planes.stream(true)));
            assertEquals(1, kernel.machine().camera(PLANES).tick(1));
            V4l2.Frame frame = planes.dequeue(V4l2.DMABUF);
            assertEquals(List.of(0, 0, format.size()), List.of(frame.result(), frame.index(), frame.bytesUsed()));
            assertTrue(TestPattern.of(V4l2.NM12, 640, 480).holds(
                    0, List.of(640, 640), List.of(look(luma, format.size()), look(chroma, format.secondSize()))));
        }
    }

    @Test
    void formatIsBroughtToWhatThereIs() {
        assertEquals(new V4l2.Format(640, 480, V4l2.YUYV, 1, 1280, 1280 * 480, 0, 0), camera.setFormat(0x47504a4d, 700, 500));
        MemorySegment struct = camera.struct(V4l2.S_FMT);
        struct.set(ValueLayout.JAVA_INT, 24, 2000);
        assertEquals("ok", answer(camera.setFormat(struct, V4l2.NV12, 1, 1)));
        assertEquals(List.of(320, 180, 2000, 2000 * 270), List.of(
                struct.get(ValueLayout.JAVA_INT, 8), struct.get(ValueLayout.JAVA_INT, 12), struct.get(ValueLayout.JAVA_INT, 24),
                struct.get(ValueLayout.JAVA_INT, 28)));
        struct.set(ValueLayout.JAVA_INT, 24, -1);
        assertEquals("ok", answer(camera.setFormat(struct, V4l2.XR24, -1, -1)));
        assertEquals(List.of(320, 180, 65536), List.of(
                struct.get(ValueLayout.JAVA_INT, 8), struct.get(ValueLayout.JAVA_INT, 12), struct.get(ValueLayout.JAVA_INT, 24)));
        assertEquals(120, camera.framesPerSecond(1000));
        assertEquals(12.5, camera.framesPerSecond(11), "the longest that is not longer");
    }

    @Test
    void strideThatIsLongerIsLeftBetweenTheLines() {
        MemorySegment struct = camera.struct(V4l2.S_FMT);
        struct.set(ValueLayout.JAVA_INT, 24, 2048);
        camera.setFormat(struct, V4l2.XR24, 320, 180);
        int size = struct.get(ValueLayout.JAVA_INT, 28);
        assertEquals(2048 * 180, size);
        assertEquals(2, camera.requestBuffers(2, V4l2.DMABUF));
        Fd buffer = buffer(size);
        MemorySegment picture = look(buffer, size).fill((byte) 0x5a);
        camera.queue(0, buffer.number());
        camera.stream(true);
        control.tick(1);
        assertTrue(control.pattern().holds(0, List.of(2048), List.of(picture)));
        assertEquals((byte) 0x5a, picture.get(ValueLayout.JAVA_BYTE, 320 * 4), "between two lines");
    }

    @Test
    void frameWithoutABufferIsLostAndTheNextNumberTells() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 320, 180);
        List<Fd> buffers = stream(format, 2);
        assertEquals(2, control.tick(5));
        assertEquals(List.of(0, 1), List.of(camera.dequeue(V4l2.DMABUF).sequence(), camera.dequeue(V4l2.DMABUF).sequence()));
        assertEquals("EAGAIN", answer(camera.dequeue(V4l2.DMABUF).result()));
        camera.queue(1, buffers.get(1).number());
        assertEquals(1, control.tick(1));
        assertEquals(5, camera.dequeue(V4l2.DMABUF).sequence());
        assertEquals(6, control.frames());
    }

    @Test
    void cameraIsAnExporterOfItsOwnMemory() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 640, 360);
        assertEquals(2, camera.requestBuffers(1, V4l2.MMAP), "two at least");
        Fd exported = adopt(camera.export(0, 0, Posix.O_CLOEXEC | Posix.O_RDWR));
        opened.add(exported);
        assertEquals(List.of("videobuf2_vmalloc"), kernel.machine().buffers().stream().map(SimulatedBuffer::exporter).toList());
        assertEquals(1, camera.query(0, V4l2.MMAP).get(ValueLayout.JAVA_INT, 12) & 1, "in use");
        assertEquals(0, camera.query(1, V4l2.MMAP).get(ValueLayout.JAVA_INT, 12) & 1);
        int offset = camera.query(1, V4l2.MMAP).get(ValueLayout.JAVA_INT, 64);
        MemorySegment second = MappedMemory.map(
                kernel, camera.node.number(), offset, MappedMemory.roundUp(format.size()), true, arena);
        assertEquals(1, camera.query(1, V4l2.MMAP).get(ValueLayout.JAVA_INT, 12) & 1, "in use");
        camera.queueOwn(0);
        camera.queueOwn(1);
        camera.stream(true);
        assertEquals(2, control.tick(2));
        MemorySegment first = look(exported, format.size());
        assertEquals(OptionalLong.of(0), control.pattern().number(format.stride(), first));
        assertEquals(OptionalLong.of(1), control.pattern().number(format.stride(), second));
        camera.stream(false);
        assertEquals(0, camera.requestBuffers(0, V4l2.MMAP));
        assertEquals(OptionalLong.of(0), control.pattern().number(format.stride(), first), "outlives the queue");
    }

    @Test
    void onlyWhoHasAskedForTheBuffersUsesThem() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 320, 180);
        stream(format, 2);
        try (V4l2 other = new V4l2(kernel, NODE, 0, false)) {
            assertEquals("EBUSY", answer(other.requestBuffers(2, V4l2.DMABUF)));
            assertEquals("EBUSY", answer(other.setFormat(other.struct(V4l2.S_FMT), V4l2.NV12, 640, 480)));
            assertEquals("EBUSY", answer(other.dequeue(V4l2.DMABUF).result()));
            assertEquals("EBUSY", answer(other.stream(false)));
            camera.close();
            assertEquals(2, other.requestBuffers(2, V4l2.MMAP), "free once the owner is gone");
        }
        camera = new V4l2(kernel, NODE, Posix.O_NONBLOCK, false);
    }

    @Test
    void bufferThatDoesNotFitIsRefused() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 640, 480);
        camera.requestBuffers(2, V4l2.DMABUF);
        Fd small = buffer(4096);
        Fd right = buffer(format.size());
        try (Fd memfd = sealed(format.size())) {
            assertEquals("EINVAL", answer(camera.queue(0, small.number())));
            assertEquals("EFAULT", answer(camera.queueWithLength(0, small.number(), format.size())), "longer than it is");
            assertEquals("EINVAL", answer(camera.queueWithLength(0, right.number(), 4096)), "too little of it");
            assertEquals("EINVAL", answer(camera.queue(0, memfd.number())), "no dma-buf");
            assertEquals("EINVAL", answer(camera.queue(0, -1)));
            assertEquals("EINVAL", answer(camera.queue(7, right.number())));
            assertEquals("EINVAL", answer(camera.queueOwn(0)), "not the memory that was asked for");
            assertEquals("ok", answer(camera.queue(0, right.number())));
            assertEquals("EINVAL", answer(camera.queue(0, right.number())), "it is queued");
        }
    }

    @Test
    void cameraWritesAlsoWhatNobodyElseCan() throws Exception {
        V4l2.Format format = camera.setFormat(V4l2.XR24, 320, 180);
        try (Fd heap = adopt(kernel.open("/dev/dma_heap/system", Posix.O_RDWR))) {
            MemorySegment struct = arena.allocate(24, 8);
            struct.set(ValueLayout.JAVA_LONG, 0, format.size());
            struct.set(ValueLayout.JAVA_INT, 12, Posix.O_CLOEXEC | Posix.O_RDONLY);
            assertEquals(0, kernel.ioctl(heap.number(), 0xc0184800L, struct));
            Fd readOnly = adopt(struct.get(ValueLayout.JAVA_INT, 8));
            opened.add(readOnly);
            camera.requestBuffers(2, V4l2.DMABUF);
            assertEquals("ok", answer(camera.queue(0, readOnly.number())));
            camera.stream(true);
            control.tick(1);
            MemorySegment picture = MappedMemory.map(
                    kernel, readOnly.number(), 0, MappedMemory.roundUp(format.size()), false, arena);
            assertTrue(control.pattern().holds(0, List.of(format.stride()), List.of(picture)));
        }
    }

    @Test
    void whoForgetsToSyncSeesAnOldPictureWhereMemoryIsIncoherent() {
        kernel.machine().plug("/dev/dri/card0", SimulatedGpu.I915_NO_LLC);
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 320, 180);
        try (I915 atom = new I915(kernel, "/dev/dri/card0")) {
            Fd buffer = atom.buffer(MappedMemory.roundUp(format.size()));
            opened.add(buffer);
            MemorySegment picture = look(buffer, format.size());
            camera.requestBuffers(2, V4l2.DMABUF);
            assertEquals("ok", answer(camera.queue(0, buffer.number())));
            camera.stream(true);
            control.tick(1);
            assertEquals(OptionalLong.empty(), control.pattern().number(format.stride(), picture));
            assertEquals(0, sync(buffer.number(), 1));
            assertTrue(control.pattern().holds(0, List.of(format.stride()), List.of(picture)));
        }
    }

    @Test
    void realPollSeesPicturesAndTheEnd() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 320, 180);
        int fd = camera.node.number();
        assertEquals(Posix.POLLERR, kernel.poll(fd, Posix.POLLIN, 0), "no stream");
        stream(format, 2);
        assertEquals(0, kernel.poll(fd, Posix.POLLIN, 0));
        assertEquals(0, real.poll(fd, Posix.POLLIN, 0));
        control.tick(2);
        assertEquals(Posix.POLLIN, kernel.poll(fd, Posix.POLLIN, 0));
        assertEquals(Posix.POLLIN, real.poll(fd, Posix.POLLIN, 0));
        camera.dequeue(V4l2.DMABUF);
        assertEquals(Posix.POLLIN, real.poll(fd, Posix.POLLIN, 0), "one is left");
        camera.dequeue(V4l2.DMABUF);
        assertEquals(0, real.poll(fd, Posix.POLLIN, 0));
        kernel.machine().unplug(NODE);
        assertEquals(Posix.POLLERR | Posix.POLLHUP, kernel.poll(fd, Posix.POLLIN, 0));
        assertEquals(Posix.POLLHUP, real.poll(fd, Posix.POLLIN, 0));
        assertEquals("ENODEV", answer(camera.dequeue(V4l2.DMABUF).result()));
        assertEquals("ENODEV", answer(camera.stream(false)));
        assertEquals(0, control.tick(1));
        assertThrows(IllegalArgumentException.class, () -> kernel.machine().camera(NODE));
    }

    @Test
    void pictureThatWasTakenOutlivesTheCamera() {
        V4l2.Format format = camera.setFormat(V4l2.NV12, 320, 180);
        List<Fd> buffers = stream(format, 2);
        TestPattern pattern = control.pattern();
        control.tick(1);
        assertEquals(0, camera.dequeue(V4l2.DMABUF).index());
        kernel.machine().unplug(NODE);
        assertTrue(pattern.holds(0, List.of(format.stride()), List.of(look(buffers.getFirst(), format.size()))));
        assertTrue(kernel.machine().plug(NODE, SimulatedCamera.CAMERA), "another one can come");
        try (V4l2 next = new V4l2(kernel, NODE, 0, false)) {
            assertEquals("ok", answer(next.setFormat(next.struct(V4l2.S_FMT), V4l2.YUYV, 320, 180)));
            assertEquals("ENODEV", answer(camera.stream(false)), "the old one is still gone");
        }
    }

    @Test
    void brokenFrameAndBrokenStreamAreTold() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 320, 180);
        List<Fd> buffers = stream(format, 2);
        control.failNextFrame();
        control.tick(2);
        assertEquals(List.of(ERROR, 0), List.of(camera.dequeue(V4l2.DMABUF).flags() & ERROR, camera.dequeue(V4l2.DMABUF).flags() & ERROR));
        control.breakDown();
        assertEquals(Posix.POLLERR, kernel.poll(camera.node.number(), Posix.POLLIN, WAIT_MILLIS));
        assertEquals(Posix.POLLIN, real.poll(camera.node.number(), Posix.POLLIN, WAIT_MILLIS), "a pipe has no other way to wake");
        assertEquals("EIO", answer(camera.dequeue(V4l2.DMABUF).result()));
        assertEquals("EIO", answer(camera.queue(0, buffers.getFirst().number())));
        assertEquals("ok", answer(camera.stream(false)));
        assertEquals("ok", answer(camera.queue(0, buffers.getFirst().number())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "unplug", "signal", "picture"})
    void callThatWaitsEnds(String how) throws Exception {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 320, 180);
        camera.close();
        camera = new V4l2(kernel, NODE, 0, false);
        stream(format, 2);
        CompletableFuture<V4l2.Frame> waiting = CompletableFuture.supplyAsync(() -> camera.dequeue(V4l2.DMABUF));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
        while (kernel.machine().sleepers() == 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals("EBUSY", answer(camera.dequeue(V4l2.DMABUF).result()), "one waits at a time");
        String expected = switch (how) {
            case "off" -> {
                camera.stream(false);
                yield "EINVAL";
            }
            case "unplug" -> {
                kernel.machine().unplug(NODE);
                yield "EINVAL";
            }
            case "signal" -> {
                kernel.machine().interruptCalls();
                yield "EINTR";
            }
            default -> {
                control.tick(1);
                yield "ok";
            }
        };
        assertEquals(expected, answer(waiting.get(WAIT_MILLIS, TimeUnit.MILLISECONDS).result()));
    }

    @Test
    void clockTakesPicturesByItself() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 640, 480);
        assertEquals(50, camera.framesPerSecond(50));
        List<Fd> buffers = stream(format, 3);
        control.runClock();
        long before = 0;
        for (int number = 0; number < 20; number++) {
            assertEquals(Posix.POLLIN, kernel.poll(camera.node.number(), Posix.POLLIN, WAIT_MILLIS));
            V4l2.Frame frame = camera.dequeue(V4l2.DMABUF);
            MemorySegment picture = look(buffers.get(frame.index()), format.size());
            assertEquals(OptionalLong.of(frame.sequence()), control.pattern().number(format.stride(), picture));
            assertTrue(frame.sequence() >= number && frame.micros() > before, frame::toString);
            before = frame.micros();
            camera.queue(frame.index(), buffers.get(frame.index()).number());
        }
        assertTrue(Math.abs(System.nanoTime() / 1000 - before) < TimeUnit.MILLISECONDS.toMicros(WAIT_MILLIS), "the clock of nanoTime");
    }

    @Test
    void bufferThatIsKeptByTheCameraOutlivesItsDescriptors() {
        V4l2.Format format = camera.setFormat(V4l2.YUYV, 320, 180);
        camera.requestBuffers(2, V4l2.DMABUF);
        Fd buffer = buffer(format.size());
        MemorySegment picture = look(buffer, format.size());
        camera.queue(0, buffer.number());
        camera.stream(true);
        buffer.close();
        opened.remove(buffer);
        assertEquals(1, kernel.machine().buffers().size());
        control.tick(1);
        assertTrue(control.pattern().holds(0, List.of(format.stride()), List.of(picture)));
        camera.stream(false);
        assertEquals(0, camera.requestBuffers(0, V4l2.DMABUF));
        assertEquals(List.of(), kernel.machine().buffers(), "given back");
    }

    /** Two that finish at once must not give the same memory back twice: the second time it is somebody else's. */
    @Test
    void memoryIsGivenBackOnceHoweverManyUseTheCamera() throws Exception {
        camera.setFormat(V4l2.YUYV, 320, 180);
        camera.framesPerSecond(120);
        control.runClock();
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> others = new ArrayList<>();
        try (V4l2 looking = new V4l2(kernel, NODE, 0, false)) {
            MemorySegment struct = looking.struct(V4l2.G_FMT);
            struct.set(ValueLayout.JAVA_INT, 0, looking.type);
            for (int i = 0; i < 3; i++) {
                others.add(Thread.ofPlatform().start(() -> {
                    while (!over.get()) {
                        looking.ioctl(V4l2.G_FMT, struct);
                        control.tick(1);
                    }
                }));
            }
            try {
                for (int round = 0; round < 300; round++) {
                    assertEquals(4, camera.requestBuffers(4, V4l2.MMAP));
                    for (int i = 0; i < 4; i++) {
                        assertEquals("ok", answer(camera.queueOwn(i)));
                    }
                    assertEquals("ok", answer(camera.stream(true)));
                    assertEquals("ok", answer(camera.stream(false)));
                    assertEquals(0, camera.requestBuffers(0, V4l2.MMAP));
                }
            } finally {
                over.set(true);
                for (Thread other : others) {
                    other.join();
                }
            }
        }
    }
}
