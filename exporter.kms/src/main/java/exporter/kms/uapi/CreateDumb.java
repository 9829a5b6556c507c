package exporter.kms.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_mode_create_dumb} of {@code drm/drm_mode.h}. The caller fills height, width and bits per pixel; the kernel fills
 * handle, pitch and size.
 */
public final class CreateDumb {

    /** The size of the struct in bytes. */
    public static final int SIZE = 32;

    /** Makes a dumb buffer: memory that any display of the device can scan out. */
    public static final long CREATE_DUMB = Ioctl.iowr(DrmIoctl.TYPE, 0xb2, SIZE);

    static final int HEIGHT = 0;
    static final int WIDTH = 4;
    static final int BITS_PER_PIXEL = 8;
    static final int HANDLE = 16;
    static final int PITCH = 20;
    static final int BYTES = 24;

    private CreateDumb() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, int width, int height, int bitsPerPixel) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, HEIGHT, height);
        struct.set(JAVA_INT, WIDTH, width);
        struct.set(JAVA_INT, BITS_PER_PIXEL, bitsPerPixel);
        return struct;
    }

    /** Reads the handle that the kernel has filled in. */
    public static int handle(MemorySegment struct) {
        return struct.get(JAVA_INT, HANDLE);
    }

    /** Reads the size in bytes that the kernel has filled in. */
    public static long bytes(MemorySegment struct) {
        return struct.get(JAVA_LONG, BYTES);
    }
}
