package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.Ioctl;
import dmabuf.linux.drm.DrmIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct drm_virtgpu_context_init} of {@code drm/virtgpu_drm.h} and the parameters it points to, all by the caller. */
public final class ContextInit {

    /** The size of the struct in bytes. */
    public static final int SIZE = 16;

    /** Says what a client's context is for, before anything else makes one. */
    public static final long CONTEXT_INIT = Ioctl.iowr(DrmIoctl.TYPE, DrmIoctl.COMMAND_BASE + 0x0b, SIZE);

    /** {@code VIRTIO_GPU_CAPSET_VIRGL}: OpenGL by virglrenderer. */
    public static final int CAPSET_VIRGL = 1;
    /** {@code VIRTIO_GPU_CAPSET_VIRGL2}: the same, as it is today. */
    public static final int CAPSET_VIRGL2 = 2;

    static final int NUM_PARAMS = 0;
    static final int PARAMS = 8;
    static final int PARAM_SIZE = 16;
    static final int PARAM_VALUE = 8;
    private static final long PARAM_CAPSET_ID = 1;

    private ContextInit() {}

    /** Fills a struct with one parameter, the capability set, which is behind it in the same segment. */
    public static MemorySegment fill(Arena arena, int capset) {
        MemorySegment struct = arena.allocate(SIZE + PARAM_SIZE, Long.BYTES);
        struct.set(JAVA_INT, NUM_PARAMS, 1);
        struct.set(JAVA_LONG, PARAMS, struct.address() + SIZE);
        struct.set(JAVA_LONG, SIZE, PARAM_CAPSET_ID);
        struct.set(JAVA_LONG, SIZE + PARAM_VALUE, capset);
        return struct;
    }
}
