package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_virtgpu_resource_create} of {@code drm/virtgpu_drm.h}. The caller fills all but the two handles, which are the
 * kernel's.
 */
public final class ResourceCreate {

    /** The size of the struct in bytes. */
    public static final int SIZE = 56;

    /** Makes a resource of the host with memory in the guest. */
    public static final long CREATE = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x04, SIZE);

    /** {@code PIPE_BUFFER}: bytes. Only a renderer knows them. */
    public static final int TARGET_BUFFER = 0;
    /** {@code PIPE_TEXTURE_2D}: a picture. */
    public static final int TARGET_2D = 2;
    /** {@code VIRTIO_GPU_FORMAT_B8G8R8X8_UNORM}, of 4 bytes. */
    public static final int FORMAT_XRGB8888 = 2;
    /** {@code VIRGL_FORMAT_R8_UNORM}, of one byte. */
    public static final int FORMAT_R8 = 64;
    /** {@code VIRGL_BIND_VERTEX_BUFFER}: a buffer is for something. */
    public static final int BIND_VERTEX_BUFFER = 1 << 4;

    static final int TARGET = 0;
    static final int FORMAT = 4;
    static final int BIND = 8;
    static final int WIDTH = 12;
    static final int HEIGHT = 16;
    static final int DEPTH = 20;
    static final int ARRAY_SIZE = 24;
    static final int BO_HANDLE = 40;
    static final int BYTES = 48;

    private ResourceCreate() {}

    /** Fills a struct for a picture of so many lines of 32-bit pixels. */
    public static MemorySegment picture(Arena arena, int width, int height, int bytes) {
        return fill(arena, TARGET_2D, FORMAT_XRGB8888, 0, width, height, bytes);
    }

    /** Fills a struct for a buffer of so many bytes. */
    public static MemorySegment buffer(Arena arena, int bytes) {
        return fill(arena, TARGET_BUFFER, FORMAT_R8, BIND_VERTEX_BUFFER, bytes, 1, bytes);
    }

    private static MemorySegment fill(Arena arena, int target, int format, int bind, int width, int height, int bytes) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, TARGET, target);
        struct.set(JAVA_INT, FORMAT, format);
        struct.set(JAVA_INT, BIND, bind);
        struct.set(JAVA_INT, WIDTH, width);
        struct.set(JAVA_INT, HEIGHT, height);
        struct.set(JAVA_INT, DEPTH, 1);
        struct.set(JAVA_INT, ARRAY_SIZE, 1);
        struct.set(JAVA_INT, BYTES, bytes);
        return struct;
    }

    /** Reads the handle that the kernel has filled in. */
    public static int handle(MemorySegment struct) {
        return struct.get(JAVA_INT, BO_HANDLE);
    }
}
