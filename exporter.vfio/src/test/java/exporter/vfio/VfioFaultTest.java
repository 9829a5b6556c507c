package exporter.vfio;

import dmabuf.api.ExportRequest;
import dmabuf.display.DisplayPlane;
import dmabuf.fd.Errno;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioNodes;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedVfio;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import exporter.vfio.uapi.GfxDmabuf;
import exporter.vfio.uapi.GfxPlaneInfo;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Queries and exports of screens, with every errno that each of the system calls can give. */
class VfioFaultTest {

    private static final String DMA_BUFS = "/dev/vfio/1";
    private static final String REGION = "/dev/vfio/2";
    private static final SimulatedKernel SIMULATED = new SimulatedKernel();
    private static final FaultySyscalls KERNEL = FaultySyscalls.over(SIMULATED);

    @BeforeAll
    static void plug() {
        SIMULATED.machine().plug(DMA_BUFS, SimulatedVfio.VGPU);
        SIMULATED.machine().plug(REGION, SimulatedVfio.VGPU_REGION);
    }

    @AfterAll
    static void switchOff() {
        SIMULATED.close();
    }

    private static VfioDevice open(String group) {
        return VfioDevice.open(KERNEL, VfioNodes.find(SIMULATED.devices(), group).orElseThrow());
    }

    /** Opened anew for each case, so that nothing is fetched yet. */
    private static VfioExporter exporter(String group) {
        VfioDevice device = open(group);
        return new VfioExporter(GfxDevice.probe(device).orElseThrow(), group, "", device::close);
    }

    private static Stream<DynamicTest> tests(FaultSweep<?> sweep) {
        return sweep.cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    private static FaultSweep<VfioExporter> sweep(String group, FaultSweep.Operation<VfioExporter> operation) {
        return FaultSweep.<VfioExporter>of(group, KERNEL, () -> exporter(group), operation)
                // Drivers have been seen to say so once, and to know better the next time.
                .absorbing(Call.ioctl(GfxPlaneInfo.QUERY), Errno.ENOMEM)
                // The framebuffer vanished between two requests: the plane is asked anew.
                .absorbing(Call.ioctl(GfxDmabuf.GET), Errno.EINVAL, Errno.ENOENT);
    }

    @TestFactory
    Stream<DynamicTest> queryByDmaBuf() {
        return tests(sweep(DMA_BUFS, exporter -> exporter.query(DisplayPlane.CURSOR).orElseThrow()));
    }

    @TestFactory
    Stream<DynamicTest> queryByRegion() {
        return tests(sweep(REGION, exporter -> exporter.query(DisplayPlane.CURSOR).orElseThrow()));
    }

    @TestFactory
    Stream<DynamicTest> exportByDmaBuf() {
        return tests(sweep(DMA_BUFS, exporter -> exporter.export(ExportRequest.ofSize(1)).fd().close()));
    }

    @TestFactory
    Stream<DynamicTest> exportByRegion() {
        return tests(sweep(REGION, exporter -> exporter.export(ExportRequest.ofSize(1)).fd().close()));
    }

    @TestFactory
    Stream<DynamicTest> probe() {
        return tests(FaultSweep.<VfioDevice>of("probe", KERNEL, () -> open(DMA_BUFS), device -> GfxDevice.probe(device))
                // A driver without screens, or with screens by another way.
                .absorbing(Call.ioctl(GfxPlaneInfo.QUERY), Errno.ENOTTY, Errno.EINVAL));
    }
}
