package exporter.i915.uapi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_i915_getparam} of {@code drm/i915_drm.h}: the caller fills the parameter's number and a pointer to an int, which the
 * kernel fills.
 */
public final class GetParam {

    /** The size of the struct in bytes, on 64-bit machines. */
    public static final int SIZE = 16;

    /** Asks one parameter. EINVAL for one that this kernel does not know, ENODEV for one that this device cannot have. */
    public static final long GETPARAM = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x06, SIZE);

    /** 1 when CPU and GPU share the last-level cache. */
    public static final int HAS_LLC = 17;

    /** 4 and more when MMAP_OFFSET knows its modes; before, there is one kind of fake offset, and a mode that is asked for is ignored. */
    public static final int MMAP_GTT_VERSION = 40;

    static final int PARAM = 0;
    static final int VALUE = 8;

    private GetParam() {}

    /** Fills a struct; {@code value} is room for an int, and must live as long as the struct is used. */
    public static MemorySegment fill(Arena arena, int param, MemorySegment value) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, PARAM, param);
        struct.set(ADDRESS, VALUE, value);
        return struct;
    }
}
