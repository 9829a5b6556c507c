package dmabuf.sim;

import dmabuf.linux.Ioctl;

/** {@code drm/vgem_drm.h} as the driver reads and fills it. */
final class VgemUapi {

    static final long FENCE_ATTACH = Ioctl.iowr(DrmUapi.TYPE, 0x41, 16);
    static final long FENCE_SIGNAL = Ioctl.iow(DrmUapi.TYPE, 0x42, 8);

    /** The fence is a writer's. */
    static final int FENCE_WRITE = 1;

    /** {@code struct drm_vgem_fence_attach}: handle, flags and pad by the caller, the fence by the driver. */
    static final int ATTACH_HANDLE = 0;
    static final int ATTACH_FLAGS = 4;
    static final int ATTACH_OUT_FENCE = 8;
    static final int ATTACH_PAD = 12;

    /** {@code struct drm_vgem_fence_signal}, all by the caller. */
    static final int SIGNAL_FENCE = 0;
    static final int SIGNAL_FLAGS = 4;

    private VgemUapi() {}
}
