package exporter.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.exporter.SimulatedExporterCase;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exporter on the simulated kernel, which parses the same bytes and gives the same errno as the heaps. */
class HeapExporterTest extends SimulatedExporterCase {

    private static final String SYSTEM = "/dev/dma_heap/system";
    private static final String RESERVED = "/dev/dma_heap/reserved";

    private final HeapExporter exporter = new HeapExporter(kernel, SYSTEM);
    private ExportedBuffer export(ExportRequest request) {
        return export(exporter, request);
    }

    @Test
    void propertiesSayWhatImportersSelectBy() {
        ExporterProperties properties = exporter.properties();

        assertEquals("heap", properties.exporter());
        assertEquals(SYSTEM, properties.device());
        assertEquals(KernelKind.SIMULATED, properties.kernel());
        assertTrue(properties.mmap() && properties.needsSync());
        assertTrue(!properties.wrap() && !properties.contiguous());
    }

    @ParameterizedTest(name = "{0}: {1}, contiguous {2}")
    @CsvSource({
        "system, CACHED, false",
        "system-uncached, WRITE_COMBINED, false",
        "reserved, CACHED, true",
        "'linux,cma', CACHED, true",
        "default_cma_region, CACHED, true",
        "vendor_secure, UNKNOWN, false",
    })
    void policyComesFromTheNameOrIsUnknown(String heap, Caching caching, boolean contiguous) {
        ExporterProperties properties = new HeapExporter(kernel, "/dev/dma_heap/" + heap).properties();

        assertEquals(Set.of(caching), properties.caching());
        assertEquals(contiguous, properties.contiguous());
    }

    @Test
    void newMemoryIsZeroedAndCanBeWritten() {
        ExportedBuffer buffer = export(ExportRequest.ofSize(3 * PAGE));
        MemorySegment memory = map(buffer.fd(), 3 * PAGE);

        assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) (3 * PAGE)])));
        memory.fill((byte) 7);
        assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, 3 * PAGE - 1));
        assertEquals(Caching.CACHED, buffer.policy().caching());
    }

    @Test
    void sizeIsRoundedUpToPages() {
        ExportedBuffer buffer = export(ExportRequest.ofSize(PAGE + 1));

        assertEquals(2 * PAGE, buffer.size());
        assertEquals(2 * PAGE, kernel.lseek(buffer.fd().number(), 0, Posix.SEEK_END));
    }

    @Test
    void readOnlyExportCannotBeMappedForWriting() {
        ExportedBuffer buffer = export(ExportRequest.ofSize(PAGE).withAccess(Access.READ));

        assertEquals(Access.READ, buffer.policy().access());
        assertEquals(
                -Errno.EACCES.number(),
                kernel.mmap(0, PAGE, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_SHARED, buffer.fd().number(), 0));
        MemorySegment memory = map(buffer.fd(), 0, PAGE, false);
        assertEquals(0, memory.get(ValueLayout.JAVA_INT, 0));
    }

    @ParameterizedTest(name = "{0} bytes are refused")
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void sizeThatIsNoneIsRefusedWithTheReason(long size) {
        DmaBufException e = refused(exporter, ExportRequest.ofSize(size));

        assertEquals(Errno.EINVAL, e.errno());
        assertEquals("DMA_HEAP_IOCTL_ALLOC", e.operation());
        assertTrue(e.getMessage().contains("at least one byte") && e.getMessage().contains(SYSTEM), e.getMessage());
    }

    @Test
    void sizeBeyondTheMachineIsRefusedWithTheReason() {
        DmaBufException e = refused(exporter, ExportRequest.ofSize(1L << 60));

        assertEquals(Errno.ENOMEM, e.errno());
        assertTrue(e.getMessage().contains("no room") && !e.getMessage().contains("one piece"), e.getMessage());
    }

    @Test
    void sizeBeyondAContiguousHeapIsRefusedWithTheReason() {
        kernel.machine().plug(RESERVED);

        DmaBufException e = refused(new HeapExporter(kernel, RESERVED), ExportRequest.ofSize(17 << 20));

        assertEquals(Errno.ENOMEM, e.errno());
        assertTrue(e.getMessage().contains("no room for it in one piece"), e.getMessage());
    }

    @Test
    void existingMemoryIsRefusedWithWhoTakesIt() {
        Fd memfd = closedLater(Memfd.sealed(kernel, "dmabuf:test", PAGE));

        DmaBufException e = refused(exporter, ExportRequest.ofRanges(List.of(new MemoryRange(memfd, 0, PAGE))));

        assertEquals(Errno.EOPNOTSUPP, e.errno());
        assertTrue(e.getMessage().contains("udmabuf"), e.getMessage());
    }

    @Test
    void missingHeapIsRefusedWithTheReason() {
        kernel.machine().unplug(SYSTEM);

        DmaBufException e = refused(exporter, ExportRequest.ofSize(PAGE));

        assertEquals(Errno.ENOENT, e.errno());
        assertTrue(e.getMessage().contains("not there any more"), e.getMessage());
    }

    @Test
    void heapThatGoesDuringAnExportIsRefusedWithTheReason() {
        Syscalls unplugging = kernelWith((request, struct) -> {
            kernel.machine().unplug(SYSTEM);
            return 0;
        });

        DmaBufException e = refused(new HeapExporter(unplugging, SYSTEM), ExportRequest.ofSize(PAGE));

        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains("not there any more"), e.getMessage());
    }

    @Test
    void exportsUntilDescriptorsRunOutEndInEmfile() throws Exception {
        assertEndsInEmfile(exporter, ExportRequest.ofSize(PAGE));
    }
}
