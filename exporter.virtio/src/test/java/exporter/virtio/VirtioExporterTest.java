package exporter.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MemoryKind;
import dmabuf.api.MemoryRange;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.sim.SimulatedGpu;
import dmabuf.spi.ExportedBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the exporter makes on each kind of device. */
class VirtioExporterTest extends VirtioCase {

    private static final long PAGE = MappedMemory.PAGE_SIZE;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            VIRTIO_GPU               | cached                | system        | 4294963200
            VIRTIO_GPU_BLOB          | cached                | system        | 1099510579200
            VIRTIO_GPU_HOST_NONE     | cached                | system device | 1099510579200
            VIRTIO_GPU_HOST_CACHED   | cached                | system device | 1099510579200
            VIRTIO_GPU_HOST_UNCACHED | cached uncached       | system device | 1099510579200
            VIRTIO_GPU_HOST_WC       | cached write-combined | system device | 1099510579200
            """)
    void propertiesSayWhatTheDeviceCanDo(SimulatedGpu gpu, String caching, String placements, long largest) {
        ExporterProperties properties = exporterOf(gpu).properties();

        assertEquals("virtio", properties.exporter());
        assertEquals(RENDER_NODE, properties.device());
        assertEquals(KernelKind.SIMULATED, properties.kernel());
        Set<Caching> attributes = Set.copyOf(List.of(caching.split(" ")).stream().map(Caching::ofProperty).toList());
        assertEquals(attributes, properties.caching());
        assertEquals(Map.of("dma-buf", attributes, "map", attributes), properties.modes());
        assertEquals(Set.copyOf(List.of(placements.split(" ")).stream().map(Placement::ofProperty).toList()), properties.placements());
        assertEquals(largest, properties.maxSize());
        assertTrue(properties.mmap() && !properties.needsSync() && !properties.wrap());
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource({
        "VIRTIO_GPU, none, CACHED", "VIRTIO_GPU_BLOB, guest, CACHED", "VIRTIO_GPU_BLOB, none, CACHED",
        "VIRTIO_GPU_HOST_NONE, host3d, CACHED", "VIRTIO_GPU_HOST_CACHED, host3d, CACHED", "VIRTIO_GPU_HOST_CACHED, guest, CACHED",
        "VIRTIO_GPU_HOST_CACHED, none, CACHED", "VIRTIO_GPU_HOST_UNCACHED, host3d, UNCACHED", "VIRTIO_GPU_HOST_WC, host3d, WRITE_COMBINED"
    })
    void bothModesShowTheSameNewMemoryWithTheSamePolicy(SimulatedGpu gpu, String blob, Caching caching) {
        ExportedBuffer buffer = export(exporterOf(gpu), ExportRequest.ofSize(3 * PAGE).withOption("virtio.blob", blob));

        assertEquals(List.of("dma-buf", "map"), buffer.modes().stream().map(mode -> mode.mode().name()).toList());
        MmapPolicy policy = buffer.policy();
        assertEquals(caching, policy.caching());
        assertTrue(policy.guestMappable() && !policy.needsSync());
        assertEquals(blob.equals("host3d") ? MemoryKind.IO : MemoryKind.SYSTEM, policy.memory());
        assertEquals(Set.of(policy), Set.copyOf(buffer.modes().stream().map(mode -> mode.mode().policy()).toList()));
        assertTrue(buffer.modes().stream().allMatch(mode -> mode.plan().isWholeOnly()), "parts come out wrong, or not at all");

        MemorySegment throughBuffer = map(buffer, 0);
        MemorySegment throughNode = map(buffer, 1);
        assertEquals(-1, throughNode.mismatch(MemorySegment.ofArray(new byte[(int) (3 * PAGE)])), "zeroed");
        throughNode.set(ValueLayout.JAVA_BYTE, 3 * PAGE - 1, (byte) 7);
        assertEquals(7, throughBuffer.get(ValueLayout.JAVA_BYTE, 3 * PAGE - 1));
    }

    @ParameterizedTest(name = "{0} bytes become {1}")
    @CsvSource({"1, 4096", "4095, 4096", "4096, 4096", "4097, 8192"})
    void sizeIsRoundedUpToPages(long asked, long given) {
        for (SimulatedGpu gpu : List.of(SimulatedGpu.VIRTIO_GPU, SimulatedGpu.VIRTIO_GPU_BLOB, SimulatedGpu.VIRTIO_GPU_HOST_WC)) {
            VirtioExporter exporter = exporterOf(gpu);
            ExportRequest request = ExportRequest.ofSize(asked);
            boolean host = exporter.properties().placements().contains(Placement.DEVICE);
            ExportedBuffer buffer = export(exporter, host ? request.withPlacement(Placement.DEVICE) : request);

            assertEquals(given, buffer.size());
            assertEquals(given, kernel.lseek(buffer.fd().number(), 0, Posix.SEEK_END));
            machine().unplug(CARD);
        }
    }

    @ParameterizedTest(name = "{0} bytes are refused")
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, (1L << 32) - 4095, Long.MAX_VALUE})
    void sizeThatIsNoneIsRefusedWithTheLimits(long size) {
        DmaBufException e = refused(exporterOf(SimulatedGpu.VIRTIO_GPU), ExportRequest.ofSize(size));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("1 to 4294963200 bytes") && e.getMessage().contains("size " + size), e.getMessage());
    }

    @Test
    void moreThanThereIsIsRefusedByTheKernel() {
        assertEquals(Errno.ENOMEM, refused(exporterOf(SimulatedGpu.VIRTIO_GPU_BLOB), ExportRequest.ofSize(1L << 39)).errno());
    }

    @Test
    void moreThanTheWindowHoldsIsRefusedByTheKernel() {
        DmaBufException e = refused(
                exporterOf(SimulatedGpu.VIRTIO_GPU_HOST_WC), ExportRequest.ofSize(1L << 30).withPlacement(Placement.DEVICE));

        assertEquals(Errno.ENOSPC, e.errno());
        assertTrue(e.getMessage().contains("window"), e.getMessage());
    }

    @Test
    void windowIsGivenBackWithTheBuffers() {
        VirtioExporter exporter = exporterOf(SimulatedGpu.VIRTIO_GPU_HOST_WC);
        for (int i = 0; i < 5; i++) {
            ExportedBuffer buffer = exporter.export(ExportRequest.ofSize(200L << 20).withPlacement(Placement.DEVICE));
            closeAll(buffer);
        }
    }

    @Test
    void cachingChoosesWhatTheBufferIsMadeOf() {
        VirtioExporter exporter = exporterOf(SimulatedGpu.VIRTIO_GPU_HOST_WC);

        ExportedBuffer streamed =
                export(exporter, ExportRequest.ofSize(PAGE).withCaching(Caching.WRITE_COMBINED, Caching.CACHED));
        ExportedBuffer read = export(exporter, ExportRequest.ofSize(PAGE).withCaching(Caching.CACHED));

        assertEquals(Caching.WRITE_COMBINED, streamed.policy().caching());
        assertEquals(Caching.CACHED, read.policy().caching());
        assertEquals(MemoryKind.SYSTEM, read.policy().memory());
    }

    @Test
    void cachingThatTheDeviceLacksIsRefusedWithWhatThereIs() {
        DmaBufException e = refused(
                exporterOf(SimulatedGpu.VIRTIO_GPU_HOST_WC), ExportRequest.ofSize(PAGE).withCaching(Caching.UNCACHED));

        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("guest (cached), host3d (write-combined)"), e.getMessage());
    }

    @Test
    void placementThatTheDeviceLacksIsRefusedWithWhatThereIs() {
        DmaBufException e = refused(
                exporterOf(SimulatedGpu.VIRTIO_GPU_BLOB), ExportRequest.ofSize(PAGE).withPlacement(Placement.DEVICE));

        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("there is memory of the system"), e.getMessage());
    }

    @ParameterizedTest(name = "{0}={1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
            virtio.blub | guest  | EINVAL     | the options are: virtio.blob
            virtio.blob | gast   | EINVAL     | the values are: guest, host3d, none
            virtio.blob | host3d | EOPNOTSUPP | this device has: guest
            """)
    void optionThatMeansNothingIsRefusedWithThoseThatDo(String key, String value, Errno errno, String words) {
        DmaBufException e = refused(exporterOf(SimulatedGpu.VIRTIO_GPU_BLOB), ExportRequest.ofSize(PAGE).withOption(key, value));

        assertEquals(errno, e.errno());
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @Test
    void optionsOfOtherDriversAreNotLookedAt() {
        export(exporterOf(SimulatedGpu.VIRTIO_GPU_BLOB), ExportRequest.ofSize(PAGE).withOption("i915.caching", "none"));
    }

    @Test
    void everyExportIsABufferOfItsOwn() {
        VirtioExporter exporter = exporterOf(SimulatedGpu.VIRTIO_GPU_BLOB);
        Fd one = export(exporter, ExportRequest.ofSize(PAGE)).fd();
        Fd two = export(exporter, ExportRequest.ofSize(PAGE)).fd();

        assertNotEquals(FileStatus.of(one.number()).inode(), FileStatus.of(two.number()).inode());
    }

    @Test
    void readOnlyExportCannotBeMappedForWriting() {
        ExportedBuffer buffer =
                export(exporterOf(SimulatedGpu.VIRTIO_GPU_BLOB), ExportRequest.ofSize(PAGE).withAccess(Access.READ));

        assertTrue(buffer.modes().stream().allMatch(mode -> mode.mode().policy().access() == Access.READ));
        assertEquals(
                -Errno.EACCES.number(),
                kernel.mmap(0, PAGE, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_SHARED, buffer.fd().number(), 0));
    }

    @Test
    void existingMemoryIsRefusedWithWhoTakesIt() {
        Fd memfd = closedLater(Memfd.sealed(kernel, "dmabuf:test", PAGE));

        DmaBufException e =
                refused(exporterOf(SimulatedGpu.VIRTIO_GPU), ExportRequest.ofRanges(List.of(new MemoryRange(memfd, 0, PAGE))));

        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("udmabuf"), e.getMessage());
    }

    @Test
    void bufferWhoseDescriptorsAreClosedLeavesItsMappingsAlone() {
        ExportedBuffer buffer = exporterOf(SimulatedGpu.VIRTIO_GPU_HOST_WC)
                .export(ExportRequest.ofSize(PAGE).withPlacement(Placement.DEVICE));
        MemorySegment memory = map(buffer, 1);
        memory.set(ValueLayout.JAVA_INT, 0, 42);
        closeAll(buffer);
        machine().unplug(CARD);

        assertEquals(42, memory.get(ValueLayout.JAVA_INT, 0));
        assertFalse(machine().buffers().stream().anyMatch(each -> each.exporter().equals("virtio_gpu")));
    }
}
