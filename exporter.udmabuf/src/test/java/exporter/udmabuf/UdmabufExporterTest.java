package exporter.udmabuf;

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
import dmabuf.spi.ExportedBuffer;
import dmabuf.tck.exporter.SimulatedExporterCase;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The exporter on the simulated kernel, which parses the same bytes and gives the same errno as the driver. */
class UdmabufExporterTest extends SimulatedExporterCase {

    private final UdmabufExporter exporter = new UdmabufExporter(kernel, "/dev/udmabuf", () -> 0);
    private ExportedBuffer export(ExportRequest request) {
        return export(exporter, request);
    }

    private Fd memfd(long size) {
        return closedLater(Memfd.sealed(kernel, "dmabuf:test", size));
    }

    private DmaBufException refused(ExportRequest request) {
        return refused(exporter, request);
    }

    @Test
    void propertiesSayWhatImportersSelectBy() {
        ExporterProperties properties = exporter.properties();

        assertEquals("udmabuf", properties.exporter());
        assertEquals(KernelKind.SIMULATED, properties.kernel());
        assertEquals(List.of(Caching.CACHED), List.copyOf(properties.caching()));
        assertEquals(64L << 20, properties.maxSize());
        assertTrue(properties.mmap() && properties.needsSync() && properties.wrap());
    }

    @Test
    void newMemoryIsZeroedAndCanBeWritten() {
        ExportedBuffer buffer = export(ExportRequest.ofSize(3 * PAGE));
        MemorySegment memory = map(buffer.fd(), 3 * PAGE);

        assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) (3 * PAGE)])));
        memory.fill((byte) 7);
        assertEquals(7, memory.get(ValueLayout.JAVA_BYTE, 3 * PAGE - 1));
    }

    @Test
    void sizeIsRoundedUpToPages() {
        ExportedBuffer buffer = export(ExportRequest.ofSize(PAGE + 1));

        assertEquals(2 * PAGE, buffer.size());
        assertEquals(2 * PAGE, kernel.lseek(buffer.fd().number(), 0, Posix.SEEK_END));
    }

    @Test
    void rangesAreAliasedInOrderAndMayRepeat() {
        Fd a = memfd(2 * PAGE);
        Fd b = memfd(PAGE);
        ExportedBuffer buffer = export(ExportRequest.ofRanges(List.of(
                new MemoryRange(b, 0, PAGE), new MemoryRange(a, PAGE, PAGE), new MemoryRange(b, 0, PAGE))));
        MemorySegment whole = map(buffer.fd(), 3 * PAGE);

        map(a, 2 * PAGE).set(ValueLayout.JAVA_INT, PAGE, 0xa1);
        map(b, PAGE).set(ValueLayout.JAVA_INT, 0, 0xb0);

        assertEquals(0xb0, whole.get(ValueLayout.JAVA_INT, 0));
        assertEquals(0xa1, whole.get(ValueLayout.JAVA_INT, PAGE));
        assertEquals(0xb0, whole.get(ValueLayout.JAVA_INT, 2 * PAGE));
    }

    @Test
    void segmentsAreTracedToTheirMemfds() {
        Fd a = memfd(4 * PAGE);
        Fd b = memfd(PAGE);
        MemorySegment inA = map(a, 4 * PAGE).asSlice(PAGE, 2 * PAGE);
        MemorySegment inB = map(b, PAGE);
        ExportedBuffer buffer = export(ExportRequest.ofSegments(List.of(inB, inA)));
        MemorySegment whole = map(buffer.fd(), 3 * PAGE);

        inA.set(ValueLayout.JAVA_INT, PAGE, 42);
        whole.set(ValueLayout.JAVA_INT, 0, 43);

        assertEquals(42, whole.get(ValueLayout.JAVA_INT, 2 * PAGE));
        assertEquals(43, inB.get(ValueLayout.JAVA_INT, 0));
    }

    @Test
    void heapMemoryIsRefusedWithTheReason() {
        DmaBufException e = refused(ExportRequest.ofSegments(List.of(MemorySegment.ofArray(new byte[4096]))));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("Java heap"), e.getMessage());
    }

    @Test
    void anonymousMemoryIsRefusedWithTheReason() {
        MemorySegment anonymous = closedLater(Arena.ofConfined()).allocate(PAGE, PAGE);

        DmaBufException e = refused(ExportRequest.ofSegments(List.of(anonymous)));

        assertEquals(Errno.EBADFD, e.errno());
        assertTrue(e.getMessage().contains("anonymous memory"), e.getMessage());
    }

    @Test
    void memoryWhoseMemfdIsClosedIsRefusedWithTheReason() {
        Fd memfd = Memfd.sealed(kernel, "dmabuf:test", PAGE);
        MemorySegment memory = map(memfd, PAGE);
        memfd.close();

        DmaBufException e = refused(ExportRequest.ofSegments(List.of(memory)));

        assertEquals(Errno.EBADF, e.errno());
        assertTrue(e.getMessage().contains("no longer open"), e.getMessage());
    }

    @Test
    void unalignedSegmentIsRefusedWithTheReason() {
        MemorySegment memory = map(memfd(2 * PAGE), 2 * PAGE);

        DmaBufException e = refused(ExportRequest.ofSegments(List.of(memory.asSlice(16, PAGE))));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("page size"), e.getMessage());
    }

    @Test
    void unalignedRangeIsRefusedByName() {
        Fd good = memfd(PAGE);
        Fd bad = memfd(2 * PAGE);

        DmaBufException e = refused(ExportRequest.ofRanges(
                List.of(new MemoryRange(good, 0, PAGE), new MemoryRange(bad, 512, PAGE))));

        assertEquals(Errno.EINVAL, e.errno());
        assertEquals("UDMABUF_CREATE_LIST", e.operation());
        assertTrue(e.getMessage().contains("range 1") && e.getMessage().contains("offset 512"), e.getMessage());
    }

    @Test
    void sizeZeroIsRefused() {
        DmaBufException e = refused(ExportRequest.ofSize(0));

        assertEquals(Errno.EINVAL, e.errno());
        assertEquals("UDMABUF_CREATE", e.operation());
        assertTrue(e.getMessage().contains("at least one page"), e.getMessage());
    }

    @Test
    void negativeSizeIsRefused() {
        assertEquals(Errno.EINVAL, refused(ExportRequest.ofSize(-1)).errno());
    }

    @Test
    void sizeOverTheLimitNamesLimitAndParameter() {
        DmaBufException e = refused(ExportRequest.ofSize((64L << 20) + 1));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("64 MiB") && e.getMessage().contains("echo 65 | sudo tee " + UdmabufLimits.SIZE_LIMIT),
                e.getMessage());
    }

    @Test
    void hugeSizeIsRefusedWithoutOverflow() {
        assertEquals(Errno.EINVAL, refused(ExportRequest.ofSize(Long.MAX_VALUE)).errno());
    }

    @Test
    void tooManyRangesNameTheParameter() {
        Fd memfd = memfd(PAGE);

        DmaBufException e = refused(ExportRequest.ofRanges(Collections.nCopies(1025, new MemoryRange(memfd, 0, PAGE))));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("1024 ranges") && e.getMessage().contains(UdmabufLimits.LIST_LIMIT), e.getMessage());
    }

    @Test
    void unsealedMemfdIsRefusedWithTheReason() {
        Fd unsealed = closedLater(Memfd.unsealed(kernel, "dmabuf:test", PAGE));

        DmaBufException e = refused(ExportRequest.ofRanges(List.of(new MemoryRange(unsealed, 0, PAGE))));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("F_SEAL_SHRINK"), e.getMessage());
    }

    @Test
    void writeSealedMemfdIsRefusedWithTheReason() {
        Fd memfd = memfd(PAGE);
        kernel.fcntl(memfd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE);

        DmaBufException e = refused(ExportRequest.ofRanges(List.of(new MemoryRange(memfd, 0, PAGE))));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("sealed against writing"), e.getMessage());
    }

    @Test
    void rangeBeyondTheFileIsRefusedWithTheReason() {
        DmaBufException e = refused(ExportRequest.ofRanges(List.of(new MemoryRange(memfd(PAGE), PAGE, PAGE))));

        assertEquals(Errno.EINVAL, e.errno());
        assertTrue(e.getMessage().contains("beyond the end"), e.getMessage());
    }

    @Test
    void fileThatIsNoMemfdIsRefusedWithTheReason() {
        Fd nothing = closedLater(Fd.adopt(kernel.open("/dev/null", Posix.O_RDWR), kernel));

        DmaBufException e = refused(ExportRequest.ofRanges(List.of(new MemoryRange(nothing, 0, PAGE))));

        assertEquals(Errno.EBADFD, e.errno());
        assertTrue(e.getMessage().contains("memfd"), e.getMessage());
    }

    @Test
    void missingNodeSaysHowToLoadTheDriver() {
        DmaBufException e = refused(new UdmabufExporter(kernel, "/dev/no-such-node", () -> 0), ExportRequest.ofSize(PAGE));

        assertEquals(Errno.ENOENT, e.errno());
        assertTrue(e.getMessage().contains("modprobe udmabuf"), e.getMessage());
    }

    @Test
    void accessOfTheRequestBecomesThePolicy() {
        assertEquals(Access.READ, export(ExportRequest.ofSize(PAGE).withAccess(Access.READ)).policy().access());
    }
}
