package exporter.i915;

import dmabuf.api.ExportRequest;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.exporter.SimulatedExporterCase;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Exports by each kind of device, with every errno that each of the system calls can give. */
class I915FaultTest {

    private static final List<SimulatedGpu> DEVICES = List.of(
            SimulatedGpu.I915_LLC, SimulatedGpu.I915_NO_LLC, SimulatedGpu.I915_METEOR_LAKE, SimulatedGpu.I915_DISCRETE);
    private static final SimulatedKernel SIMULATED = new SimulatedKernel();
    private static final FaultySyscalls KERNEL = FaultySyscalls.over(SIMULATED);

    @BeforeAll
    static void plug() {
        for (int i = 0; i < DEVICES.size(); i++) {
            SIMULATED.machine().plug("/dev/dri/card" + i, DEVICES.get(i));
        }
    }

    @AfterAll
    static void switchOff() {
        SIMULATED.close();
    }

    @TestFactory
    Stream<DynamicTest> export() {
        ExportRequest request = ExportRequest.ofSize(MappedMemory.PAGE_SIZE);
        return DEVICES.stream().flatMap(device -> {
            I915Exporter exporter = I915Exporter.probe(KERNEL, "/dev/dri/renderD" + (128 + DEVICES.indexOf(device))).orElseThrow();
            return FaultSweep.of("export by " + device, KERNEL, () -> () -> { }, any -> SimulatedExporterCase.closeAll(exporter.export(request)))
                    // What is no DRM device any more is another driver's.
                    .translating(Call.ioctl(DrmIoctl.VERSION), Errno.ENODEV, Errno.ENOTTY)
                    .cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
        });
    }

    /** What a device lacks is found out by asking; but a lack of memory is none of the device's traits. */
    @TestFactory
    Stream<DynamicTest> probeBearsLackOfMemory() {
        return DEVICES.stream().flatMap(device -> {
            String node = "/dev/dri/renderD" + (128 + DEVICES.indexOf(device));
            return FaultSweep.of("probe of " + device, KERNEL, () -> () -> { }, any -> I915Exporter.probe(KERNEL, node))
                    .cases().stream()
                    .filter(each -> each.name().endsWith("ENOMEM"))
                    .map(each -> DynamicTest.dynamicTest(each.name(), each::run));
        });
    }
}
