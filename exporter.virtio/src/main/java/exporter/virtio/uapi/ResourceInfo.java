package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_virtgpu_resource_info} of {@code drm/virtgpu_drm.h}. The caller fills the handle, the kernel the rest; of what is no
 * blob it leaves the kind of memory, so that the caller's 0 comes back.
 */
public final class ResourceInfo {

    /** The size of the struct in bytes. */
    public static final int SIZE = 16;

    /** Asks what an object is. */
    public static final long INFO = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x05, SIZE);

    static final int BO_HANDLE = 0;
    static final int BYTES = 8;
    static final int BLOB_MEM = 12;

    private ResourceInfo() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, int handle) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, BO_HANDLE, handle);
        return struct;
    }

    /** Reads the size, of which the kernel tells the lower 32 bits. */
    public static int bytes(MemorySegment struct) {
        return struct.get(JAVA_INT, BYTES);
    }

    /** Reads whose memory it is; 0 of what is no blob. */
    public static int blobMemory(MemorySegment struct) {
        return struct.get(JAVA_INT, BLOB_MEM);
    }
}
