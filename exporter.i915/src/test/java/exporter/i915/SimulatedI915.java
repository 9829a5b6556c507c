package exporter.i915;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.ExportedBuffer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;

/** A simulated machine with a GPU of i915, which parses the same bytes and gives the same errno as the driver; and no leak after a test. */
abstract class SimulatedI915 {

    static final long PAGE = MappedMemory.PAGE_SIZE;
    static final String CARD = "/dev/dri/card0";
    static final String NODE = "/dev/dri/renderD128";

    final SimulatedKernel kernel = new SimulatedKernel();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private long openAtStart;

    /** What a kernel does when a request comes: an answer, or 0 to go on. Called before the request. */
    @FunctionalInterface
    interface Interference {
        int answer(long request, MemorySegment struct);
    }

    @BeforeEach
    void count() throws IOException {
        openAtStart = openDescriptors();
    }

    @AfterEach
    void everythingIsClosed() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable each : opened) {
            each.close();
        }
        assertEquals(openAtStart, openDescriptors(), "descriptors leaked");
        assertEquals(List.of(), kernel.machine().buffers(), "buffers leaked");
        kernel.close();
    }

    static long openDescriptors() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    <T extends AutoCloseable> T closedLater(T resource) {
        opened.add(resource);
        return resource;
    }

    I915Exporter exporterOf(SimulatedGpu gpu) {
        return exporterOf(gpu, kernel);
    }

    I915Exporter exporterOf(SimulatedGpu gpu, Syscalls on) {
        kernel.machine().plug(CARD, gpu);
        return I915Exporter.probe(on, NODE).orElseThrow();
    }

    /** Exports, and closes all that the core would own, each descriptor once. */
    ExportedBuffer export(I915Exporter by, ExportRequest request) {
        ExportedBuffer buffer = by.export(request);
        closedLater(buffer.fd());
        buffer.modes().stream().flatMap(mode -> mode.plan().fd().stream()).distinct().forEach(this::closedLater);
        return buffer;
    }

    static ExportedBuffer.Mode mode(ExportedBuffer buffer, String name) {
        return buffer.modes().stream().filter(mode -> mode.mode().name().equals(name)).findFirst().orElseThrow();
    }

    /** Maps a buffer in one of its modes, as the core does. */
    MemorySegment map(ExportedBuffer buffer, String name) {
        ExportedBuffer.Mode mode = mode(buffer, name);
        Fd fd = mode.plan().fd().orElse(buffer.fd());
        return MappedMemory.map(
                (Syscalls) fd.kernel(), fd.number(), mode.plan().offset(), buffer.size(), true, closedLater(Arena.ofConfined()));
    }

    static Caching caching(ExportedBuffer buffer) {
        return buffer.modes().getFirst().mode().policy().caching();
    }

    static DmaBufException refused(I915Exporter by, ExportRequest request) {
        return Assertions.assertThrows(DmaBufException.class, () -> by.export(request));
    }

    /** The kernel, with somebody who interferes with requests. */
    Syscalls kernelWith(Interference interference) {
        return (Syscalls) Proxy.newProxyInstance(
                Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("ioctl")) {
                        int answer = interference.answer((long) arguments[1], (MemorySegment) arguments[2]);
                        if (answer != 0) {
                            return answer;
                        }
                    }
                    try {
                        return method.invoke(kernel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
