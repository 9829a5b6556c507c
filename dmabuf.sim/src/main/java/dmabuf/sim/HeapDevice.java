package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A heap in {@code /dev/dma_heap}: allocates dma-bufs of zeroed memory. Answers as {@code drivers/dma-buf/dma-heap.c} and the system heap
 * of Linux 6.12 do, with one difference: what is more than half of the machine's memory is ENOMEM here, where Linux tries, and may kill the
 * process for it. A heap whose name says that it is contiguous is as small as such heaps are.
 */
final class HeapDevice implements SimulatedDevice {

    static final String FOLDER = "/dev/dma_heap/";
    static final String SYSTEM = FOLDER + "system";

    /** What distributions reserve for contiguous memory, {@code CONFIG_CMA_SIZE_MBYTES}. */
    private static final long CONTIGUOUS_LIMIT = 16 << 20;

    private final BufferFactory buffers;
    private final String name;
    private final long limit;

    HeapDevice(BufferFactory buffers, String node) {
        this.buffers = buffers;
        this.name = node.substring(FOLDER.length());
        boolean contiguous = name.contains("cma") || name.contains("reserved");
        this.limit = contiguous ? CONTIGUOUS_LIMIT : PhysicalMemory.bytes() / 2;
    }

    @Override
    public ModuleParameters parameters() {
        return new ModuleParameters("dma_heap", Map.of());
    }

    @Override
    public SimulatedFile open(DeviceOpening opening) {
        return new DeviceFile(opening, this::ioctl);
    }

    /** Only the number is looked at. A caller that takes no struct back gets a buffer that it is not told of, as it does from Linux. */
    private int ioctl(long request, MemorySegment argument) {
        return SizedArgument.number(request) != SizedArgument.number(HeapUapi.ALLOC)
                ? -Errno.EINVAL.number()
                : SizedArgument.call(request, HeapUapi.ALLOC, argument, this::allocate);
    }

    private int allocate(MemorySegment data) {
        int fdFlags = data.get(JAVA_INT, HeapUapi.FD_FLAGS);
        boolean unknown = (fdFlags & ~HeapUapi.VALID_FD_FLAGS) != 0 || data.get(JAVA_LONG, HeapUapi.HEAP_FLAGS) != 0;
        // The kernel rounds up as an unsigned number, which may wrap around to nothing.
        long size = data.get(JAVA_LONG, HeapUapi.LENGTH) + MappedMemory.PAGE_SIZE - 1 & -MappedMemory.PAGE_SIZE;
        if (data.get(JAVA_INT, HeapUapi.FD) != 0 || unknown || size == 0) {
            throw new KernelError(Errno.EINVAL);
        }
        if (Long.compareUnsigned(size, limit) > 0) {
            throw new KernelError(Errno.ENOMEM);
        }
        BufferExport export = BufferExport.of(name, fdFlags & Posix.O_ACCMODE, DriverRules.HEAP, buffers.waits());
        data.set(JAVA_INT, HeapUapi.FD, buffers.export(export, size, (fdFlags & Posix.O_CLOEXEC) != 0));
        return 0;
    }
}
