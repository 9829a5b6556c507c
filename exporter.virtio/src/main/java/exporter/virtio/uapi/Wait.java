package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct drm_virtgpu_3d_wait} of {@code drm/virtgpu_drm.h}, all by the caller. */
public final class Wait {

    /** The size of the struct in bytes. */
    public static final int SIZE = 8;

    /** Waits until the host is done with an object: 15 seconds at most, and then EBUSY. */
    public static final long WAIT = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x08, SIZE);

    static final int HANDLE = 0;

    private Wait() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, int handle) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, HANDLE, handle);
        return struct;
    }
}
