package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct drm_virtgpu_3d_transfer_to_host} of {@code drm/virtgpu_drm.h}, all by the caller. */
public final class Transfer {

    /** The size of the struct in bytes. */
    public static final int SIZE = 44;

    /** Has the host take over what the guest's memory holds. */
    public static final long TO_HOST = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x07, SIZE);

    static final int BO_HANDLE = 0;
    static final int BOX_WIDTH = 16;
    static final int BOX_HEIGHT = 20;
    static final int BOX_DEPTH = 24;

    private Transfer() {}

    /** Fills a struct for the whole of a resource. */
    public static MemorySegment fill(Arena arena, int handle, int width, int height) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, BO_HANDLE, handle);
        struct.set(JAVA_INT, BOX_WIDTH, width);
        struct.set(JAVA_INT, BOX_HEIGHT, height);
        struct.set(JAVA_INT, BOX_DEPTH, 1);
        return struct;
    }
}
