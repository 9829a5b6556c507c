package exporter.vfio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct vfio_device_gfx_plane_info} of {@code linux/vfio.h}. The caller fills {@code argsz}, {@code flags} and {@code
 * drm_plane_type}, the driver the rest; the last field is a region's index or a dma-buf's id, as the flags say. Where it is no longer than
 * {@link #LEAST}, the driver does not look at more.
 */
public final class GfxPlaneInfo {

    /** The size of the struct in bytes, as it is today. */
    public static final int SIZE = 64;
    /** Up to and with the last field that means something: with less than that a driver says EINVAL. */
    public static final int LEAST = 60;

    /** Asks what a plane shows, or how the device would show it. */
    public static final long QUERY = Ioctl.io(VfioIoctl.TYPE, VfioIoctl.BASE + 14);

    /** Asks whether the device shows planes in the way that the other flag names: 0 or EINVAL. */
    public static final int PROBE = 1;
    /** As dma-bufs. */
    public static final int DMABUF = 2;
    /** As a region. */
    public static final int REGION = 4;

    /** {@code DRM_PLANE_TYPE_PRIMARY} of the kernel. */
    public static final int PLANE_PRIMARY = 1;
    /** {@code DRM_PLANE_TYPE_CURSOR} of the kernel. */
    public static final int PLANE_CURSOR = 2;

    /** The hotspot of a cursor whose hotspot nobody knows. */
    public static final int NO_HOTSPOT = 0xffff_ffff;

    static final int ARGSZ = 0;
    static final int FLAGS = 4;
    static final int DRM_PLANE_TYPE = 8;
    static final int DRM_FORMAT = 12;
    static final int DRM_FORMAT_MOD = 16;
    static final int WIDTH = 24;
    static final int HEIGHT = 28;
    static final int STRIDE = 32;
    static final int BYTES = 36;
    static final int X_POS = 40;
    static final int Y_POS = 44;
    static final int X_HOT = 48;
    static final int Y_HOT = 52;
    static final int REGION_INDEX_OR_ID = 56;

    private GfxPlaneInfo() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, int flags, int plane) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, ARGSZ, SIZE);
        struct.set(JAVA_INT, FLAGS, flags);
        struct.set(JAVA_INT, DRM_PLANE_TYPE, plane);
        return struct;
    }

    /** Reads how much of the struct the driver knows, without a sign. */
    public static int argsz(MemorySegment struct) {
        return struct.get(JAVA_INT, ARGSZ);
    }

    /** Reads the fourcc; 0 when the plane is off. */
    public static int format(MemorySegment struct) {
        return struct.get(JAVA_INT, DRM_FORMAT);
    }

    /** Reads the format modifier. */
    public static long modifier(MemorySegment struct) {
        return struct.get(JAVA_LONG, DRM_FORMAT_MOD);
    }

    /** Reads the width in pixels, which has no sign. */
    public static long width(MemorySegment struct) {
        return unsigned(struct, WIDTH);
    }

    /** Reads the height in rows, which has no sign. */
    public static long height(MemorySegment struct) {
        return unsigned(struct, HEIGHT);
    }

    /** Reads the stride in bytes, which has no sign. */
    public static long stride(MemorySegment struct) {
        return unsigned(struct, STRIDE);
    }

    /** Reads the size in bytes, which has no sign; 0 when the plane is off. */
    public static long bytes(MemorySegment struct) {
        return unsigned(struct, BYTES);
    }

    /** Reads where the plane's left edge is; a cursor may be further left than the screen. */
    public static int x(MemorySegment struct) {
        return struct.get(JAVA_INT, X_POS);
    }

    /** Reads where the plane's top is. */
    public static int y(MemorySegment struct) {
        return struct.get(JAVA_INT, Y_POS);
    }

    /** Reads the hotspot's column, or {@link #NO_HOTSPOT}. */
    public static int hotX(MemorySegment struct) {
        return struct.get(JAVA_INT, X_HOT);
    }

    /** Reads the hotspot's row, or {@link #NO_HOTSPOT}. */
    public static int hotY(MemorySegment struct) {
        return struct.get(JAVA_INT, Y_HOT);
    }

    /** Reads the index of the region, or the id of the dma-buf, which has no sign. */
    public static long regionOrId(MemorySegment struct) {
        return unsigned(struct, REGION_INDEX_OR_ID);
    }

    private static long unsigned(MemorySegment struct, int offset) {
        return Integer.toUnsignedLong(struct.get(JAVA_INT, offset));
    }
}
