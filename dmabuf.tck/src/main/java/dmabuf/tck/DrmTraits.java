package dmabuf.tck;

import dmabuf.linux.Ioctl;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What tells the devices of one driver from another, as the driver itself says: a case that needs a feature, or needs it to be absent,
 * names it behind the driver.
 *
 * <p>Of {@code virtio_gpu}: {@code blob}, {@code 3d}, {@code host-visible}, each also with {@code no-} before it. Of {@code i915}: what
 * {@link I915Traits} lists.
 */
final class DrmTraits {

    private static final String VIRTIO = "virtio_gpu";
    private static final String I915 = "i915";
    private static final long VIRTIO_GETPARAM = Ioctl.iowr('d', 0x43, 16);
    /** {@code VIRTGPU_PARAM_3D_FEATURES}, {@code _RESOURCE_BLOB} and {@code _HOST_VISIBLE}, {@code drm/virtgpu_drm.h}. */
    private static final Map<String, Long> VIRTIO_PARAMETERS = Map.of("3d", 1L, "blob", 3L, "host-visible", 4L);

    private DrmTraits() {}

    /** The features of the device behind an open node. */
    static Set<String> of(Syscalls kernel, int fd, String driver) {
        if (driver.equals(I915)) {
            return I915Traits.of(kernel, fd);
        }
        Set<String> traits = new LinkedHashSet<>();
        if (driver.equals(VIRTIO)) {
            VIRTIO_PARAMETERS.forEach((trait, parameter) -> traits.add(virtio(kernel, fd, parameter) ? trait : "no-" + trait));
        }
        return traits;
    }

    /** A parameter is told through a pointer, as an int. */
    private static boolean virtio(Syscalls kernel, int fd, long parameter) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment struct = arena.allocate(2L * Long.BYTES, Long.BYTES);
            struct.set(ValueLayout.JAVA_LONG, 0, parameter);
            struct.set(ValueLayout.JAVA_LONG, Long.BYTES, value.address());
            return Ioctl.restarting(kernel, fd, VIRTIO_GETPARAM, struct) == 0 && value.get(ValueLayout.JAVA_INT, 0) != 0;
        }
    }
}
