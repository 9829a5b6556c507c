package exporter.i915.uapi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code struct drm_i915_query} of {@code drm/i915_drm.h} with one {@code struct drm_i915_query_item}. The caller fills everything but the
 * item's length, which is 0 to ask how much room the answer needs, and which the kernel replaces by that, or by a negated errno. The answer
 * is a {@code struct drm_i915_query_memory_regions} with its {@link MemoryRegion}s, filled by the kernel.
 */
public final class QueryMemoryRegions {

    /** The size of the struct in bytes. */
    public static final int SIZE = 16;

    /** Asks what the device is made of. */
    public static final long QUERY = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x39, SIZE);

    /** Asks for the memories that objects can be placed in. */
    static final int MEMORY_REGIONS = 4;

    static final int ITEMS = 8;
    static final int ITEM_SIZE = 24;
    static final int ITEM_LENGTH = 8;
    static final int ITEM_DATA = 16;
    static final int HEADER_SIZE = 16;

    private QueryMemoryRegions() {}

    /** Fills an item; a length of 0 and no data to ask how much room is needed. */
    public static MemorySegment fillItem(Arena arena, MemorySegment data) {
        MemorySegment item = arena.allocate(ITEM_SIZE, Long.BYTES);
        item.set(JAVA_LONG, 0, MEMORY_REGIONS);
        item.set(JAVA_INT, ITEM_LENGTH, (int) data.byteSize());
        item.set(ADDRESS, ITEM_DATA, data);
        return item;
    }

    /** Fills a struct with one item. */
    public static MemorySegment fill(Arena arena, MemorySegment item) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, 0, 1);
        struct.set(ADDRESS, ITEMS, item);
        return struct;
    }

    /** Reads the length that the kernel has put into an item: bytes, or a negated errno. */
    public static int length(MemorySegment item) {
        return item.get(JAVA_INT, ITEM_LENGTH);
    }

    /** Reads an answer. */
    public static List<MemoryRegion> read(MemorySegment data) {
        List<MemoryRegion> regions = new ArrayList<>();
        int count = data.get(JAVA_INT, 0);
        for (int i = 0; i < count; i++) {
            regions.add(MemoryRegion.read(data, HEADER_SIZE + (long) i * MemoryRegion.SIZE));
        }
        return regions;
    }
}
