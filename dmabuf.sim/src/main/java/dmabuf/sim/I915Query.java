package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.fd.Errno;
import dmabuf.linux.UserMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * QUERY: {@code i915_query.c} of Linux 6.12. Every item is asked twice, first with length 0 for the length; what goes wrong with one is
 * said in its length, and the others go on. Only memory regions are there to be told of; queries about engines say ENODEV.
 */
final class I915Query {

    private final I915Device device;

    I915Query(I915Device device) {
        this.device = device;
    }

    int query(MemorySegment struct) {
        if (struct.get(JAVA_INT, I915Uapi.QUERY_FLAGS) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        long count = Integer.toUnsignedLong(struct.get(JAVA_INT, I915Uapi.QUERY_COUNT));
        for (long i = 0; i < count; i++) {
            try (Arena arena = Arena.ofConfined()) {
                answer(struct.get(JAVA_LONG, I915Uapi.QUERY_ITEMS) + i * I915Uapi.ITEM_SIZE, arena);
            }
        }
        return 0;
    }

    private void answer(long address, Arena arena) {
        MemorySegment item = CallerMemory.struct(address, I915Uapi.ITEM_SIZE, arena);
        long id = item.get(JAVA_LONG, I915Uapi.ITEM_ID);
        if (id == 0) {
            throw new KernelError(Errno.EINVAL);
        }
        int length;
        try {
            length = length(id, item, arena);
        } catch (KernelError e) {
            length = e.result();
        }
        KernelError.check(UserMemory.copyTo(address + I915Uapi.ITEM_LENGTH, arena.allocateFrom(JAVA_INT, length)));
    }

    private int length(long id, MemorySegment item, Arena arena) {
        if (Long.compareUnsigned(id, I915Uapi.LAST_QUERY) > 0) {
            throw new KernelError(Errno.EINVAL);
        }
        if (id != I915Uapi.QUERY_MEMORY_REGIONS) {
            throw new KernelError(Errno.ENODEV);
        }
        return regions(item, arena);
    }

    /** {@code query_memregion_info}. The caller's length is compared as an unsigned number. */
    private int regions(MemorySegment item, Arena arena) {
        if (item.get(JAVA_INT, I915Uapi.ITEM_FLAGS) != 0) {
            throw new KernelError(Errno.EINVAL);
        }
        List<I915Region> regions = device.regions();
        int total = I915Uapi.REGIONS_HEAD + regions.size() * I915Uapi.INFO_SIZE;
        int length = item.get(JAVA_INT, I915Uapi.ITEM_LENGTH);
        if (length == 0) {
            return total;
        }
        if (Integer.compareUnsigned(length, total) < 0) {
            throw new KernelError(Errno.EINVAL);
        }
        long data = item.get(JAVA_LONG, I915Uapi.ITEM_DATA);
        MemorySegment head = CallerMemory.struct(data, I915Uapi.REGIONS_HEAD, arena);
        if (head.get(JAVA_LONG, 0) != 0 || head.get(JAVA_LONG, Long.BYTES) != 0) {
            throw new KernelError(Errno.EINVAL); // To be zero, for what may come.
        }
        MemorySegment answer = arena.allocate(total, Long.BYTES);
        answer.set(JAVA_INT, I915Uapi.REGIONS_COUNT, regions.size());
        for (int i = 0; i < regions.size(); i++) {
            describe(regions.get(i), answer.asSlice(I915Uapi.REGIONS_HEAD + (long) i * I915Uapi.INFO_SIZE));
        }
        KernelError.check(UserMemory.copyTo(data, answer));
        return total;
    }

    /** What is not allocated is told only to who may watch others; to everybody else all of it is. */
    private static void describe(I915Region region, MemorySegment info) {
        info.set(JAVA_SHORT, I915Uapi.REGION_CLASS, (short) region.memoryClass());
        info.set(JAVA_LONG, I915Uapi.INFO_PROBED, region.bytes());
        info.set(JAVA_LONG, I915Uapi.INFO_UNALLOCATED, region.bytes());
        info.set(JAVA_LONG, I915Uapi.INFO_PROBED_VISIBLE, region.visibleBytes());
        info.set(JAVA_LONG, I915Uapi.INFO_UNALLOCATED_VISIBLE, region.visibleBytes());
    }
}
