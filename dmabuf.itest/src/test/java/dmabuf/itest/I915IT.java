package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.api.Placement;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.itest.container.ContainerJars;
import dmabuf.sim.SimulatedGpu;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

/** Graphics devices come and go, and the exporter's bundle with its buffers in use. */
class I915IT extends RenderNodeExporterCase {

    I915IT(BundleContext context) {
        super(context, "i915", SimulatedGpu.I915_LLC, SimulatedGpu.I915_DISCRETE, "wb");
    }

    @Test
    void serviceSaysModesAndPlacementsOfTheDevice() {
        ExporterProperties properties = plug(SimulatedGpu.I915_DISCRETE).properties();
        assertEquals(Set.of(Placement.SYSTEM, Placement.DEVICE), properties.placements());
        assertEquals(Set.of("dma-buf", "fixed"), properties.modes().keySet());
        assertEquals(1, deployment.sources("(&(dmabuf.modes=fixed=write-combined)(dmabuf.placement=device))").size());
    }

    @Test
    void requestedCachingDecidesOnTheMode() throws Exception {
        plug(SimulatedGpu.I915_LLC);
        try (DmaBuf buffer = deployment.dmaBufs().export(Requirements.none().exporter("i915").streamingWrites(), REQUEST);
                Mapping mapping = buffer.mmap()) {
            assertEquals(Caching.WRITE_COMBINED, buffer.policy().caching());
            assertEquals("wc", mapping.mode());
        }
    }

    @Test
    void requestedCachingDecidesOnTheMemory() throws Exception {
        plug(SimulatedGpu.I915_DISCRETE);
        try (DmaBuf buffer = deployment.dmaBufs().export(Requirements.none().exporter("i915").cachedReads(), REQUEST)) {
            assertEquals(Caching.CACHED, buffer.policy().caching());
        }
        try (DmaBuf buffer = deployment.dmaBufs().export(Requirements.none().exporter("i915").placement(Placement.DEVICE), REQUEST)) {
            assertEquals(Caching.WRITE_COMBINED, buffer.policy().caching());
        }
    }

    @Test
    void modeThatTheBufferLacksIsRefusedWithThoseThatItHas() {
        try (DmaBuf buffer = plug(SimulatedGpu.I915_DISCRETE).export(REQUEST)) {
            DmaBufException e = assertThrows(DmaBufException.class, () -> buffer.mmap(MmapRequest.whole().mode("wb")));
            assertEquals(Errno.EINVAL, e.errno());
            assertTrue(e.getMessage().contains("dma-buf (write-combined), fixed (write-combined)"), e.getMessage());
        }
    }

    /** Exports a buffer for each mode and maps it: different cache attributes of one memory would be refused. */
    private static List<Mapping> mapEveryMode(BufferSource source) {
        List<Mapping> mappings = new ArrayList<>();
        for (String mode : source.properties().modes().keySet()) {
            try (DmaBuf buffer = source.export(REQUEST)) {
                Mapping mapping = buffer.mmap(MmapRequest.whole().mode(mode));
                assertEquals(mode, mapping.mode());
                Contents.write(mapping, 1);
                mappings.add(mapping);
            }
        }
        return mappings;
    }

    private static void assertUsable(List<Mapping> mappings) {
        for (Mapping mapping : mappings) {
            Contents.assertWritten(mapping, 1);
            Contents.write(mapping, 2);
            Contents.assertWritten(mapping, 2);
            mapping.close();
        }
    }

    @Test
    void updatedExporterKeepsMappingsInEveryModeAndLetsNewOnesBeMade() throws Exception {
        BufferSource source = plug(SimulatedGpu.I915_LLC);
        List<Mapping> mappings = mapEveryMode(source);
        assertEquals(5, mappings.size());
        try (DmaBuf buffer = source.export(REQUEST)) {
            try (InputStream newer = JarWithVersion.of(ContainerJars.jar("exporter.i915"), "1.1.0")) {
                exporter.update(newer);
            }
            assertEquals(BufferState.ORPHANED, buffer.state());
            // At a fake offset: the client is the buffer's, and not the bundle's.
            try (Mapping late = buffer.mmap(MmapRequest.whole().mode("wc"))) {
                Contents.write(late, 3);
            }
            try (Mapping other = buffer.mmap()) {
                Contents.assertWritten(other, 3);
            }
        }
        assertUsable(mappings);
        assertEquals("1.1.0", deployment.source(filter).properties().bundleVersion());
    }

    @Test
    void deviceThatGoesKeepsMappingsAndRefusesNewOnes() {
        BufferSource source = plug(SimulatedGpu.I915_NO_LLC);
        List<Mapping> mappings = mapEveryMode(source);
        try (DmaBuf buffer = source.export(REQUEST)) {
            machine.unplug(FIRST);
            deployment.awaitNoSource(filter);

            DmaBufException e = assertThrows(DmaBufException.class, () -> buffer.mmap(MmapRequest.whole().mode("wc")));
            assertEquals(Errno.ENODEV, e.errno());
        }
        assertUsable(mappings);
    }
}
