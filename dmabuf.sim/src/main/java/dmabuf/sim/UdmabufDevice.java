package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code /dev/udmabuf}: makes dma-bufs of pieces of memfds. Answers as {@code drivers/dma-buf/udmabuf.c} of Linux 6.12 does, with two
 * differences that come from memfds being mapped here where the kernel pins their pages: a piece of huge pages is mapped in huge pages
 * only, and F_SEAL_FUTURE_WRITE, when it is added to a memfd later, ends new writable mappings of its buffers.
 */
final class UdmabufDevice implements SimulatedDevice {

    static final String NODE = "/dev/udmabuf";

    private static final String LIST_LIMIT = "list_limit";
    private static final String SIZE_LIMIT = "size_limit_mb";
    /** What the kernel copies from a caller in one piece, {@code KMALLOC_MAX_SIZE}. */
    private static final long COPY_LIMIT = 4 << 20;

    private final BufferFactory buffers;
    private final ModuleParameters parameters = new ModuleParameters("udmabuf", Map.of(LIST_LIMIT, 1024, SIZE_LIMIT, 64));

    UdmabufDevice(BufferFactory buffers) {
        this.buffers = buffers;
    }

    @Override
    public ModuleParameters parameters() {
        return parameters;
    }

    @Override
    public SimulatedFile open(DeviceOpening opening) {
        return new DeviceFile(opening, this::ioctl);
    }

    private int ioctl(long request, MemorySegment argument) {
        try (Arena arena = Arena.ofConfined()) {
            if (request == UdmabufUapi.CREATE) {
                MemorySegment head = CallerMemory.struct(argument.address(), UdmabufUapi.ITEM_SIZE, arena);
                return create(head.get(JAVA_INT, UdmabufUapi.CREATE_FLAGS), List.of(item(head, 0)));
            }
            if (request == UdmabufUapi.CREATE_LIST) {
                return createList(argument.address(), arena);
            }
            return -Errno.ENOTTY.number();
        }
    }

    private int createList(long argument, Arena arena) {
        MemorySegment head = CallerMemory.struct(argument, UdmabufUapi.LIST_SIZE, arena);
        int count = head.get(JAVA_INT, UdmabufUapi.LIST_COUNT);
        if (Integer.compareUnsigned(count, parameters.get(LIST_LIMIT)) > 0) {
            throw new KernelError(Errno.EINVAL);
        }
        long bytes = Integer.toUnsignedLong(count) * UdmabufUapi.ITEM_SIZE;
        if (bytes > COPY_LIMIT) {
            throw new KernelError(Errno.ENOMEM);
        }
        List<Extent> items = new ArrayList<>(count);
        if (count != 0) {
            MemorySegment list = CallerMemory.struct(argument + UdmabufUapi.LIST_SIZE, bytes, arena);
            for (int i = 0; i < count; i++) {
                items.add(item(list, (long) i * UdmabufUapi.ITEM_SIZE));
            }
        }
        return create(head.get(JAVA_INT, UdmabufUapi.LIST_FLAGS), items);
    }

    private static Extent item(MemorySegment struct, long at) {
        return new Extent(
                struct.get(JAVA_INT, at + UdmabufUapi.ITEM_MEMFD),
                struct.get(JAVA_LONG, at + UdmabufUapi.ITEM_OFFSET),
                struct.get(JAVA_LONG, at + UdmabufUapi.ITEM_LENGTH));
    }

    /** Flags other than CLOEXEC are ignored, as the kernel ignores them. */
    private int create(int flags, List<Extent> items) {
        checkTotal(items);
        BufferExport export = BufferExport.of("udmabuf", Posix.O_RDWR, DriverRules.UDMABUF, buffers.waits());
        return buffers.export(export, items, (flags & UdmabufUapi.FLAGS_CLOEXEC) != 0);
    }

    /** Counts pages, as the driver does: the sizes are u64, and their sum in bytes could wrap around. */
    private void checkTotal(List<Extent> items) {
        long page = MappedMemory.PAGE_SIZE;
        long limit = ((long) parameters.get(SIZE_LIMIT) << 20) / page;
        long pages = 0;
        for (Extent item : items) {
            if (item.offset() % page != 0 || item.length() % page != 0) {
                throw new KernelError(Errno.EINVAL);
            }
            pages += Long.divideUnsigned(item.length(), page);
            if (Long.compareUnsigned(pages, limit) > 0) {
                throw new KernelError(Errno.EINVAL);
            }
        }
        if (pages == 0) {
            throw new KernelError(Errno.EINVAL);
        }
    }
}
