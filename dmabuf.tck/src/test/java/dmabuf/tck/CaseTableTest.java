package dmabuf.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.linux.ProcessResources;
import dmabuf.sim.SimulatedCamera;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedVfio;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Cases that any GPU of i915 can be asked are asked of each: what one device answers is no proof of another. */
    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource({
        "I915_LLC, /dev/dri/renderD138", "I915_NO_LLC, /dev/dri/renderD139", "I915_METEOR_LAKE, /dev/dri/renderD140",
        "I915_DISCRETE, /dev/dri/renderD141"
    })
    void everyGpuAnswersWhatItCanBeAsked(SimulatedGpu gpu, String node) {
        try (SimulatedKernel kernel = everyDevice()) {
            CaseRunner runner = new CaseRunner(kernel, node);
            List<CaseResult> asked = CaseTable.cases().stream()
                    .filter(each -> each.file().startsWith("i915"))
                    .map(runner::run)
                    .filter(result -> result.missing().isEmpty())
                    .toList();
            assertTrue(asked.size() >= 80, gpu + " was asked " + asked.size());
            asked.forEach(CaseTableTest::check);
        }
    }

    @Test
    void safeCasesUseNoDisplayAndWaitForNobody() {
        List<Case> safe = CaseTable.cases().stream().filter(Case::isSafe).toList();
        assertTrue(safe.size() >= 60, "safe cases: " + safe.size());
        safe.forEach(each -> {
            // A render node, or vgem, whose card has no display.
            assertTrue(each.needs().stream().noneMatch(need -> need.matches("drm:(?!vgem:).*(?<!:render)")), each::name);
            assertTrue(each.steps().stream().noneMatch(step -> step.text().matches(".*\\b(start|exhaust|size=0x\\d{9,})\\b.*")
                    && !step.expected().startsWith("E")), each::name);
        });
    }

    @Test
    void tableIsAsLargeAsPromised() {
        assertTrue(CaseTable.cases().size() >= 600, "cases: " + CaseTable.cases().size());
        long vfio = CaseTable.cases().stream().filter(each -> each.file().startsWith("vfio")).count();
        assertTrue(vfio >= 100, "of VFIO: " + vfio);
    }

    static SimulatedKernel everyDevice() {
        SimulatedKernel kernel = new SimulatedKernel();
        kernel.machine().plug("/dev/video1", SimulatedCamera.CAMERA_MPLANE);
        kernel.machine().plug("/dev/dri/card0", SimulatedGpu.VGEM);
        kernel.machine().plug("/dev/dri/card1", SimulatedGpu.VIRTIO_GPU);
        kernel.machine().plug("/dev/dri/card2", SimulatedGpu.BOCHS);
        kernel.machine().plug("/dev/dri/card3", SimulatedGpu.VIRTIO_GPU_BLOB);
        kernel.machine().plug("/dev/dri/card4", SimulatedGpu.VIRTIO_GPU_HOST_CACHED);
        kernel.machine().plug("/dev/dri/card10", SimulatedGpu.I915_LLC);
        kernel.machine().plug("/dev/dri/card11", SimulatedGpu.I915_NO_LLC);
        kernel.machine().plug("/dev/dri/card12", SimulatedGpu.I915_METEOR_LAKE);
        kernel.machine().plug("/dev/dri/card13", SimulatedGpu.I915_DISCRETE);
        kernel.machine().plug("/dev/vfio/1", SimulatedVfio.MBOCHS);
        kernel.machine().plug("/dev/vfio/2", SimulatedVfio.MDPY);
        kernel.machine().plug("/dev/vfio/3", SimulatedVfio.VGPU);
        return kernel;
    }
}
