package exporter.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.linux.ForwardingSyscalls;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultySyscalls;
import dmabuf.tck.fault.SyscallKind;
import exporter.virtio.uapi.ContextInit;
import exporter.virtio.uapi.GetParam;
import exporter.virtio.uapi.Map;
import exporter.virtio.uapi.ResourceCreate;
import exporter.virtio.uapi.ResourceCreateBlob;
import exporter.virtio.uapi.ResourceInfo;
import exporter.virtio.uapi.Transfer;
import exporter.virtio.uapi.Wait;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes wrong, and how it is said. */
class VirtioRefusalTest extends VirtioCase {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(4096);

    private VirtioExporter exporterOn(Syscalls kernel) {
        return VirtioExporter.probe(kernel, RENDER_NODE, HostMapInfo.UNKNOWN).orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(names = {"VGEM", "I915_LLC"})
    void nodeOfAnotherDriverIsNobodysBusiness(SimulatedGpu gpu) {
        machine().plug(CARD, gpu);

        assertTrue(VirtioExporter.probe(kernel, RENDER_NODE, HostMapInfo.UNKNOWN).isEmpty());
    }

    @Test
    void nodeThatIsNoDrmDeviceIsNobodysBusiness() {
        assertTrue(VirtioExporter.probe(kernel, "/dev/udmabuf", HostMapInfo.UNKNOWN).isEmpty());
    }

    @Test
    void nodeThatMayNotBeOpenedIsRefused() {
        machine().plug(CARD, SimulatedGpu.VIRTIO_GPU);
        FaultySyscalls forbidden = FaultySyscalls.over(kernel);
        forbidden.at(1, Call.of(SyscallKind.OPEN)).onwards().fails(Errno.EACCES);

        DmaBufException e =
                assertThrows(DmaBufException.class, () -> VirtioExporter.probe(forbidden, RENDER_NODE, HostMapInfo.UNKNOWN));

        assertEquals(Errno.EACCES, e.errno());
        assertTrue(e.getMessage().contains(RENDER_NODE), e.getMessage());
    }

    @Test
    void deviceThatHasGoneIsRefused() {
        VirtioExporter exporter = exporterOf(SimulatedGpu.VIRTIO_GPU);
        machine().unplug(CARD);

        assertEquals(Errno.ENOENT, refused(exporter, REQUEST).errno());
    }

    @Test
    void deviceThatAnotherOneHasReplacedIsRefused() {
        VirtioExporter exporter = exporterOf(SimulatedGpu.VIRTIO_GPU);
        machine().unplug(CARD);
        machine().plug(CARD, SimulatedGpu.VGEM);

        DmaBufException e = refused(exporter, REQUEST);

        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains("another driver's"), e.getMessage());
    }

    static Stream<Arguments> requestsOfExports() {
        return Stream.of(
                Arguments.of(SimulatedGpu.VIRTIO_GPU, ResourceCreate.CREATE),
                Arguments.of(SimulatedGpu.VIRTIO_GPU, Transfer.TO_HOST),
                Arguments.of(SimulatedGpu.VIRTIO_GPU, Wait.WAIT),
                Arguments.of(SimulatedGpu.VIRTIO_GPU, ResourceInfo.INFO),
                Arguments.of(SimulatedGpu.VIRTIO_GPU_BLOB, ResourceCreateBlob.CREATE_BLOB),
                Arguments.of(SimulatedGpu.VIRTIO_GPU_BLOB, Map.MAP),
                Arguments.of(SimulatedGpu.VIRTIO_GPU_BLOB, DrmIoctl.PRIME_HANDLE_TO_FD),
                Arguments.of(SimulatedGpu.VIRTIO_GPU_HOST_WC, ContextInit.CONTEXT_INIT),
                Arguments.of(SimulatedGpu.VIRTIO_GPU_HOST_WC, ResourceCreateBlob.CREATE_BLOB));
    }

    @ParameterizedTest(name = "{0} goes before the request {1}")
    @MethodSource("requestsOfExports")
    void deviceThatGoesDuringAnExportIsEnodevAndEarlierBuffersStay(SimulatedGpu gpu, long request) {
        machine().plug(CARD, gpu);
        boolean[] armed = {false};
        VirtioExporter exporter = exporterOn(kernelWith((asked, struct) -> {
            if (armed[0] && asked == request) {
                machine().unplug(CARD);
            }
            return 0;
        }));
        boolean host = exporter.properties().placements().contains(Placement.DEVICE);
        ExportRequest asked = host ? REQUEST.withPlacement(Placement.DEVICE) : REQUEST;
        MemorySegment memory = map(export(exporter, asked), 0);
        armed[0] = true;

        DmaBufException e = refused(exporter, asked);

        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains(RENDER_NODE) && e.getMessage().contains("gone"), e.getMessage());
        memory.set(ValueLayout.JAVA_INT, 0, 5);
        assertEquals(5, memory.get(ValueLayout.JAVA_INT, 0));
    }

    @ParameterizedTest
    @CsvSource({"ENOMEM, no memory", "ENOSPC, no room", "EINVAL, EINVAL"})
    void whatTheKernelRefusesIsSaidWithTheReason(Errno errno, String words) {
        machine().plug(CARD, SimulatedGpu.VIRTIO_GPU_BLOB);
        VirtioExporter exporter =
                exporterOn(kernelWith((request, struct) -> request == ResourceCreateBlob.CREATE_BLOB ? -errno.number() : 0));

        DmaBufException e = refused(exporter, REQUEST);

        assertEquals(errno, e.errno());
        assertTrue(e.getMessage().contains(words) && e.getMessage().contains("CREATE_BLOB"), e.getMessage());
    }

    @Test
    void hostThatDoesNotAnswerIsBusy() {
        machine().plug(CARD, SimulatedGpu.VIRTIO_GPU);
        VirtioExporter exporter = exporterOn(kernelWith((request, struct) -> request == Wait.WAIT ? -Errno.EBUSY.number() : 0));

        DmaBufException e = refused(exporter, REQUEST);

        assertEquals(Errno.EBUSY, e.errno());
        assertTrue(e.getMessage().contains("has not answered"), e.getMessage());
    }

    @Test
    void driverThatMakesSomethingElseIsNotBelieved() {
        machine().plug(CARD, SimulatedGpu.VIRTIO_GPU_BLOB);
        VirtioExporter exporter = exporterOn(kernelWith((request, struct) -> {
            if (request == ResourceCreateBlob.CREATE_BLOB) {
                struct.set(ValueLayout.JAVA_LONG, 16, 4096);
            }
            return 0;
        }));

        DmaBufException e = refused(exporter, ExportRequest.ofSize(8192));

        assertEquals(Errno.EIO, e.errno());
        assertTrue(e.getMessage().contains("4096 bytes"), e.getMessage());
    }

    @Test
    void kernelTooOldForBlobsHasResources() {
        machine().plug(CARD, SimulatedGpu.VIRTIO_GPU_BLOB);
        VirtioExporter exporter =
                exporterOn(kernelWith((request, struct) -> request == GetParam.GETPARAM ? -Errno.EINVAL.number() : 0));

        assertEquals((1L << 32) - 4096, exporter.properties().maxSize());
        export(exporter, REQUEST);
    }

    @Test
    void hostThatSpeaksAnotherLanguageHasOnlyTheGuestsMemory() {
        machine().plug(CARD, SimulatedGpu.VIRTIO_GPU_HOST_WC);
        // Capability set 4 is that of Vulkan.
        VirtioExporter exporter = exporterOn(new ForwardingSyscalls(kernel) {
            @Override
            public int ioctl(int fd, long request, MemorySegment struct) {
                boolean sets = request == GetParam.GETPARAM && struct.get(ValueLayout.JAVA_LONG, 0) == GetParam.SUPPORTED_CAPSET_IDS;
                if (sets) {
                    struct.set(ValueLayout.JAVA_INT, GetParam.SIZE, 1 << 4);
                    return 0;
                }
                return super.ioctl(fd, request, struct);
            }
        });

        assertEquals(List.of(Placement.SYSTEM), List.copyOf(exporter.properties().placements()));
    }

    @Test
    void hostWhoseBlobsCannotBeMappedHasOnlyTheGuestsMemory() {
        machine().plug(CARD, SimulatedGpu.VIRTIO_GPU_HOST_WC);
        FaultySyscalls unmappable = FaultySyscalls.over(kernel);
        unmappable.at(1, Call.of(SyscallKind.MMAP)).onwards().fails(Errno.EINVAL);
        VirtioExporter exporter = exporterOn(unmappable);

        assertEquals(List.of(Placement.SYSTEM), List.copyOf(exporter.properties().placements()));
    }

    @ParameterizedTest(name = "told {0}: {1}")
    @CsvSource({"UNKNOWN, UNKNOWN, false", "WC, WRITE_COMBINED, true", "UNCACHED, UNCACHED, true", "CACHED, CACHED, true",
        "NONE, CACHED, false"})
    void whereTheKernelDoesNotTellTheOperatorDoesOrNobodyKnows(HostMapInfo told, Caching caching, boolean guestMappable) {
        machine().plug(CARD, SimulatedGpu.VIRTIO_GPU_HOST_WC);
        VirtioExporter exporter = VirtioExporter.probe(kernelWithoutList(), RENDER_NODE, told).orElseThrow();

        MmapPolicy policy = export(exporter, REQUEST.withPlacement(Placement.DEVICE)).policy();

        assertEquals(caching, policy.caching());
        assertEquals(guestMappable, policy.guestMappable());
        assertEquals(caching == Caching.UNKNOWN, policy.needsSync());
        assertEquals(caching == Caching.UNKNOWN, exporter.properties().needsSync());
    }

    @Test
    void wordsOfTheConfigurationAreChecked() {
        assertEquals(HostMapInfo.WC, HostMapInfo.ofProperty("wc"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> HostMapInfo.ofProperty("wb")).getMessage()
                .contains("unknown, none, cached, uncached, wc"));
    }

    @ParameterizedTest
    @EnumSource(names = {"VIRTIO_GPU", "VIRTIO_GPU_BLOB", "VIRTIO_GPU_HOST_CACHED"})
    void exportsUntilDescriptorsRunOutEndInEmfile(SimulatedGpu gpu) throws Exception {
        assertEndsInEmfile(exporterOf(gpu), REQUEST);
    }
}
