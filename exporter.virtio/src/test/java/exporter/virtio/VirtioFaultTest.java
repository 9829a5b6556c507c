package exporter.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.Fault;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import dmabuf.tck.fault.PlausibleErrno;
import dmabuf.tck.fault.SyscallKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Exports by each kind of device, with every errno that each of the system calls can give. */
class VirtioFaultTest {

    private static final List<SimulatedGpu> DEVICES =
            List.of(SimulatedGpu.VIRTIO_GPU, SimulatedGpu.VIRTIO_GPU_BLOB, SimulatedGpu.VIRTIO_GPU_HOST_CACHED);
    private static final Set<Errno> WANT = EnumSet.of(Errno.ENOMEM, Errno.EMFILE, Errno.ENFILE);
    private static final Set<SyscallKind> FAILS_FOR_WANT = EnumSet.of(SyscallKind.OPEN, SyscallKind.IOCTL, SyscallKind.MMAP);
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

    private static Stream<DynamicTest> export(SimulatedGpu device, ExportRequest request) {
        VirtioExporter exporter = VirtioExporter.probe(
                KERNEL, "/dev/dri/renderD" + (128 + DEVICES.indexOf(device)), HostMapInfo.UNKNOWN).orElseThrow();
        return FaultSweep.of("export by " + device, KERNEL, () -> () -> { }, any -> VirtioCase.closeAll(exporter.export(request)))
                // What is no DRM device any more is another driver's.
                .translating(Call.ioctl(DrmIoctl.VERSION), Errno.ENODEV, Errno.ENOTTY)
                .cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    @TestFactory
    Stream<DynamicTest> export() {
        ExportRequest request = ExportRequest.ofSize(MappedMemory.PAGE_SIZE);
        return DEVICES.stream().flatMap(device -> export(device, request));
    }

    @TestFactory
    Stream<DynamicTest> exportOfMemoryOfTheHost() {
        return export(
                SimulatedGpu.VIRTIO_GPU_HOST_CACHED, ExportRequest.ofSize(MappedMemory.PAGE_SIZE).withPlacement(Placement.DEVICE));
    }

    /** What a device lacks is found out by asking; what this process or machine lacks is no answer. */
    @TestFactory
    Stream<DynamicTest> probe() {
        String node = "/dev/dri/renderD" + (128 + DEVICES.indexOf(SimulatedGpu.VIRTIO_GPU_HOST_CACHED));
        KERNEL.forgetCalls();
        VirtioExporter.probe(KERNEL, node, HostMapInfo.UNKNOWN);
        List<Call> calls = KERNEL.calls();
        return IntStream.range(0, calls.size())
                .filter(index -> FAILS_FOR_WANT.contains(calls.get(index).kind()))
                .boxed()
                .flatMap(index -> PlausibleErrno.of(calls.get(index)).stream()
                        .filter(WANT::contains)
                        .map(errno -> DynamicTest.dynamicTest(
                                "probe: call " + (index + 1) + ", " + calls.get(index) + ", answers " + errno,
                                () -> assertProbeFails(node, index + 1, errno))));
    }

    private static void assertProbeFails(String node, int call, Errno errno) {
        try (Fault fault = KERNEL.at(call).fails(errno)) {
            DmaBufException e = assertThrows(DmaBufException.class, () -> VirtioExporter.probe(KERNEL, node, HostMapInfo.UNKNOWN));
            assertEquals(errno, e.errno());
            assertTrue(fault.isReached());
        }
        assertTrue(VirtioExporter.probe(KERNEL, node, HostMapInfo.UNKNOWN).orElseThrow().properties().placements()
                .contains(Placement.DEVICE));
    }
}
