package exporter.i915;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultySyscalls;
import dmabuf.tck.fault.SyscallKind;
import exporter.i915.uapi.GemCaching;
import exporter.i915.uapi.GemCreate;
import exporter.i915.uapi.GemMmapOffset;
import exporter.i915.uapi.GetParam;
import exporter.i915.uapi.MemoryRegion;
import exporter.i915.uapi.QueryMemoryRegions;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a device is, found out by asking it. */
class I915ProbeTest extends SimulatedI915 {

    private static final List<I915Mode> EVERY_MODE_OF_INTEGRATED =
            List.of(I915Mode.DMA_BUF, I915Mode.WB, I915Mode.WC, I915Mode.UC, I915Mode.GTT);

    private I915Traits traits(SimulatedGpu gpu) {
        return exporterOf(gpu).traits();
    }

    @Test
    void integratedDeviceWithTheLastLevelCacheIsCoherent() {
        I915Traits traits = traits(SimulatedGpu.I915_LLC);

        assertTrue(traits.llc() && traits.coherent() && traits.domains());
        assertFalse(traits.discrete());
        assertEquals(EVERY_MODE_OF_INTEGRATED, traits.modes());
        assertEquals(EnumSet.allOf(GpuCaching.class), traits.cachings());
        assertEquals(List.of(Placement.SYSTEM), traits.placements());
    }

    @Test
    void integratedDeviceWithoutTheLastLevelCacheIsNotCoherent() {
        I915Traits traits = traits(SimulatedGpu.I915_NO_LLC);

        assertFalse(traits.llc() || traits.coherent() || traits.discrete());
        assertEquals(EVERY_MODE_OF_INTEGRATED, traits.modes());
        assertEquals(EnumSet.allOf(GpuCaching.class), traits.cachings());
    }

    @Test
    void laterIntegratedDeviceIsCoherentThoughItHasNoLastLevelCache() {
        I915Traits traits = traits(SimulatedGpu.I915_METEOR_LAKE);

        assertTrue(traits.coherent() && traits.domains());
        assertFalse(traits.llc() || traits.discrete());
        assertEquals(List.of(I915Mode.DMA_BUF, I915Mode.WB, I915Mode.WC, I915Mode.UC), traits.modes(), "there is no aperture");
        assertEquals(Set.of(), traits.cachings());
    }

    @Test
    void discreteDeviceHasMemoryOfItsOwnAndOneModeForIt() {
        I915Traits traits = traits(SimulatedGpu.I915_DISCRETE);

        assertTrue(traits.discrete() && traits.coherent());
        assertFalse(traits.llc() || traits.domains());
        assertEquals(List.of(I915Mode.DMA_BUF, I915Mode.FIXED), traits.modes());
        assertEquals(Set.of(), traits.cachings());
        assertEquals(List.of(Placement.DEVICE, Placement.SYSTEM), traits.placements());
        assertTrue(traits.regions().stream().anyMatch(region -> region.isDevice() && region.probedSize() == 8L << 30));
    }

    @ParameterizedTest
    @EnumSource(names = "I915_.*", mode = EnumSource.Mode.MATCH_ALL)
    void propertiesSayWhatImportersSelectBy(SimulatedGpu gpu) {
        I915Exporter exporter = exporterOf(gpu);
        ExporterProperties properties = exporter.properties();

        assertEquals("i915", properties.exporter());
        assertEquals(NODE, properties.device());
        assertEquals(KernelKind.SIMULATED, properties.kernel());
        assertTrue(properties.mmap());
        assertFalse(properties.wrap() || properties.contiguous());
        assertEquals(!exporter.traits().coherent(), properties.needsSync());
        boolean discrete = gpu == SimulatedGpu.I915_DISCRETE;
        assertEquals(discrete ? EnumSet.allOf(Placement.class) : EnumSet.of(Placement.SYSTEM), properties.placements());
        assertEquals(
                discrete
                        ? Set.of(Caching.CACHED, Caching.WRITE_COMBINED)
                        : Set.of(Caching.CACHED, Caching.WRITE_COMBINED, Caching.UNCACHED),
                properties.caching());
        assertEquals(
                discrete ? Set.of(Caching.CACHED, Caching.WRITE_COMBINED) : Set.of(Caching.CACHED), properties.modes().get("dma-buf"));
    }

    @ParameterizedTest
    @EnumSource(names = "I915_.*", mode = EnumSource.Mode.MATCH_NONE)
    void deviceOfAnotherDriverIsNotTaken(SimulatedGpu gpu) {
        kernel.machine().plug(CARD, gpu);
        assertTrue(I915Exporter.probe(kernel, CARD).isEmpty());
    }

    @Test
    void nodeThatIsNoDrmDeviceIsNotTaken() {
        assertTrue(I915Exporter.probe(kernel, "/dev/udmabuf").isEmpty());
    }

    @Test
    void cardNodeWillDoWhereThereIsNothingElse() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_LLC);
        assertEquals(EVERY_MODE_OF_INTEGRATED, I915Exporter.probe(kernel, CARD).orElseThrow().traits().modes());
    }

    @Test
    void missingPermissionIsToldWithTheNode() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_LLC);
        FaultySyscalls locked = FaultySyscalls.over(kernel);
        locked.at(1, Call.of(SyscallKind.OPEN)).onwards().fails(Errno.EACCES);

        DmaBufException e = assertThrows(DmaBufException.class, () -> I915Exporter.probe(locked, NODE));

        assertEquals(Errno.EACCES, e.errno());
        assertTrue(e.getMessage().contains(NODE), e.getMessage());
    }

    @Test
    void deviceThatDoesNotExportIsRefusedWithTheReason() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_LLC);
        Syscalls importing = kernelWith((request, struct) -> {
            if (request != DrmIoctl.GET_CAP) {
                return 0;
            }
            struct.set(ValueLayout.JAVA_LONG, 8, DrmIoctl.PRIME_CAP_IMPORT);
            return 1;
        });

        DmaBufException e = assertThrows(DmaBufException.class, () -> I915Exporter.probe(importing, NODE));

        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("does not export"), e.getMessage());
    }

    @Test
    void deviceWithoutRoomForOnePageIsRefused() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_LLC);
        Syscalls full = kernelWith((request, struct) -> request == GemCreate.CREATE ? -Errno.ENOMEM.number() : 0);

        assertEquals(Errno.ENOMEM, assertThrows(DmaBufException.class, () -> I915Exporter.probe(full, NODE)).errno());
    }

    @Test
    void kernelThatIgnoresModesIsAskedForTheApertureOnly() {
        Syscalls old = kernelWith((request, struct) -> {
            if (request == GetParam.GETPARAM && struct.get(ValueLayout.JAVA_INT, 0) == GetParam.MMAP_GTT_VERSION) {
                MappedMemory.borrow(struct.get(ValueLayout.JAVA_LONG, 8), 4).set(ValueLayout.JAVA_INT, 0, 3);
                return 1;
            }
            boolean ignored = request == GemMmapOffset.MMAP_OFFSET && struct.get(ValueLayout.JAVA_LONG, 16) != GemMmapOffset.GTT;
            assertFalse(ignored, "it would give the aperture whatever the mode");
            return 0;
        });
        assertEquals(List.of(I915Mode.DMA_BUF, I915Mode.GTT), exporterOf(SimulatedGpu.I915_LLC, old).traits().modes());
    }

    @Test
    void kernelThatKnowsNoRegionsHasTheMachinesMemory() {
        Syscalls old = kernelWith((request, struct) -> request == QueryMemoryRegions.QUERY ? -Errno.EINVAL.number() : 0);
        I915Traits traits = exporterOf(SimulatedGpu.I915_LLC, old).traits();

        assertEquals(List.of(new MemoryRegion(MemoryRegion.SYSTEM, 0, -1)), traits.regions());
        assertEquals(Long.MAX_VALUE, traits.largest(traits.regions()));
    }

    @Test
    void deviceThatCannotSnoopDoesNotOfferIt() {
        Syscalls deaf = kernelWith((request, struct) ->
                request == GemCaching.SET_CACHING && struct.get(ValueLayout.JAVA_INT, 4) == GemCaching.CACHED ? -Errno.ENODEV.number() : 0);
        I915Traits traits = exporterOf(SimulatedGpu.I915_NO_LLC, deaf).traits();

        assertEquals(EnumSet.of(GpuCaching.NONE, GpuCaching.DISPLAY), traits.cachings());
        assertFalse(traits.discrete(), "the same errno as a discrete device gives to every caching");
    }

    @Test
    void deviceThatGoesWhileItIsAskedIsRefusedAndLeavesNothingOpen() {
        for (long request : Map.of("version", DrmIoctl.VERSION, "create", GemCreate.CREATE).values()) {
            kernel.machine().plug(CARD, SimulatedGpu.I915_LLC);
            Syscalls dying = kernelWith((asked, struct) -> {
                if (asked == request) {
                    kernel.machine().unplug(CARD);
                }
                return 0;
            });
            assertEquals(Errno.ENODEV, assertThrows(DmaBufException.class, () -> I915Exporter.probe(dying, NODE)).errno());
        }
    }
}
