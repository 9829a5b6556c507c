package dmabuf.sim;

import dmabuf.linux.Ioctl;

/** {@code drm/virtgpu_drm.h} as the driver reads and fills it. */
final class VirtioGpuUapi {

    static final long MAP = Ioctl.iowr(DrmUapi.TYPE, 0x41, 16);
    static final long EXECBUFFER = Ioctl.iowr(DrmUapi.TYPE, 0x42, 64);
    static final long GETPARAM = Ioctl.iowr(DrmUapi.TYPE, 0x43, 16);
    static final long RESOURCE_CREATE = Ioctl.iowr(DrmUapi.TYPE, 0x44, 56);
    static final long RESOURCE_INFO = Ioctl.iowr(DrmUapi.TYPE, 0x45, 16);
    static final long TRANSFER_FROM_HOST = Ioctl.iowr(DrmUapi.TYPE, 0x46, 44);
    static final long TRANSFER_TO_HOST = Ioctl.iowr(DrmUapi.TYPE, 0x47, 44);
    static final long WAIT = Ioctl.iowr(DrmUapi.TYPE, 0x48, 8);
    static final long GET_CAPS = Ioctl.iowr(DrmUapi.TYPE, 0x49, 24);
    static final long RESOURCE_CREATE_BLOB = Ioctl.iowr(DrmUapi.TYPE, 0x4a, 48);
    static final long CONTEXT_INIT = Ioctl.iowr(DrmUapi.TYPE, 0x4b, 16);

    static final long PARAM_3D_FEATURES = 1;
    static final long PARAM_CAPSET_QUERY_FIX = 2;
    static final long PARAM_RESOURCE_BLOB = 3;
    static final long PARAM_HOST_VISIBLE = 4;
    static final long PARAM_CROSS_DEVICE = 5;
    static final long PARAM_CONTEXT_INIT = 6;
    static final long PARAM_SUPPORTED_CAPSET_IDS = 7;
    static final long PARAM_EXPLICIT_DEBUG_NAME = 8;

    static final int BLOB_MEM_GUEST = 1;
    static final int BLOB_MEM_HOST3D = 2;
    static final int BLOB_MEM_HOST3D_GUEST = 3;
    static final int BLOB_FLAG_USE_MAPPABLE = 1;
    static final int BLOB_FLAG_USE_CROSS_DEVICE = 4;
    static final int BLOB_FLAGS = 7;

    static final int WAIT_NOWAIT = 1;

    static final int EXECBUF_FENCE_FD_IN = 1;
    static final int EXECBUF_FENCE_FD_OUT = 2;
    static final int EXECBUF_RING_IDX = 4;
    static final int EXECBUF_FLAGS = 7;

    static final long CONTEXT_PARAM_CAPSET_ID = 1;
    static final long CONTEXT_PARAM_NUM_RINGS = 2;
    static final long CONTEXT_PARAM_POLL_RINGS_MASK = 3;
    static final long CONTEXT_PARAM_DEBUG_NAME = 4;

    /** {@code struct drm_virtgpu_map}: the handle by the caller, the offset by the driver. */
    static final int MAP_OFFSET = 0;
    static final int MAP_HANDLE = 8;

    /** {@code struct drm_virtgpu_getparam}: both by the caller; the value is a pointer, and an int is written there. */
    static final int PARAM = 0;
    static final int PARAM_VALUE = 8;

    /** {@code struct drm_virtgpu_resource_create}: the handles by the driver, all else by the caller. */
    static final int CREATE_TARGET = 0;
    static final int CREATE_DEPTH = 20;
    static final int CREATE_ARRAY_SIZE = 24;
    static final int CREATE_LAST_LEVEL = 28;
    static final int CREATE_NR_SAMPLES = 32;
    static final int CREATE_BO_HANDLE = 40;
    static final int CREATE_RES_HANDLE = 44;
    static final int CREATE_SIZE = 48;

    /** {@code struct drm_virtgpu_resource_info}: the handle by the caller, the rest by the driver. */
    static final int INFO_BO_HANDLE = 0;
    static final int INFO_RES_HANDLE = 4;
    static final int INFO_SIZE = 8;
    static final int INFO_BLOB_MEM = 12;

    /** {@code struct drm_virtgpu_3d_transfer_to_host} and {@code _from_host}, all by the caller. */
    static final int TRANSFER_BO_HANDLE = 0;
    static final int TRANSFER_STRIDE = 36;
    static final int TRANSFER_LAYER_STRIDE = 40;

    /** {@code struct drm_virtgpu_3d_wait}, all by the caller. */
    static final int WAIT_HANDLE = 0;
    static final int WAIT_FLAGS = 4;

    /** {@code struct drm_virtgpu_get_caps}, all by the caller, and the address is written to. */
    static final int CAPS_SET_ID = 0;
    static final int CAPS_SET_VERSION = 4;
    static final int CAPS_ADDRESS = 8;
    static final int CAPS_SIZE = 16;

    /** {@code struct drm_virtgpu_resource_create_blob}: the handles by the driver, all else by the caller. */
    static final int BLOB_MEM = 0;
    static final int BLOB_FLAGS_FIELD = 4;
    static final int BLOB_BO_HANDLE = 8;
    static final int BLOB_RES_HANDLE = 12;
    static final int BLOB_SIZE = 16;
    static final int BLOB_CMD_SIZE = 28;
    static final int BLOB_CMD = 32;
    static final int BLOB_ID = 40;

    /** {@code struct drm_virtgpu_context_init}, all by the caller. */
    static final int INIT_NUM_PARAMS = 0;
    static final int INIT_PARAMS = 8;

    /** {@code struct drm_virtgpu_context_set_param}, all by the caller. */
    static final int SET_PARAM_SIZE = 16;
    static final int SET_PARAM = 0;
    static final int SET_PARAM_VALUE = 8;

    /** {@code struct drm_virtgpu_execbuffer}: the descriptor of a fence that is to come out by the driver, all else by the caller. */
    static final int EXEC_FLAGS = 0;
    static final int EXEC_SIZE = 4;
    static final int EXEC_COMMAND = 8;
    static final int EXEC_BO_HANDLES = 16;
    static final int EXEC_NUM_BO_HANDLES = 24;
    static final int EXEC_FENCE_FD = 28;
    static final int EXEC_RING_IDX = 32;
    static final int EXEC_NUM_IN_SYNCOBJS = 40;
    static final int EXEC_NUM_OUT_SYNCOBJS = 44;

    private VirtioGpuUapi() {}
}
