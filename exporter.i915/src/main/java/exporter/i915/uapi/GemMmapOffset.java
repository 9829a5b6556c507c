package exporter.i915.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_i915_gem_mmap_offset} of {@code drm/i915_drm.h}: the caller fills handle and flags, the kernel fills the fake offset at
 * which the node shows the object. The offset is good for as long as the client is open and keeps the handle.
 */
public final class GemMmapOffset {

    /** The size of the struct in bytes. */
    public static final int SIZE = 32;

    /** Asks for a fake offset. ENODEV for a mode that this device or this object lacks. */
    public static final long MMAP_OFFSET = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x24, SIZE);

    /** Through the graphics aperture. */
    public static final int GTT = 0;
    /** Write-combined. */
    public static final int WC = 1;
    /** Write-back. */
    public static final int WB = 2;
    /** Uncached. */
    public static final int UC = 3;
    /** As the placement wants it; the only one on discrete devices. */
    public static final int FIXED = 4;

    static final int OFFSET = 8;
    static final int FLAGS = 16;

    private GemMmapOffset() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, int handle, int flags) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, 0, handle);
        struct.set(JAVA_LONG, FLAGS, flags);
        return struct;
    }

    /** Reads the offset that the kernel has filled in. */
    public static long offset(MemorySegment struct) {
        return struct.get(JAVA_LONG, OFFSET);
    }
}
