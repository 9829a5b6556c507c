package exporter.heap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import exporter.heap.uapi.DmaHeapAllocation;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The struct that is filled here, byte by byte, against the one that a C compiler fills from linux/dma-heap.h. */
class LayoutTest {

    private static final List<String> HEADERS = List.of("linux/types.h", "linux/ioctl.h", "linux/dma-heap.h");

    @Test
    void requestNumberAndDescriptorOffsetAreThoseOfTheHeader() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        var c = CLayout.evaluate(HEADERS, List.of("DMA_HEAP_IOCTL_ALLOC", "offsetof(struct dma_heap_allocation_data, fd)"));

        assertEquals(List.of(DmaHeapAllocation.ALLOC, 8L), List.copyOf(c.values()));
    }

    @Test
    void allocationIsFilledAsInC() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        String c = CLayout.compileAndRun("#include <stdio.h>\n#include <fcntl.h>\n#include <linux/types.h>\n#include <linux/dma-heap.h>\n"
                + "int main(void) { struct dma_heap_allocation_data s = { .len = 1ull << 33, .fd_flags = O_RDWR | O_CLOEXEC };"
                + " for (size_t i = 0; i < sizeof s; i++) printf(\"%02x\", ((unsigned char *) &s)[i]); return 0; }\n");
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(c, HexFormat.of().formatHex(
                    DmaHeapAllocation.fill(arena, 1L << 33, 02 | 02000000).toArray(ValueLayout.JAVA_BYTE)));
        }
    }
}
