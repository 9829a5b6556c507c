package exporter.heap.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct dma_heap_allocation_data} of {@code linux/dma-heap.h}. The caller fills length and flags and leaves the descriptor 0; the
 * kernel fills the descriptor.
 */
public final class DmaHeapAllocation {

    /** The size of the struct in bytes. */
    public static final int SIZE = 24;

    /** Allocates a dma-buf. */
    public static final long ALLOC = Ioctl.iowr('H', 0, SIZE);

    static final int LENGTH = 0;
    static final int FD = 8;
    static final int FD_FLAGS = 12;
    static final int HEAP_FLAGS = 16;

    private DmaHeapAllocation() {}

    /** Fills a struct; there are no heap flags yet. */
    public static MemorySegment fill(Arena arena, long length, int fdFlags) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_LONG, LENGTH, length);
        struct.set(JAVA_INT, FD_FLAGS, fdFlags);
        return struct;
    }

    /** Reads the descriptor that the kernel has filled in. */
    public static int fd(MemorySegment struct) {
        return struct.get(JAVA_INT, FD);
    }
}
