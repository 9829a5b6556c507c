package exporter.virtio;

import dmabuf.fd.Errno;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.drm.DrmDevice;
import exporter.virtio.uapi.ContextInit;
import exporter.virtio.uapi.GetParam;
import java.lang.foreign.Arena;
import java.util.OptionalInt;

/**
 * What a device says that it can do.
 *
 * @param has3d the host renders
 * @param hasBlobs there are blobs
 * @param hostVisible the guest can see memory of the host
 * @param virglCapset the capability set of virglrenderer with which a context can be made, 0 when contexts have none; empty when
 *     the host speaks something else only
 */
record Traits(boolean has3d, boolean hasBlobs, boolean hostVisible, OptionalInt virglCapset) {

    /**
     * Asks. A parameter that the kernel is too old for is a feature that is not there.
     *
     * @throws dmabuf.api.DmaBufException ENOMEM, or ENODEV when the device goes meanwhile
     */
    static Traits of(DrmDevice client) {
        boolean has3d = parameter(client, GetParam.FEATURES_3D) != 0;
        return new Traits(
                has3d,
                parameter(client, GetParam.RESOURCE_BLOB) != 0,
                parameter(client, GetParam.HOST_VISIBLE) != 0,
                has3d ? capset(client) : OptionalInt.empty());
    }

    private static OptionalInt capset(DrmDevice client) {
        if (parameter(client, GetParam.CONTEXT_INIT) == 0) {
            return OptionalInt.of(0);
        }
        int sets = parameter(client, GetParam.SUPPORTED_CAPSET_IDS);
        if ((sets & 1 << ContextInit.CAPSET_VIRGL2) != 0) {
            return OptionalInt.of(ContextInit.CAPSET_VIRGL2);
        }
        return (sets & 1 << ContextInit.CAPSET_VIRGL) != 0
                ? OptionalInt.of(ContextInit.CAPSET_VIRGL)
                : OptionalInt.empty();
    }

    private static int parameter(DrmDevice client, long parameter) {
        try (Arena arena = Arena.ofConfined()) {
            var struct = GetParam.fill(arena, parameter);
            int result = client.ioctl(GetParam.GETPARAM, struct);
            if (result == -Errno.ENOMEM.number() || result == -Errno.ENODEV.number()) {
                // A lack of memory is no trait, and a device that has gone has none.
                SyscallResult.check(result, "DRM_IOCTL_VIRTGPU_GETPARAM", client.fd() + ", parameter " + parameter);
            }
            return result < 0 ? 0 : GetParam.value(struct);
        }
    }

    /** Whether the host can be asked for memory of its own that the CPU can map. */
    boolean hasHostBlobs() {
        return hasBlobs && hostVisible && virglCapset.isPresent();
    }
}
