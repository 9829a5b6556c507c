package exporter.udmabuf;

import dmabuf.api.ExportRequest;
import dmabuf.api.MemoryRange;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Exports with every errno that each of its system calls can give: of new memory, of memfds, and of mappings of a memfd. */
class UdmabufFaultTest {

    private static final long SIZE = 2 * MappedMemory.PAGE_SIZE;
    private static final SimulatedKernel SIMULATED = new SimulatedKernel();
    private static final FaultySyscalls KERNEL = FaultySyscalls.over(SIMULATED);

    @AfterAll
    static void switchOff() {
        SIMULATED.close();
    }

    /** A memfd and a mapping of it. */
    private static final class Memory implements AutoCloseable {

        private final Fd memfd = Memfd.sealed(SIMULATED, "test", SIZE);
        private final Arena arena = Arena.ofShared();
        private final MemorySegment mapping = MappedMemory.map(SIMULATED, memfd.number(), 0, SIZE, true, arena);

        @Override
        public void close() {
            arena.close();
            memfd.close();
        }
    }

    private static Stream<DynamicTest> export(String name, Function<Memory, ExportRequest> request) {
        UdmabufExporter exporter = new UdmabufExporter(KERNEL, "/dev/udmabuf", () -> 0);
        return FaultSweep.of(name, KERNEL, Memory::new, memory -> exporter.export(request.apply(memory)).fd().close())
                .cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    @TestFactory
    Stream<DynamicTest> exportOfNewMemory() {
        return export("export by udmabuf", memory -> ExportRequest.ofSize(SIZE));
    }

    @TestFactory
    Stream<DynamicTest> exportOfMemfd() {
        return export("export of a memfd by udmabuf",
                memory -> ExportRequest.ofRanges(List.of(new MemoryRange(memory.memfd, 0, SIZE))));
    }

    @TestFactory
    Stream<DynamicTest> exportOfMapping() {
        return export("export of a mapping by udmabuf", memory -> ExportRequest.ofSegments(List.of(memory.mapping)));
    }
}
