package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DescriptorLimit;
import dmabuf.linux.ForwardingSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Tests of an exporter's class on a simulated kernel, which parses the same bytes and gives the same errno as the driver. What a test exports
 * and maps is closed after it, last things first, and then nothing may be left open.
 */
public abstract class SimulatedExporterCase {

    protected static final long PAGE = MappedMemory.PAGE_SIZE;

    protected final SimulatedKernel kernel = new SimulatedKernel();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private long openAtStart;

    /** What a kernel does when a request comes: an answer, or 0 to go on. Called before the request. */
    @FunctionalInterface
    protected interface Interference {
        int answer(long request, MemorySegment struct);
    }

    @BeforeEach
    protected final void count() throws IOException {
        openAtStart = openDescriptors();
    }

    @AfterEach
    protected final void everythingIsClosed() throws Exception {
        Collections.reverse(opened);
        for (AutoCloseable each : opened) {
            each.close();
        }
        assertEquals(openAtStart, openDescriptors(), "descriptors leaked");
        assertEquals(List.of(), kernel.machine().buffers(), "buffers leaked");
        kernel.close();
    }

    protected static long openDescriptors() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    protected final <T extends AutoCloseable> T closedLater(T resource) {
        opened.add(resource);
        return resource;
    }

    protected final ExportedBuffer export(Exporter by, ExportRequest request) {
        ExportedBuffer buffer = by.export(request);
        closedLater(() -> closeAll(buffer));
        return buffer;
    }

    /** Closes what the core would own, each descriptor once. */
    public static void closeAll(ExportedBuffer buffer) {
        buffer.fd().close();
        buffer.modes().stream().flatMap(mode -> mode.plan().fd().stream()).distinct().forEach(Fd::close);
    }

    protected static DmaBufException refused(Exporter by, ExportRequest request) {
        return assertThrows(DmaBufException.class, () -> by.export(request));
    }

    /** Exports until this process has no descriptor left, and closes it all. */
    protected static void assertEndsInEmfile(Exporter exporter, ExportRequest request) throws Exception {
        closeAll(exporter.export(request)); // Loads every class that an export needs.
        DescriptorLimit.whileLow(() -> {
            List<ExportedBuffer> buffers = new ArrayList<>();
            DmaBufException e = assertThrows(DmaBufException.class, () -> {
                while (true) {
                    buffers.add(exporter.export(request));
                }
            });
            assertEquals(Errno.EMFILE, e.errno());
            buffers.forEach(SimulatedExporterCase::closeAll);
        });
    }

    protected final MemorySegment map(Fd fd, long size) {
        return map(fd, 0, size, true);
    }

    protected final MemorySegment map(Fd fd, long offset, long size, boolean writable) {
        return MappedMemory.map((Syscalls) fd.kernel(), fd.number(), offset, size, writable, closedLater(Arena.ofShared()));
    }

    /** Maps a buffer in one of its modes, as the core does. */
    protected final MemorySegment map(ExportedBuffer buffer, ExportedBuffer.Mode mode) {
        return map(mode.plan().fd().orElse(buffer.fd()), mode.plan().offset(), buffer.size(), true);
    }

    /** The kernel, with somebody who interferes with requests. */
    protected final Syscalls kernelWith(Interference interference) {
        return new ForwardingSyscalls(kernel) {
            @Override
            public int ioctl(int fd, long request, MemorySegment argument) {
                int answer = interference.answer(request, argument);
                return answer != 0 ? answer : super.ioctl(fd, request, argument);
            }
        };
    }
}
