package dmabuf.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.linux.ProcessResources;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The whole table, asked of the simulated kernel with every device plugged in. */
class CaseTableTest {

    @TestFactory
    Stream<DynamicTest> simulationAnswersAsLinuxDoes() {
        SimulatedKernel kernel = everyDevice();
        CaseRunner runner = new CaseRunner(kernel);
        return CaseTable.cases().stream()
                .filter(each -> each.deviation().isEmpty())
                .map(each -> DynamicTest.dynamicTest(each.file() + ": " + each.name(), () -> check(runner.run(each))))
                .onClose(kernel::close);
    }

    private static void check(CaseResult result) {
        assertTrue(result.asExpected(), result::describe);
    }

    @Test
    void markedCasesDoDiffer() {
        try (SimulatedKernel kernel = everyDevice()) {
            CaseRunner runner = new CaseRunner(kernel);
            List<String> alike = CaseTable.cases().stream()
                    .filter(each -> each.deviation().isPresent() && !each.needs().contains(Needs.HUGE_PAGES))
                    .map(runner::run)
                    .filter(CaseResult::asExpected)
                    .map(result -> result.asked().name())
                    .toList();
            assertEquals(List.of(), alike, "marked as different, and answered alike");
        }
    }

    @Test
    void nothingIsLeftOpen() {
        try (SimulatedKernel kernel = everyDevice()) {
            CaseRunner runner = new CaseRunner(kernel);
            CaseTable.cases().stream().limit(1).forEach(runner::run); // Loads what stays open.
            ProcessResources before = ProcessResources.now();
            CaseTable.cases().forEach(runner::run);
            assertTrue(ProcessResources.now().since(before).isNothing(), () -> ProcessResources.now().since(before).toString());
        }
    }

    @Test
    void tableIsAsLargeAsPromised() {
        assertTrue(CaseTable.cases().size() >= 300, "cases: " + CaseTable.cases().size());
    }

    static SimulatedKernel everyDevice() {
        SimulatedKernel kernel = new SimulatedKernel();
        kernel.machine().plug("/dev/dri/card0", SimulatedGpu.VGEM);
        kernel.machine().plug("/dev/dri/card1", SimulatedGpu.VIRTIO_GPU);
        kernel.machine().plug("/dev/dri/card2", SimulatedGpu.BOCHS);
        kernel.machine().plug("/dev/dri/card3", SimulatedGpu.VIRTIO_GPU_BLOB);
        kernel.machine().plug("/dev/dri/card4", SimulatedGpu.VIRTIO_GPU_HOST_CACHED);
        kernel.machine().plug("/dev/dri/card10", SimulatedGpu.I915_LLC);
        kernel.machine().plug("/dev/dri/card11", SimulatedGpu.I915_NO_LLC);
        kernel.machine().plug("/dev/dri/card12", SimulatedGpu.I915_METEOR_LAKE);
        kernel.machine().plug("/dev/dri/card13", SimulatedGpu.I915_DISCRETE);
        return kernel;
    }
}
