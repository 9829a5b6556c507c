package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.drm.DrmIoctl;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The driver-independent DRM requests and structs, against the headers of libdrm. */
class DrmLayoutTest {

    @Test
    void requestsAndValuesAreThoseOfTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("DRM_IOCTL_VERSION", DrmIoctl.VERSION);
        ours.put("DRM_IOCTL_GET_CAP", DrmIoctl.GET_CAP);
        ours.put("DRM_IOCTL_GEM_CLOSE", DrmIoctl.GEM_CLOSE);
        ours.put("DRM_IOCTL_PRIME_HANDLE_TO_FD", DrmIoctl.PRIME_HANDLE_TO_FD);
        ours.put("DRM_IOCTL_PRIME_FD_TO_HANDLE", DrmIoctl.PRIME_FD_TO_HANDLE);
        ours.put("DRM_IOCTL_BASE", (long) DrmIoctl.TYPE);
        ours.put("DRM_COMMAND_BASE", (long) DrmIoctl.COMMAND_BASE);
        ours.put("DRM_CAP_DUMB_BUFFER", DrmIoctl.CAP_DUMB_BUFFER);
        ours.put("DRM_CAP_PRIME", DrmIoctl.CAP_PRIME);
        ours.put("DRM_PRIME_CAP_IMPORT", DrmIoctl.PRIME_CAP_IMPORT);
        ours.put("DRM_PRIME_CAP_EXPORT", DrmIoctl.PRIME_CAP_EXPORT);
        ours.put("DRM_CLOEXEC", (long) DrmIoctl.CLOEXEC);
        ours.put("DRM_RDWR", (long) DrmIoctl.RDWR);

        assertEquals(ours, CLayout.evaluate(List.of("fcntl.h", "drm.h"), List.copyOf(ours.keySet())));
    }

    @Test
    void structsAreThoseOfTheHeaders() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        Map<String, Long> c = CLayout.evaluate(
                List.of("drm.h"),
                List.of("sizeof(struct drm_version)", "offsetof(struct drm_version, name_len)", "offsetof(struct drm_version, name)",
                        "offsetof(struct drm_get_cap, value)", "sizeof(struct drm_prime_handle)",
                        "offsetof(struct drm_prime_handle, flags)", "offsetof(struct drm_prime_handle, fd)",
                        "offsetof(struct drm_gem_close, handle)"));

        assertEquals(List.of(64L, 16L, 24L, 8L, 12L, 4L, 8L, 0L), List.copyOf(c.values()));
    }
}
