package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct drm_virtgpu_map} of {@code drm/virtgpu_drm.h}. The caller fills the handle, the kernel the offset. */
public final class Map {

    /** The size of the struct in bytes. */
    public static final int SIZE = 16;

    /** Asks where the node shows an object. */
    public static final long MAP = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x01, SIZE);

    static final int OFFSET = 0;
    static final int HANDLE = 8;

    private Map() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, int handle) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, HANDLE, handle);
        return struct;
    }

    /** Reads the offset that the kernel has filled in. */
    public static long offset(MemorySegment struct) {
        return struct.get(JAVA_LONG, OFFSET);
    }
}
