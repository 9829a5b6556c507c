package exporter.heap;

import dmabuf.api.ExportRequest;
import dmabuf.linux.MappedMemory;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Exports with every errno that each of its system calls can give. */
class HeapFaultTest {

    private static final SimulatedKernel SIMULATED = new SimulatedKernel();
    private static final FaultySyscalls KERNEL = FaultySyscalls.over(SIMULATED);

    @AfterAll
    static void switchOff() {
        SIMULATED.close();
    }

    @TestFactory
    Stream<DynamicTest> export() {
        HeapExporter exporter = new HeapExporter(KERNEL, "/dev/dma_heap/system");
        ExportRequest request = ExportRequest.ofSize(MappedMemory.PAGE_SIZE);
        return FaultSweep.of("export by heap", KERNEL, () -> () -> { }, any -> exporter.export(request).fd().close())
                .cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }
}
