package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct drm_virtgpu_getparam} of {@code drm/virtgpu_drm.h}. The caller fills both fields; the second is a pointer, to which the
 * kernel writes an int.
 */
public final class GetParam {

    /** The size of the struct in bytes. */
    public static final int SIZE = 16;

    /** Asks what device and driver can do. */
    public static final long GETPARAM = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x03, SIZE);

    /** The host renders. */
    public static final long FEATURES_3D = 1;
    /** There are blobs. */
    public static final long RESOURCE_BLOB = 3;
    /** The guest can see memory of the host. */
    public static final long HOST_VISIBLE = 4;
    /** A context can be told what it is for. */
    public static final long CONTEXT_INIT = 6;
    /** What a context can be for, as bits. */
    public static final long SUPPORTED_CAPSET_IDS = 7;

    static final int PARAM = 0;
    static final int VALUE = 8;

    private GetParam() {}

    /** Fills a struct that points to an int behind it, in the same segment. */
    public static MemorySegment fill(Arena arena, long parameter) {
        MemorySegment struct = arena.allocate(SIZE + Integer.BYTES, Long.BYTES);
        struct.set(JAVA_LONG, PARAM, parameter);
        struct.set(JAVA_LONG, VALUE, struct.address() + SIZE);
        return struct;
    }

    /** Reads the int that the kernel has written. */
    public static int value(MemorySegment struct) {
        return struct.get(JAVA_INT, SIZE);
    }
}
