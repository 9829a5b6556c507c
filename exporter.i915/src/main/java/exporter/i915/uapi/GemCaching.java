package exporter.i915.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_i915_gem_caching} of {@code drm/i915_drm.h}: how the GPU caches an object. The caller fills the handle; the caching is
 * filled by the caller to set it, and by the kernel to tell it.
 */
public final class GemCaching {

    /** The size of the struct in bytes. */
    public static final int SIZE = 8;

    /** Sets it. ENODEV on discrete devices, EOPNOTSUPP from graphics 12.70 on, ENODEV for CACHED without snooping. */
    public static final long SET_CACHING = Ioctl.iow(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x2f, SIZE);
    /** Tells it. ENODEV on discrete devices. */
    public static final long GET_CACHING = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x30, SIZE);

    /** The GPU goes past the CPU's caches. */
    public static final int NONE = 0;
    /** The GPU sees the CPU's caches. */
    public static final int CACHED = 1;
    /** As a display can scan it out: written through where the device can, else as {@link #NONE}. */
    public static final int DISPLAY = 2;

    static final int CACHING = 4;

    private GemCaching() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, int handle, int caching) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, 0, handle);
        struct.set(JAVA_INT, CACHING, caching);
        return struct;
    }

    /** Reads the caching that the kernel has filled in. */
    public static int caching(MemorySegment struct) {
        return struct.get(JAVA_INT, CACHING);
    }
}
