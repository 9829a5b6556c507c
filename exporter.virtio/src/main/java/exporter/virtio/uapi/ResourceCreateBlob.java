package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_virtgpu_resource_create_blob} of {@code drm/virtgpu_drm.h}. The caller fills all but the two handles, which are the
 * kernel's.
 */
public final class ResourceCreateBlob {

    /** The size of the struct in bytes. */
    public static final int SIZE = 48;

    /** Makes a blob: memory without a format. */
    public static final long CREATE_BLOB = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x0a, SIZE);

    /** The memory is the guest's. */
    public static final int MEM_GUEST = 1;
    /** The memory is the host's, made by its renderer. */
    public static final int MEM_HOST3D = 2;
    /** It will be mapped and shared: {@code VIRTGPU_BLOB_FLAG_USE_MAPPABLE} and {@code _SHAREABLE}. */
    public static final int USE_MAPPABLE_SHAREABLE = 1 | 2;

    static final int BLOB_MEM = 0;
    static final int BLOB_FLAGS = 4;
    static final int BO_HANDLE = 8;
    static final int BYTES = 16;
    static final int CMD_SIZE = 28;
    static final int CMD = 32;
    static final int BLOB_ID = 40;

    private ResourceCreateBlob() {}

    /** Fills a struct for memory of the guest. */
    public static MemorySegment guest(Arena arena, long bytes) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, BLOB_MEM, MEM_GUEST);
        struct.set(JAVA_INT, BLOB_FLAGS, USE_MAPPABLE_SHAREABLE);
        struct.set(JAVA_LONG, BYTES, bytes);
        return struct;
    }

    /** Fills a struct for memory of the host, which a command makes under a number; the command lives in the same arena. */
    public static MemorySegment host(Arena arena, long bytes, MemorySegment command, long blobId) {
        MemorySegment struct = guest(arena, bytes);
        struct.set(JAVA_INT, BLOB_MEM, MEM_HOST3D);
        struct.set(JAVA_INT, CMD_SIZE, (int) command.byteSize());
        struct.set(JAVA_LONG, CMD, command.address());
        struct.set(JAVA_LONG, BLOB_ID, blobId);
        return struct;
    }

    /** Reads the handle that the kernel has filled in. */
    public static int handle(MemorySegment struct) {
        return struct.get(JAVA_INT, BO_HANDLE);
    }
}
