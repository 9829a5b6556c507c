package exporter.heap;

import dmabuf.linux.CHeader;
import exporter.heap.uapi.DmaHeapAllocation;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** The struct that is filled here, byte by byte, against the one that a C compiler fills from linux/dma-heap.h. */
class LayoutTest {

    private final CHeader header = CHeader.of("fcntl.h", "linux/types.h", "linux/ioctl.h", "linux/dma-heap.h");

    @Test
    void requestNumberAndDescriptorOffsetAreThoseOfTheHeader() throws Exception {
        header.number("DMA_HEAP_IOCTL_ALLOC", DmaHeapAllocation.ALLOC);
        header.field("dma_heap_allocation_data", "fd", 8);
        header.assertAsInC();
    }

    @Test
    void allocationIsFilledAsInC() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            header.assertFilledAsInC("struct dma_heap_allocation_data s = { .len = 1ull << 33, .fd_flags = O_RDWR | O_CLOEXEC }",
                    DmaHeapAllocation.fill(arena, 1L << 33, 02 | 02000000));
        }
    }
}
