package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The declarations that the layout tests of virtio-gpu go by, against the system's header where that has them. */
class VirtgpuHeaderTest {

    /** What has not changed since the oldest header that is about. */
    private static final List<String> OLD = List.of(
            "DRM_IOCTL_VIRTGPU_MAP", "DRM_IOCTL_VIRTGPU_GETPARAM", "DRM_IOCTL_VIRTGPU_RESOURCE_CREATE",
            "DRM_IOCTL_VIRTGPU_RESOURCE_INFO", "DRM_IOCTL_VIRTGPU_WAIT", "DRM_IOCTL_VIRTGPU_GET_CAPS",
            "offsetof(struct drm_virtgpu_map, handle)", "offsetof(struct drm_virtgpu_getparam, value)",
            "offsetof(struct drm_virtgpu_resource_create, bo_handle)", "offsetof(struct drm_virtgpu_resource_create, size)",
            "offsetof(struct drm_virtgpu_resource_info, size)", "offsetof(struct drm_virtgpu_3d_transfer_to_host, offset)",
            "offsetof(struct drm_virtgpu_3d_wait, flags)", "offsetof(struct drm_virtgpu_get_caps, addr)",
            "offsetof(struct drm_virtgpu_execbuffer, fence_fd)", "VIRTGPU_PARAM_3D_FEATURES", "VIRTGPU_PARAM_CAPSET_QUERY_FIX",
            "VIRTGPU_WAIT_NOWAIT", "VIRTGPU_EXECBUF_FENCE_FD_IN", "VIRTGPU_EXECBUF_FENCE_FD_OUT");

    /** What the tables of Linux 6.12 say of the rest. */
    @Test
    void youngerRequestsHaveTheNumbersOfLinux() throws Exception {
        CHeader header = CHeader.of("drm.h").declaring(VirtgpuHeader.DECLARATIONS);
        header.number("DRM_IOCTL_VIRTGPU_EXECBUFFER", 0xc0406442L);
        header.number("DRM_IOCTL_VIRTGPU_TRANSFER_FROM_HOST", 0xc02c6446L);
        header.number("DRM_IOCTL_VIRTGPU_TRANSFER_TO_HOST", 0xc02c6447L);
        header.number("DRM_IOCTL_VIRTGPU_RESOURCE_CREATE_BLOB", 0xc030644aL);
        header.number("DRM_IOCTL_VIRTGPU_CONTEXT_INIT", 0xc010644bL);
        header.assertAsInC();
    }

    @Test
    void declarationsAreThoseOfTheSystem() throws Exception {
        assertEquals(
                CLayout.evaluate(List.of("drm.h", "virtgpu_drm.h"), OLD),
                CLayout.evaluate(List.of("drm.h"), VirtgpuHeader.DECLARATIONS, OLD));
    }
}
