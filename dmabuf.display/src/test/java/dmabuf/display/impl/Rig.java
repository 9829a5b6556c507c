package dmabuf.display.impl;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;
import dmabuf.core.CoreDmaBufs;
import dmabuf.core.ExporterRegistration;
import dmabuf.display.DisplayPlane;
import dmabuf.display.Hotspot;
import dmabuf.display.PlaneInfo;
import dmabuf.display.Transport;
import dmabuf.display.spi.PlaneState;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.TestUdmabuf;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.ExportedBuffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.function.Executable;

/** A screen on a core, of an exporter that shows what a test wants. */
final class Rig implements AutoCloseable {

    static final ScreenKey KEY = new ScreenKey("fake", "/dev/fake", KernelKind.SIMULATED);
    private static final ExporterProperties PROPERTIES =
            ExporterProperties.builder(KEY.exporter(), KEY.device(), KEY.kernel()).mmap(true).allocates(false).build();
    private static final long SIZE = 1 << 20;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    final ProcessResources before = ProcessResources.now();
    final SimulatedKernel kernel = new SimulatedKernel();
    final CoreDmaBufs core = new CoreDmaBufs();
    final Screen screen = new Screen(KEY, any -> () -> { });
    /** What the planes show; a plane that is missing is off. */
    final Map<DisplayPlane, PlaneInfo> planes = new ConcurrentHashMap<>();
    /** The memory of framebuffers, by id. */
    final Map<Long, Fd> memfds = new HashMap<>();
    /** What happens when a plane is asked about, before the answer. */
    volatile Runnable whenAsked = () -> { };
    final AtomicInteger queries = new AtomicInteger();
    /** What is exported. */
    Function<ExportRequest, ExportedBuffer> export = this::dmaBuf;
    private ExporterRegistration registration;

    Rig() {
        plug();
    }

    void plug() {
        registration = core.add(request -> export.apply(request), PROPERTIES, 0);
        screen.buffers(registration.source());
        screen.source(this::query);
    }

    void unplug() {
        screen.source(null);
        screen.buffers(null);
        registration.close();
    }

    private Optional<PlaneState> query(DisplayPlane plane) {
        queries.incrementAndGet();
        whenAsked.run();
        PlaneInfo shown = planes.get(plane);
        return Optional.ofNullable(shown).map(info -> new PlaneState(
                info, ExportRequest.ofSize(1).withAccess(Access.READ).withOption("fake.id", Long.toString(info.id()))));
    }

    Fd memory(long id) {
        return memfds.computeIfAbsent(id, key -> Memfd.sealed(kernel, "frame", SIZE));
    }

    private static long id(ExportRequest request) {
        return Long.parseLong(request.options("fake").get("id"));
    }

    ExportedBuffer dmaBuf(ExportRequest request) {
        MmapPolicy policy = MmapPolicy.mappable(Caching.CACHED).withAccess(Access.READ);
        return ExportedBuffer.builder(TestUdmabuf.of(kernel, memory(id(request)), SIZE), SIZE, policy).build();
    }

    ExportedBuffer region(ExportRequest request) {
        Fd copy = Fd.adopt(kernel.dup(memory(id(request)).number()), kernel);
        MmapPolicy policy = new MmapPolicy(
                true, Caching.UNCACHED, false, Access.READ, MemoryKind.IO, false, PolicyOrigin.EXPORTER);
        return ExportedBuffer.ofDevice(copy, "region", 0, SIZE, policy).build();
    }

    /** Shows a picture with a stride that has a gap, and gives where its first row is. */
    PlaneInfo show(DisplayPlane plane, long id, DrmFormat format, int width, int height, int x, int y) {
        long stride = format.isKnown() ? format.planes().getFirst().rowBytes(width) + 8 : 16L * width;
        FrameDescription frame = new FrameDescription(format, DrmModifier.LINEAR, width, height, List.of(new FramePlane(0, stride)));
        PlaneInfo info = new PlaneInfo(
                plane, id, frame, frame.size(), x, y, Optional.of(new Hotspot(0, 0)), Transport.DMA_BUF);
        planes.put(plane, info);
        return info;
    }

    /** Draws words of 32 bits, as the guest does. */
    void draw(PlaneInfo info, int... words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = MappedMemory.map(kernel, memory(info.id()).number(), 0, SIZE, true, arena);
            for (int i = 0; i < words.length; i++) {
                long row = i / info.frame().width() * info.frame().planes().getFirst().stride();
                memory.set(JAVA_INT_UNALIGNED, row + i % info.frame().width() * 4L, words[i]);
            }
        }
    }

    static DmaBufException assertErrno(Errno errno, Executable action) {
        DmaBufException thrown = assertThrows(DmaBufException.class, action);
        assertEquals(errno, thrown.errno(), thrown.getMessage());
        return thrown;
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "waited in vain: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        screen.close();
        core.close();
        memfds.values().forEach(Fd::close);
        kernel.close();
        ProcessResources more = ProcessResources.now().since(before);
        assertTrue(more.isNothing(), more::toString);
    }
}
