package dmabuf.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.fd.Kernel;
import dmabuf.fd.KernelKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTest {

    private static final Fd MEMFD = Fd.adopt(3, new Kernel() {
        @Override
        public KernelKind kind() {
            return KernelKind.LINUX;
        }

        @Override
        public int close(int fd) {
            return 0;
        }
    });

    @Test
    void newMemoryIsAskedForBySize() {
        ExportRequest request = ExportRequest.ofSize(4096);
        assertEquals(4096, request.size());
        assertFalse(request.wrapsMemory());
        assertEquals("", request.name());
        assertEquals(Access.READ_WRITE, request.access());
        assertEquals("4096 bytes", request.toString());
    }

    @Test
    void rangesKeepTheirOrderAndMayRepeat() {
        MemoryRange one = new MemoryRange(MEMFD, 0, 4096);
        MemoryRange two = new MemoryRange(MEMFD, 8192, 8192);
        List<MemoryRange> ranges = new ArrayList<>(List.of(two, one, two));
        ExportRequest request = ExportRequest.ofRanges(ranges).withName("frame").withAccess(Access.READ);
        ranges.clear();
        assertEquals(List.of(two, one, two), request.ranges());
        assertEquals(20480, request.size());
        assertTrue(request.wrapsMemory());
        assertEquals("frame", request.name());
        assertEquals(Access.READ, request.access());
        assertEquals("\"frame\" 20480 bytes in 3 ranges", request.toString());
    }

    @Test
    void segmentsAddUp() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(100);
            ExportRequest request = ExportRequest.ofSegments(List.of(segment, segment));
            assertEquals(200, request.size());
            assertTrue(request.wrapsMemory());
            assertEquals(2, request.segments().size());
        }
    }

    @Test
    void sumThatOverflowsIsMoreThanAnybodyHas() {
        MemoryRange huge = new MemoryRange(MEMFD, 0, Long.MAX_VALUE / 2 + 1);
        assertEquals(Long.MAX_VALUE, ExportRequest.ofRanges(List.of(huge, huge)).size());
        assertEquals(Long.MAX_VALUE, ExportRequest.ofRanges(List.of(huge, huge, huge)).size());
    }

    @Test
    void negativeLengthIsLeftToTheExporterToRefuse() {
        MemoryRange negative = new MemoryRange(MEMFD, 0, -4096);
        MemoryRange page = new MemoryRange(MEMFD, 0, 4096);
        assertEquals(-4096, ExportRequest.ofRanges(List.of(negative)).size());
        assertEquals(0, ExportRequest.ofRanges(List.of(negative, page)).size());
    }

    @Test
    void nothingIsMissing() {
        assertThrows(NullPointerException.class, () -> new MemoryRange(null, 0, 0));
        assertThrows(NullPointerException.class, () -> ExportRequest.ofSize(1).withName(null));
        assertThrows(NullPointerException.class, () -> ExportRequest.ofSize(1).withAccess(null));
        assertThrows(NullPointerException.class, () -> MmapRequest.whole().access(null));
    }

    @Test
    void wholeBufferHasWhateverLengthTheBufferHas() {
        MmapRequest whole = MmapRequest.whole();
        assertEquals(12345, whole.length(12345));
        assertEquals(0, whole.offset());
        assertEquals(Access.READ_WRITE, whole.access());
        assertFalse(whole.isConfined());
    }

    @Test
    void partIsWhatWasAskedForEvenWhenItIsWrong() {
        MmapRequest part = MmapRequest.whole().access(Access.READ).confined().range(-1, 0);
        assertEquals(-1, part.offset());
        assertEquals(0, part.length(4096));
        assertEquals(Access.READ, part.access());
        assertTrue(part.isConfined());
        assertEquals(-5, MmapRequest.whole().range(0, -5).length(4096));
    }

    @Test
    void whatABufferShallBeIsSaidInWords() {
        ExportRequest request = ExportRequest.ofSize(4096)
                .withName("frame")
                .withCaching(Caching.WRITE_COMBINED, Caching.CACHED, Caching.WRITE_COMBINED)
                .withPlacement(Placement.DEVICE)
                .withOption("i915.caching", "display");
        assertEquals(List.of(Caching.WRITE_COMBINED, Caching.CACHED), request.caching(), "each once, in order");
        assertEquals(
                "\"frame\" 4096 bytes write-combined or cached in memory of the device i915.caching=display", request.toString());
        assertEquals("4096 bytes", ExportRequest.ofSize(4096).toString());
    }

    @Test
    void driverIsToldItsOwnOptionsOnly() {
        ExportRequest request = ExportRequest.ofSize(4096)
                .withOption("i915.caching", "none")
                .withOption("i915.caching", "cached")
                .withOption("virtio.blob", "guest");
        assertEquals(Map.of("caching", "cached"), request.options("i915"));
        assertEquals(Map.of("blob", "guest"), request.options("virtio"));
        assertEquals(Map.of(), request.options("udmabuf"));
        assertThrows(IllegalArgumentException.class, () -> request.withOption("caching", "none"));
    }

    @Test
    void modeIsAskedForByNameOrByCaching() {
        MappingMode wc = new MappingMode("wc", MmapPolicy.mappable(Caching.WRITE_COMBINED));
        MappingMode blind = new MappingMode("blind", MmapPolicy.notMappable());
        assertTrue(MmapRequest.whole().accepts(wc));
        assertTrue(MmapRequest.whole().mode("wc").accepts(wc));
        assertFalse(MmapRequest.whole().mode("gtt").accepts(wc));
        assertTrue(MmapRequest.whole().caching(Caching.CACHED, Caching.WRITE_COMBINED).accepts(wc));
        assertFalse(MmapRequest.whole().caching(Caching.CACHED).accepts(wc));
        assertFalse(MmapRequest.whole().caching(Caching.UNKNOWN).accepts(blind), "what cannot be mapped has no caching");
        assertThrows(IllegalArgumentException.class, () -> MmapRequest.whole().mode("W C"));
        MmapRequest both = MmapRequest.whole().mode("wc").caching(Caching.CACHED).range(4096, 8192).confined();
        assertEquals("mode wc, cached", both.wantedMode());
        assertEquals("", MmapRequest.whole().wantedMode());
    }
}
