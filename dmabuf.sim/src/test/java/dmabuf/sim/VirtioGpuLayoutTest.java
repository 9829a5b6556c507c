package dmabuf.sim;

import dmabuf.linux.CHeader;
import dmabuf.linux.VirtgpuHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The structs and request numbers of virtio-gpu that the simulation reads, against those of Linux. */
class VirtioGpuLayoutTest {

    private final CHeader header = CHeader.of("drm.h").declaring(VirtgpuHeader.DECLARATIONS);

    private void offset(String struct, String field, int ourOffset) {
        header.field("drm_virtgpu_" + struct, field, ourOffset);
    }

    @Test
    void requestsAndConstantsAreThoseOfTheHeader() throws Exception {
        header.number("DRM_IOCTL_VIRTGPU_MAP", VirtioGpuUapi.MAP);
        header.number("DRM_IOCTL_VIRTGPU_EXECBUFFER", VirtioGpuUapi.EXECBUFFER);
        header.number("DRM_IOCTL_VIRTGPU_GETPARAM", VirtioGpuUapi.GETPARAM);
        header.number("DRM_IOCTL_VIRTGPU_RESOURCE_CREATE", VirtioGpuUapi.RESOURCE_CREATE);
        header.number("DRM_IOCTL_VIRTGPU_RESOURCE_INFO", VirtioGpuUapi.RESOURCE_INFO);
        header.number("DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST", VirtioGpuUapi.TRANSFER_FROM_HOST);
        header.number("DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST", VirtioGpuUapi.TRANSFER_TO_HOST);
        header.number("DRM_IOCTL_VIRTGPU_WAIT", VirtioGpuUapi.WAIT);
        header.number("DRM_IOCTL_VIRTGPU_GET_CAPS", VirtioGpuUapi.GET_CAPS);
        header.number("DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB", VirtioGpuUapi.RESOURCE_CREATE_BLOB);
        header.number("DRM_IOCTL_VIRTGPU_CONTEXT_INIT", VirtioGpuUapi.CONTEXT_INIT);
        header.number("VIRTGPU_PARAM_3D_FEATURES", VirtioGpuUapi.PARAM_3D_FEATURES);
        header.number("VIRTGPU_PARAM_CAPSET_QUERY_FIX", VirtioGpuUapi.PARAM_CAPSET_QUERY_FIX);
        header.number("VIRTGPU_PARAM_RESOURCE_BLOB", VirtioGpuUapi.PARAM_RESOURCE_BLOB);
        header.number("VIRTGPU_PARAM_HOST_VISIBLE", VirtioGpuUapi.PARAM_HOST_VISIBLE);
        header.number("VIRTGPU_PARAM_CROSS_DEVICE", VirtioGpuUapi.PARAM_CROSS_DEVICE);
        header.number("VIRTGPU_PARAM_CONTEXT_INIT", VirtioGpuUapi.PARAM_CONTEXT_INIT);
        header.number("VIRTGPU_PARAM_SUPPORTED_CAPSET_IDs", VirtioGpuUapi.PARAM_SUPPORTED_CAPSET_IDS);
        header.number("VIRTGPU_PARAM_EXPLICIT_DEBUG_NAME", VirtioGpuUapi.PARAM_EXPLICIT_DEBUG_NAME);
        header.number("VIRTGPU_BLOB_MEM_GUEST", VirtioGpuUapi.BLOB_MEM_GUEST);
        header.number("VIRTGPU_BLOB_MEM_HOST3D", VirtioGpuUapi.BLOB_MEM_HOST3D);
        header.number("VIRTGPU_BLOB_MEM_HOST3D_GUEST", VirtioGpuUapi.BLOB_MEM_HOST3D_GUEST);
        header.number("VIRTGPU_BLOB_FLAG_USE_MAPPABLE", VirtioGpuUapi.BLOB_FLAG_USE_MAPPABLE);
        header.number("VIRTGPU_BLOB_FLAG_USE_CROSS_DEVICE", VirtioGpuUapi.BLOB_FLAG_USE_CROSS_DEVICE);
        header.number("VIRTGPU_WAIT_NOWAIT", VirtioGpuUapi.WAIT_NOWAIT);
        header.number("VIRTGPU_EXECBUF_FENCE_FD_IN", VirtioGpuUapi.EXECBUF_FENCE_FD_IN);
        header.number("VIRTGPU_EXECBUF_FENCE_FD_OUT", VirtioGpuUapi.EXECBUF_FENCE_FD_OUT);
        header.number("VIRTGPU_EXECBUF_RING_IDX", VirtioGpuUapi.EXECBUF_RING_IDX);
        header.number("VIRTGPU_EXECBUF_FLAGS", VirtioGpuUapi.EXECBUF_FLAGS);
        header.number("VIRTGPU_CONTEXT_PARAM_CAPSET_ID", VirtioGpuUapi.CONTEXT_PARAM_CAPSET_ID);
        header.number("VIRTGPU_CONTEXT_PARAM_NUM_RINGS", VirtioGpuUapi.CONTEXT_PARAM_NUM_RINGS);
        header.number("VIRTGPU_CONTEXT_PARAM_POLL_RINGS_MASK", VirtioGpuUapi.CONTEXT_PARAM_POLL_RINGS_MASK);
        header.number("VIRTGPU_CONTEXT_PARAM_DEBUG_NAME", VirtioGpuUapi.CONTEXT_PARAM_DEBUG_NAME);
        header.assertAsInC();
    }

    @Test
    void resourcesAreThoseOfTheHeader() throws Exception {
        offset("map", "offset", VirtioGpuUapi.MAP_OFFSET);
        offset("map", "handle", VirtioGpuUapi.MAP_HANDLE);
        offset("getparam", "param", VirtioGpuUapi.PARAM);
        offset("getparam", "value", VirtioGpuUapi.PARAM_VALUE);
        offset("resource_create", "target", VirtioGpuUapi.CREATE_TARGET);
        offset("resource_create", "depth", VirtioGpuUapi.CREATE_DEPTH);
        offset("resource_create", "array_size", VirtioGpuUapi.CREATE_ARRAY_SIZE);
        offset("resource_create", "last_level", VirtioGpuUapi.CREATE_LAST_LEVEL);
        offset("resource_create", "nr_samples", VirtioGpuUapi.CREATE_NR_SAMPLES);
        offset("resource_create", "bo_handle", VirtioGpuUapi.CREATE_BO_HANDLE);
        offset("resource_create", "res_handle", VirtioGpuUapi.CREATE_RES_HANDLE);
        offset("resource_create", "size", VirtioGpuUapi.CREATE_SIZE);
        offset("resource_info", "bo_handle", VirtioGpuUapi.INFO_BO_HANDLE);
        offset("resource_info", "res_handle", VirtioGpuUapi.INFO_RES_HANDLE);
        offset("resource_info", "size", VirtioGpuUapi.INFO_SIZE);
        offset("resource_info", "blob_mem", VirtioGpuUapi.INFO_BLOB_MEM);
        offset("resource_create_blob", "blob_mem", VirtioGpuUapi.BLOB_MEM);
        offset("resource_create_blob", "blob_flags", VirtioGpuUapi.BLOB_FLAGS_FIELD);
        offset("resource_create_blob", "bo_handle", VirtioGpuUapi.BLOB_BO_HANDLE);
        offset("resource_create_blob", "res_handle", VirtioGpuUapi.BLOB_RES_HANDLE);
        offset("resource_create_blob", "size", VirtioGpuUapi.BLOB_SIZE);
        offset("resource_create_blob", "cmd_size", VirtioGpuUapi.BLOB_CMD_SIZE);
        offset("resource_create_blob", "cmd", VirtioGpuUapi.BLOB_CMD);
        offset("resource_create_blob", "blob_id", VirtioGpuUapi.BLOB_ID);
        header.assertAsInC();
    }

    @Test
    void transfersAndContextsAreThoseOfTheHeader() throws Exception {
        for (String transfer : List.of("3d_transfer_to_host", "3d_transfer_from_host")) {
            offset(transfer, "bo_handle", VirtioGpuUapi.TRANSFER_BO_HANDLE);
            offset(transfer, "stride", VirtioGpuUapi.TRANSFER_STRIDE);
            offset(transfer, "layer_stride", VirtioGpuUapi.TRANSFER_LAYER_STRIDE);
        }
        offset("3d_wait", "handle", VirtioGpuUapi.WAIT_HANDLE);
        offset("3d_wait", "flags", VirtioGpuUapi.WAIT_FLAGS);
        offset("get_caps", "cap_set_id", VirtioGpuUapi.CAPS_SET_ID);
        offset("get_caps", "cap_set_ver", VirtioGpuUapi.CAPS_SET_VERSION);
        offset("get_caps", "addr", VirtioGpuUapi.CAPS_ADDRESS);
        offset("get_caps", "size", VirtioGpuUapi.CAPS_SIZE);
        offset("context_init", "num_params", VirtioGpuUapi.INIT_NUM_PARAMS);
        offset("context_init", "ctx_set_params", VirtioGpuUapi.INIT_PARAMS);
        header.size("drm_virtgpu_context_set_param", VirtioGpuUapi.SET_PARAM_SIZE);
        offset("context_set_param", "param", VirtioGpuUapi.SET_PARAM);
        offset("context_set_param", "value", VirtioGpuUapi.SET_PARAM_VALUE);
        offset("execbuffer", "flags", VirtioGpuUapi.EXEC_FLAGS);
        offset("execbuffer", "size", VirtioGpuUapi.EXEC_SIZE);
        offset("execbuffer", "command", VirtioGpuUapi.EXEC_COMMAND);
        offset("execbuffer", "bo_handles", VirtioGpuUapi.EXEC_BO_HANDLES);
        offset("execbuffer", "num_bo_handles", VirtioGpuUapi.EXEC_NUM_BO_HANDLES);
        offset("execbuffer", "fence_fd", VirtioGpuUapi.EXEC_FENCE_FD);
        offset("execbuffer", "ring_idx", VirtioGpuUapi.EXEC_RING_IDX);
        offset("execbuffer", "num_in_syncobjs", VirtioGpuUapi.EXEC_NUM_IN_SYNCOBJS);
        offset("execbuffer", "num_out_syncobjs", VirtioGpuUapi.EXEC_NUM_OUT_SYNCOBJS);
        header.assertAsInC();
    }
}
