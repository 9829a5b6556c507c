package exporter.i915.uapi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code struct drm_i915_gem_create_ext} of {@code drm/i915_drm.h} with one extension, {@code struct
 * drm_i915_gem_create_ext_memory_regions}, and its list of {@code struct drm_i915_gem_memory_class_instance}. The caller fills size, flags
 * and extensions; the kernel rounds the size up and fills the handle. Size and handle are where {@link GemCreate} has them.
 */
public final class GemCreateExt {

    /** The size of the struct in bytes. */
    public static final int SIZE = 24;

    /** Makes an object in one of several memories, in the order of preference. */
    public static final long CREATE_EXT = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x3c, SIZE);

    /** The CPU must be able to reach every byte, also where the device shows a part of its memory only. Needs a placement in system memory. */
    public static final int NEEDS_CPU_ACCESS = 1;

    static final int FLAGS = 12;
    static final int EXTENSIONS = 16;

    /** The name of the extension in {@code struct i915_user_extension}. */
    static final int EXT_MEMORY_REGIONS = 0;

    static final int EXT_SIZE = 48;
    static final int EXT_NAME = 8;
    static final int EXT_COUNT = 36;
    static final int EXT_REGIONS = 40;
    static final int REGION_SIZE = 4;
    static final int REGION_INSTANCE = 2;

    private GemCreateExt() {}

    /** Fills a struct with its extension. */
    public static MemorySegment fill(Arena arena, long bytes, int flags, List<MemoryRegion> placements) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_LONG, GemCreate.BYTES, bytes);
        struct.set(JAVA_INT, FLAGS, flags);
        struct.set(ADDRESS, EXTENSIONS, extension(arena, placements));
        return struct;
    }

    static MemorySegment extension(Arena arena, List<MemoryRegion> placements) {
        MemorySegment regions = arena.allocate((long) REGION_SIZE * placements.size(), Integer.BYTES);
        long at = 0;
        for (MemoryRegion placement : placements) {
            regions.set(JAVA_SHORT, at, (short) placement.memoryClass());
            regions.set(JAVA_SHORT, at + REGION_INSTANCE, (short) placement.instance());
            at += REGION_SIZE;
        }
        MemorySegment extension = arena.allocate(EXT_SIZE, Long.BYTES);
        extension.set(JAVA_INT, EXT_NAME, EXT_MEMORY_REGIONS);
        extension.set(JAVA_INT, EXT_COUNT, placements.size());
        extension.set(ADDRESS, EXT_REGIONS, regions);
        return extension;
    }
}
