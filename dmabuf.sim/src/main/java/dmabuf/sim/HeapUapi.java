package dmabuf.sim;

import dmabuf.linux.Ioctl;
import dmabuf.linux.Posix;

/** {@code linux/dma-heap.h} as the kernel reads and fills it. */
final class HeapUapi {

    static final int TYPE = 'H';
    static final long ALLOC = Ioctl.iowr(TYPE, 0, 24);

    static final int VALID_FD_FLAGS = Posix.O_CLOEXEC | Posix.O_ACCMODE;

    /** {@code struct dma_heap_allocation_data}: length and both flags by the caller, the descriptor by the kernel. */
    static final int SIZE = 24;
    static final int LENGTH = 0;
    static final int FD = 8;
    static final int FD_FLAGS = 12;
    static final int HEAP_FLAGS = 16;

    private HeapUapi() {}
}
