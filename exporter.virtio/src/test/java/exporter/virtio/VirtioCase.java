package exporter.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.ExportRequest;
import dmabuf.fd.Fd;
import dmabuf.linux.Devices;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedMachine;
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
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A simulated kernel, which parses the same bytes and gives the same errno as the driver; and the proof that nothing stays open. */
abstract class VirtioCase {

    static final String CARD = "/dev/dri/card0";
    static final String RENDER_NODE = "/dev/dri/renderD128";

    final SimulatedKernel kernel = new SimulatedKernel();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private long openAtStart;

    @BeforeEach
    final void count() throws IOException {
        openAtStart = openDescriptors();
    }

    @AfterEach
    final void everythingIsClosed() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable each : opened) {
            each.close();
        }
        assertEquals(openAtStart, openDescriptors(), "descriptors leaked");
        kernel.close();
    }

    private static long openDescriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    final SimulatedMachine machine() {
        return kernel.machine();
    }

    final <T extends AutoCloseable> T closedLater(T resource) {
        opened.add(resource);
        return resource;
    }

    final VirtioExporter exporterOf(SimulatedGpu gpu) {
        machine().plug(CARD, gpu);
        return VirtioExporter.probe(kernel, RENDER_NODE, HostMapInfo.UNKNOWN).orElseThrow();
    }

    final ExportedBuffer export(VirtioExporter by, ExportRequest request) {
        ExportedBuffer buffer = by.export(request);
        closedLater(() -> closeAll(buffer));
        return buffer;
    }

    /** As the core does it: each descriptor once. */
    static void closeAll(ExportedBuffer buffer) {
        buffer.fd().close();
        buffer.modes().stream().flatMap(mode -> mode.plan().fd().stream()).distinct().forEach(Fd::close);
    }

    final MemorySegment map(ExportedBuffer buffer, int mode) {
        var plan = buffer.modes().get(mode).plan();
        Fd fd = plan.fd().orElse(buffer.fd());
        return MappedMemory.map(kernel, fd.number(), plan.offset(), buffer.size(), true, closedLater(Arena.ofShared()));
    }

    /** The kernel, where something else is answered to a call, if the function gives an answer; which call is told by name and arguments. */
    final Syscalls kernelWhere(String call, ToLongFunction<Object[]> instead) {
        return (Syscalls) Proxy.newProxyInstance(
                Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(call)) {
                        long answer = instead.applyAsLong(arguments);
                        if (answer != 0) {
                            return method.getReturnType() == int.class ? (Object) (int) answer : (Object) answer;
                        }
                    }
                    try {
                        return method.invoke(kernel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** The kernel, where nothing can be read of debugfs, as it is for all but root. */
    final Syscalls kernelWithoutList() {
        Devices devices = (Devices) Proxy.newProxyInstance(
                Devices.class.getClassLoader(), new Class<?>[] {Devices.class}, (proxy, method, arguments) ->
                        method.getName().equals("attribute") && arguments[0].equals(MemoryTypeList.FILE)
                                ? Optional.empty()
                                : method.invoke(kernel.devices(), arguments));
        return (Syscalls) Proxy.newProxyInstance(
                Syscalls.class.getClassLoader(), new Class<?>[] {Syscalls.class}, (proxy, method, arguments) ->
                        method.getName().equals("devices") ? devices : method.invoke(kernel, arguments));
    }
}
