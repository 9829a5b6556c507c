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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;

/** Virtual graphics devices come and go, and the exporter's bundle with its buffers in use. */
class VirtioIT extends RenderNodeExporterCase {

    VirtioIT(BundleContext context) {
        super(context, "virtio", SimulatedGpu.VIRTIO_GPU_BLOB, SimulatedGpu.VIRTIO_GPU_HOST_WC, "map");
    }

    @Test
    void otherDriversAreNotServed() {
        machine.plug(SECOND, SimulatedGpu.I915_LLC);
        assertEquals(NODE, plug(SimulatedGpu.VIRTIO_GPU).properties().device());
        assertEquals(1, deployment.sources(filter).size());
    }

    @Test
    void requestedCachingDecidesWhoseMemoryItIs() throws Exception {
        ExporterProperties properties = plug(SimulatedGpu.VIRTIO_GPU_HOST_WC).properties();
        assertEquals(Set.of(Placement.SYSTEM, Placement.DEVICE), properties.placements());
        assertEquals(1, deployment.sources("(&(dmabuf.modes=map=write-combined)(dmabuf.placement=device))").size());

        Requirements virtio = Requirements.none().exporter("virtio");
        try (DmaBuf streamed = deployment.dmaBufs().export(virtio.streamingWrites(), REQUEST);
                DmaBuf read = deployment.dmaBufs().export(virtio.cachedReads(), REQUEST)) {
            assertEquals(Caching.WRITE_COMBINED, streamed.policy().caching());
            assertEquals(Caching.CACHED, read.policy().caching());
        }
    }

    @Test
    void modeThatTheBufferLacksIsRefusedWithThoseThatItHas() {
        try (DmaBuf buffer = plug(SimulatedGpu.VIRTIO_GPU_BLOB).export(REQUEST)) {
            DmaBufException e = assertThrows(DmaBufException.class, () -> buffer.mmap(MmapRequest.whole().mode("wc")));
            assertEquals(Errno.EINVAL, e.errno());
            assertTrue(e.getMessage().contains("dma-buf (cached), map (cached)"), e.getMessage());
        }
    }

    @Test
    void partsOfTheHostsMemoryAreMappedAsPartsOfTheWhole() {
        BufferSource source = plug(SimulatedGpu.VIRTIO_GPU_HOST_WC);
        try (DmaBuf buffer = source.export(REQUEST.withPlacement(Placement.DEVICE));
                Mapping whole = buffer.mmap();
                Mapping part = buffer.mmap(MmapRequest.whole().range(4096, 4096))) {
            Contents.write(whole, 1);
            assertEquals(List.of(4096L, 4096L), List.of(part.offset(), part.length()));
        }
    }

    @Test
    void updatedExporterKeepsMappingsAndLetsNewOnesBeMade() throws Exception {
        BufferSource source = plug(SimulatedGpu.VIRTIO_GPU_HOST_WC);
        try (DmaBuf buffer = source.export(REQUEST.withPlacement(Placement.DEVICE));
                Mapping early = buffer.mmap(MmapRequest.whole().mode("map"))) {
            Contents.write(early, 1);
            try (InputStream newer = JarWithVersion.of(ContainerJars.jar("exporter.virtio"), "1.1.0")) {
                exporter.update(newer);
            }
            assertEquals(BufferState.ORPHANED, buffer.state());
            Contents.assertWritten(early, 1);
            // At a fake offset: the client is the buffer's, and not the bundle's.
            try (Mapping late = buffer.mmap(MmapRequest.whole().mode("map"))) {
                Contents.assertWritten(late, 1);
            }
        }
        assertEquals("1.1.0", deployment.source(filter).properties().bundleVersion());
    }

    @Test
    void deviceThatGoesKeepsMappingsAndRefusesNewOnes() {
        BufferSource source = plug(SimulatedGpu.VIRTIO_GPU_HOST_CACHED);
        try (DmaBuf buffer = source.export(REQUEST.withPlacement(Placement.DEVICE));
                Mapping mapping = buffer.mmap(MmapRequest.whole().mode("map"))) {
            Contents.write(mapping, 1);
            machine.unplug(FIRST);
            deployment.awaitNoSource(filter);

            DmaBufException e = assertThrows(DmaBufException.class, () -> buffer.mmap(MmapRequest.whole().mode("map")));
            assertEquals(Errno.ENODEV, e.errno());
            Contents.assertWritten(mapping, 1);
        }
    }

    @Test
    void wrongWordInTheConfigurationServesNothingUntilItIsPutRight() throws Exception {
        plug(SimulatedGpu.VIRTIO_GPU);
        deployment.configure("exporter.virtio", Map.of("kernel", "simulated", "hostMapInfo", "wb"));
        deployment.awaitNoSource(filter);

        deployment.configure("exporter.virtio", Map.of("kernel", "simulated", "hostMapInfo", "wc"));
        deployment.source(filter);
    }
}
