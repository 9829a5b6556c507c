package exporter.kms;

import dmabuf.api.ExportRequest;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import exporter.kms.uapi.CreateDumb;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Looks at cards and exports, with every errno that each of the system calls can give. */
class KmsFaultTest {

    private static final String CARD = "/dev/dri/card0";
    private static final SimulatedKernel SIMULATED = new SimulatedKernel();
    private static final FaultySyscalls KERNEL = FaultySyscalls.over(SIMULATED);

    @BeforeAll
    static void plug() {
        SIMULATED.machine().plug(CARD, SimulatedGpu.BOCHS);
    }

    @AfterAll
    static void switchOff() {
        SIMULATED.close();
    }

    private static Stream<DynamicTest> tests(FaultSweep<?> sweep) {
        return sweep.cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    @TestFactory
    Stream<DynamicTest> export() {
        KmsExporter exporter = KmsExporter.probe(SIMULATED, CARD);
        KmsExporter faulty = KmsExporter.probe(KERNEL, CARD);
        ExportRequest request = ExportRequest.ofSize(MappedMemory.PAGE_SIZE);
        exporter.export(request).fd().close();
        return tests(FaultSweep.of("export by kms", KERNEL, () -> () -> { }, any -> faulty.export(request).fd().close()));
    }

    @TestFactory
    Stream<DynamicTest> probe() {
        // A driver that lacks what is asked is no driver for this exporter; a lack of memory says nothing of the driver.
        return tests(FaultSweep.of("probe by kms", KERNEL, () -> () -> { }, any -> KmsExporter.probe(KERNEL, CARD))
                .absorbing(Call.ioctl(DrmIoctl.GET_CAP))
                .absorbing(Call.ioctl(CreateDumb.CREATE_DUMB), Errno.EINVAL, Errno.ENOSYS));
    }
}
