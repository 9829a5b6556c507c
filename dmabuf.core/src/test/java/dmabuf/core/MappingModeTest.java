package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.api.NoSourceException;
import dmabuf.api.Placement;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Memfd;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import dmabuf.spi.MappingPlan;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Buffers with several mapping modes, as a GPU's have. The modes beside the dma-buf map a memfd, so that a test can tell them apart. */
class MappingModeTest {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE);

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    /** A dma-buf that is cached, and a node with a write-combined page at 0 and an uncached one behind it. */
    private ExportedBuffer.Builder gpuBuffer() {
        Fd node = Memfd.sealed(rig.kernel, "node", 2 * PAGE);
        return ExportedBuffer.builder(TestUdmabuf.create(rig.kernel, PAGE), PAGE, MmapPolicy.mappable(Caching.CACHED))
                .mode("wc", MmapPolicy.mappable(Caching.WRITE_COMBINED), MappingPlan.of(node, 0))
                .mode("uc", MmapPolicy.mappable(Caching.UNCACHED).withAccess(Access.READ), MappingPlan.of(node, PAGE));
    }

    private DmaBuf gpu(ExportRequest request) {
        return rig.add("gpu", asked -> gpuBuffer().build()).source().export(request);
    }

    private static List<String> names(DmaBuf buffer) {
        return buffer.modes().stream().map(MappingMode::name).toList();
    }

    @Test
    void everyModeIsListedAndMapsWhatItsPlanSays() {
        try (DmaBuf buffer = gpu(REQUEST)) {
            assertEquals("[dma-buf (cached), wc (write-combined), uc (uncached)]", buffer.modes().toString());
            write(buffer, MmapRequest.whole().mode("wc"), (byte) 1);
            write(buffer, MmapRequest.whole().mode(MappingMode.DMA_BUF), (byte) 2);
            assertEquals(1, read(buffer, MmapRequest.whole().mode("wc")));
            assertEquals(2, read(buffer, MmapRequest.whole()));
            assertEquals(0, read(buffer, MmapRequest.whole().access(Access.READ).mode("uc")));
        }
    }

    private static void write(DmaBuf buffer, MmapRequest request, byte value) {
        try (Mapping mapping = buffer.mmap(request);
                CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().set(ValueLayout.JAVA_BYTE, 0, value);
        }
    }

    private static byte read(DmaBuf buffer, MmapRequest request) {
        try (Mapping mapping = buffer.mmap(request);
                CpuAccess access = mapping.cpuAccess(Access.READ)) {
            return access.segment().get(ValueLayout.JAVA_BYTE, 0);
        }
    }

    @Test
    void mappingTellsItsModeAndThatModesPolicy() {
        try (DmaBuf buffer = gpu(REQUEST);
                Mapping mapping = buffer.mmap(MmapRequest.whole().caching(Caching.WRITE_COMBINED, Caching.UNCACHED))) {
            assertEquals("wc", mapping.mode());
            assertEquals(Caching.WRITE_COMBINED, mapping.policy().caching());
            assertEquals(Caching.CACHED, buffer.policy().caching());
        }
    }

    @Test
    void modeThatTheBufferLacksIsRefusedWithThoseThatItHas() {
        try (DmaBuf buffer = gpu(REQUEST)) {
            DmaBufException noGtt = Rig.assertErrno(Errno.EINVAL, () -> buffer.mmap(MmapRequest.whole().mode("gtt")));
            assertTrue(noGtt.getMessage().contains("mode gtt"), noGtt.getMessage());
            assertTrue(noGtt.getMessage().contains("dma-buf (cached), wc (write-combined), uc (uncached)"), noGtt.getMessage());
            DmaBufException clash =
                    Rig.assertErrno(Errno.EINVAL, () -> buffer.mmap(MmapRequest.whole().mode("uc").caching(Caching.CACHED)));
            assertTrue(clash.getMessage().contains("mode uc, cached"), clash.getMessage());
        }
    }

    @Test
    void accessIsThatOfTheMode() {
        try (DmaBuf buffer = gpu(REQUEST)) {
            Rig.assertErrno(Errno.EACCES, () -> buffer.mmap(MmapRequest.whole().mode("uc")));
        }
        try (DmaBuf readOnly = gpu(REQUEST.withAccess(Access.READ))) {
            assertTrue(readOnly.modes().stream().allMatch(mode -> mode.policy().access() == Access.READ));
        }
    }

    @Test
    void defaultIsTheModeWithTheCachingThatIsWantedMost() {
        try (DmaBuf buffer = gpu(REQUEST.withCaching(Caching.UNKNOWN, Caching.UNCACHED, Caching.CACHED))) {
            assertEquals(List.of("uc", "dma-buf", "wc"), names(buffer));
            assertEquals(Caching.UNCACHED, buffer.policy().caching());
            try (Mapping mapping = buffer.mmap()) {
                assertEquals("uc", mapping.mode());
            }
            assertEquals(Caching.CACHED, buffer.mode(MappingMode.DMA_BUF).orElseThrow().policy().caching());
        }
    }

    @Test
    void exportersChoiceOfTheDefaultStandsWhenNothingElseIsAskedFor() {
        Exporter chooses = request -> gpuBuffer().defaultMode("wc").build();
        try (DmaBuf buffer = rig.add("gpu", chooses).source().export(REQUEST)) {
            assertEquals(List.of("wc", "dma-buf", "uc"), names(buffer));
        }
    }

    @Test
    void bufferWithoutTheCachingThatIsAskedForIsGivenBack() {
        DmaBufException refused = Rig.assertErrno(
                Errno.EOPNOTSUPP, () -> rig.add("plain").source().export(REQUEST.withCaching(Caching.WRITE_COMBINED)));
        assertTrue(refused.getMessage().contains("dma-buf (cached), asked for is write-combined"), refused.getMessage());
        assertEquals(0, rig.core.census().size());
    }

    @Test
    void descriptorThatSeveralModesShareIsClosedOnceWithTheBuffer() {
        DmaBuf buffer = gpu(REQUEST);
        Mapping mapping = buffer.mmap(MmapRequest.whole().mode("wc"));
        buffer.close();
        try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        }
        mapping.close();
        assertEquals("", rig.leftovers());
    }

    @Test
    void descriptorOfAModeThatIsClosedIsRefusedAndNothingLeaks() {
        Exporter broken = request -> {
            Fd closed = Memfd.sealed(rig.kernel, "closed", PAGE);
            closed.close();
            return gpuBuffer().mode("gtt", MmapPolicy.mappable(Caching.WRITE_COMBINED), MappingPlan.of(closed, 0)).build();
        };
        Rig.assertErrno(Errno.EIO, () -> rig.add("broken", broken).source().export(REQUEST));
    }

    @Test
    void crookedPlanOfAnyModeIsRefused() {
        Exporter crooked = request -> gpuBuffer()
                .mode("gtt", MmapPolicy.mappable(Caching.WRITE_COMBINED), MappingPlan.of(Memfd.sealed(rig.kernel, "x", PAGE), 1))
                .build();
        Rig.assertErrno(Errno.EIO, () -> rig.add("crooked", crooked).source().export(REQUEST));
    }

    private static ExporterProperties.Builder properties(String name, KernelKind kernel) {
        return ExporterProperties.builder(name, "/dev/" + name, kernel);
    }

    @Test
    void selectionPrefersTheSourceWithTheCachingThatIsWantedMostAmongRealOnes() {
        rig.add(properties("cached", KernelKind.LINUX).mode("dma-buf", Caching.CACHED).build(), 10);
        ExporterProperties both = properties("gpu", KernelKind.LINUX)
                .mode("dma-buf", Caching.CACHED)
                .mode("wc", Caching.WRITE_COMBINED)
                .build();
        rig.add(both, 0);
        rig.add(properties("vgem", KernelKind.SIMULATED).mode("dma-buf", Caching.WRITE_COMBINED).build(), 20);
        assertEquals("cached", rig.core.select(Requirements.none().cachedReads()).source().properties().exporter());
        assertEquals("gpu", rig.core.select(Requirements.none().streamingWrites()).source().properties().exporter());
    }

    @Test
    void streamingWritesAreCachedWhereThereIsNothingBetter() {
        rig.add("plain");
        try (DmaBuf buffer = rig.core.select(Requirements.none().streamingWrites()).export(REQUEST)) {
            assertEquals(Caching.CACHED, buffer.policy().caching());
        }
    }

    @Test
    void requirementsReachTheExporter() {
        AtomicReference<ExportRequest> seen = new AtomicReference<>();
        ExporterProperties properties = properties("gpu", KernelKind.LINUX)
                .mode("dma-buf", Caching.CACHED)
                .mode("wc", Caching.WRITE_COMBINED)
                .placement(Placement.SYSTEM, Placement.DEVICE)
                .build();
        rig.core.add(request -> {
            seen.set(request);
            return gpuBuffer().build();
        }, properties, 0);
        Requirements needed = Requirements.none().streamingWrites().placement(Placement.DEVICE);
        try (DmaBuf buffer = rig.core.select(needed).export(REQUEST.withOption("gpu.tiling", "none"))) {
            assertEquals(Caching.WRITE_COMBINED, buffer.policy().caching());
        }
        assertEquals(List.of(Caching.WRITE_COMBINED, Caching.CACHED), seen.get().caching());
        assertEquals(Placement.DEVICE, seen.get().placement().orElseThrow());
        assertEquals("none", seen.get().options("gpu").get("tiling"));
    }

    @Test
    void exporterThatDoesNotKeepItsWordIsPassedOver() {
        rig.add(properties("boaster", KernelKind.LINUX).mode("dma-buf", Caching.WRITE_COMBINED, Caching.CACHED).build(), 10);
        ExporterProperties honest = properties("honest", KernelKind.LINUX).mode("wc", Caching.WRITE_COMBINED).build();
        rig.core.add(request -> gpuBuffer().build(), honest, 0);
        Requirements needed = Requirements.none().caching(Caching.WRITE_COMBINED);
        try (DmaBuf buffer = rig.core.select(needed).export(REQUEST)) {
            assertTrue(buffer.origin().startsWith("honest"), buffer.origin());
        }
    }

    @Test
    void whatTheRequestAsksForDecidesWhoIsAsked() {
        rig.add("plain");
        NoSourceException none = assertThrows(
                NoSourceException.class,
                () -> rig.core.select(Requirements.none()).export(REQUEST.withPlacement(Placement.DEVICE)));
        assertTrue(none.getMessage().contains("no memory of the device"), none.getMessage());
    }
}
