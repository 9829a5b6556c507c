package exporter.i915.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_i915_gem_create} of {@code drm/i915_drm.h}: the caller fills the size, the kernel rounds it up and fills the handle.
 */
public final class GemCreate {

    /** The size of the struct in bytes. */
    public static final int SIZE = 16;

    /** Makes an object in system memory. */
    public static final long CREATE = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x1b, SIZE);

    static final int BYTES = 0;
    static final int HANDLE = 8;

    private GemCreate() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, long bytes) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_LONG, BYTES, bytes);
        return struct;
    }

    /** Reads the size that the kernel has rounded up. */
    public static long bytes(MemorySegment struct) {
        return struct.get(JAVA_LONG, BYTES);
    }

    /** Reads the handle that the kernel has filled in. */
    public static int handle(MemorySegment struct) {
        return struct.get(JAVA_INT, HANDLE);
    }
}
