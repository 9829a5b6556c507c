package exporter.kms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MemoryRange;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import dmabuf.linux.FileStatus;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.drm.DrmIoctl;
import dmabuf.sim.SimulatedGpu;
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.exporter.SimulatedExporterCase;
import exporter.kms.uapi.CreateDumb;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exporter on the simulated kernel, which parses the same bytes and gives the same errno as the drivers. */
class KmsExporterTest extends SimulatedExporterCase {

    private static final String CARD = "/dev/dri/card0";
    private static final String RENDER_NODE = "/dev/dri/renderD128";

    private KmsExporter exporterOf(SimulatedGpu gpu) {
        kernel.machine().plug(CARD, gpu);
        return KmsExporter.probe(kernel, CARD);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"VGEM, WRITE_COMBINED", "VIRTIO_GPU, CACHED", "BOCHS, UNKNOWN"})
    void propertiesSayWhatImportersSelectByAndNothingThatIsGuessed(SimulatedGpu gpu, Caching caching) {
        ExporterProperties properties = exporterOf(gpu).properties();

        assertEquals("kms", properties.exporter());
        assertEquals(CARD, properties.device());
        assertEquals(KernelKind.SIMULATED, properties.kernel());
        assertEquals(Set.of(caching), properties.caching());
        assertEquals((1L << 32) - PAGE, properties.maxSize());
        assertTrue(properties.mmap() && properties.needsSync() && !properties.wrap() && !properties.contiguous());
    }

    @ParameterizedTest
    @EnumSource
    void newMemoryIsZeroedAndCanBeWritten(SimulatedGpu gpu) {
        ExportedBuffer buffer = export(exporterOf(gpu), ExportRequest.ofSize(3 * PAGE));
        MemorySegment memory = map(buffer.fd(), 3 * PAGE);

        assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) (3 * PAGE)])));
        memory.fill((byte) 7);
        assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, 3 * PAGE - 1));
    }

    @Test
    void sizeIsRoundedUpToLinesOfOnePage() {
        ExportedBuffer buffer = export(exporterOf(SimulatedGpu.VGEM), ExportRequest.ofSize(PAGE + 1));

        assertEquals(2 * PAGE, buffer.size());
        assertEquals(2 * PAGE, kernel.lseek(buffer.fd().number(), 0, Posix.SEEK_END));
    }

    @Test
    void partsAreMappedAsPartsOfTheWholeSinceDriversMayMapThemWrong() {
        assertTrue(export(exporterOf(SimulatedGpu.VGEM), ExportRequest.ofSize(2 * PAGE)).plan().isWholeOnly());
    }

    @Test
    void everyExportIsABufferOfItsOwn() {
        KmsExporter exporter = exporterOf(SimulatedGpu.VGEM);
        Fd one = export(exporter, ExportRequest.ofSize(PAGE)).fd();
        Fd two = export(exporter, ExportRequest.ofSize(PAGE)).fd();

        assertNotEquals(FileStatus.of(one.number()).inode(), FileStatus.of(two.number()).inode());
    }

    @Test
    void readOnlyExportCannotBeMappedForWriting() {
        ExportedBuffer buffer = export(exporterOf(SimulatedGpu.VGEM), ExportRequest.ofSize(PAGE).withAccess(Access.READ));

        assertEquals(Access.READ, buffer.policy().access());
        assertEquals(
                -Errno.EACCES.number(),
                kernel.mmap(0, PAGE, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_SHARED, buffer.fd().number(), 0));
        assertEquals(0, map(buffer.fd(), 0, PAGE, false).get(ValueLayout.JAVA_INT, 0));
    }

    @ParameterizedTest(name = "{0} bytes are refused")
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, (1L << 32) - 4095, Long.MAX_VALUE})
    void sizeThatIsNoPictureIsRefusedWithTheLimits(long size) {
        DmaBufException e = refused(exporterOf(SimulatedGpu.VGEM), ExportRequest.ofSize(size));

        assertEquals(Errno.EINVAL, e.errno());
        assertEquals("DRM_IOCTL_MODE_CREATE_DUMB", e.operation());
        assertTrue(e.getMessage().contains("1 to 1048575 pages") && e.getMessage().contains("size " + size), e.getMessage());
    }

    @Test
    void largestBufferIsOnePageLessThan4GiB() {
        assertEquals((1L << 32) - PAGE, export(exporterOf(SimulatedGpu.VGEM), ExportRequest.ofSize((1L << 32) - PAGE)).size());
    }

    @Test
    void existingMemoryIsRefusedWithWhoTakesIt() {
        Fd memfd = closedLater(Memfd.sealed(kernel, "dmabuf:test", PAGE));

        DmaBufException e =
                refused(exporterOf(SimulatedGpu.VGEM), ExportRequest.ofRanges(List.of(new MemoryRange(memfd, 0, PAGE))));

        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("udmabuf"), e.getMessage());
    }

    @Test
    void renderNodeIsRefusedWithTheReason() {
        kernel.machine().plug(CARD, SimulatedGpu.VGEM);

        DmaBufException e = assertThrows(DmaBufException.class, () -> KmsExporter.probe(kernel, RENDER_NODE));

        assertEquals(Errno.EACCES, e.errno());
        assertTrue(e.getMessage().contains("card node") && e.getMessage().contains(RENDER_NODE), e.getMessage());
    }

    @Test
    void nodeThatIsNoDrmDeviceIsNobodysCard() {
        assertNull(KmsExporter.probe(kernel, "/dev/udmabuf"));
    }

    @Test
    void missingCardIsRefused() {
        KmsExporter exporter = exporterOf(SimulatedGpu.VGEM);
        kernel.machine().unplug(CARD);

        DmaBufException e = refused(exporter, ExportRequest.ofSize(PAGE));

        assertEquals(Errno.ENOENT, e.errno());
        assertTrue(e.getMessage().contains(CARD), e.getMessage());
    }

    @Test
    void cardWithoutRoomIsRefusedWithTheReason() {
        kernel.machine().plug(CARD, SimulatedGpu.VGEM);
        boolean[] full = {false};
        KmsExporter exporter = KmsExporter.probe(
                kernelWith((asked, struct) -> full[0] && asked == CreateDumb.CREATE_DUMB ? -Errno.ENOMEM.number() : 0), CARD);
        full[0] = true;

        DmaBufException e = refused(exporter, ExportRequest.ofSize(PAGE));

        assertEquals(Errno.ENOMEM, e.errno());
        assertTrue(e.getMessage().contains("no room"), e.getMessage());
    }

    static LongStream requestsOfAnExport() {
        return LongStream.of(CreateDumb.CREATE_DUMB, DrmIoctl.PRIME_HANDLE_TO_FD);
    }

    @ParameterizedTest(name = "the card goes before the request {0}")
    @MethodSource("requestsOfAnExport")
    void cardThatGoesDuringAnExportIsRefused(long request) {
        kernel.machine().plug(CARD, SimulatedGpu.VGEM);
        boolean[] armed = {false};
        KmsExporter exporter = KmsExporter.probe(kernelWith((asked, struct) -> {
            if (armed[0] && asked == request) {
                kernel.machine().unplug(CARD);
            }
            return 0;
        }), CARD);
        armed[0] = true;

        DmaBufException e = refused(exporter, ExportRequest.ofSize(PAGE));

        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains(CARD), e.getMessage());
    }

    @Test
    void exportsUntilDescriptorsRunOutEndInEmfile() throws Exception {
        assertEndsInEmfile(exporterOf(SimulatedGpu.VGEM), ExportRequest.ofSize(PAGE));
    }
}
