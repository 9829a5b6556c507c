package dmabuf.linux;

import dmabuf.linux.drm.DrmIoctl;
import org.junit.jupiter.api.Test;

/** The driver-independent DRM requests and structs, against the headers of libdrm. */
class DrmLayoutTest {

    @Test
    void requestsAndValuesAreThoseOfTheHeaders() throws Exception {
        CHeader header = CHeader.of("fcntl.h", "drm.h");
        header.number("DRM_IOCTL_VERSION", DrmIoctl.VERSION);
        header.number("DRM_IOCTL_GET_CAP", DrmIoctl.GET_CAP);
        header.number("DRM_IOCTL_GEM_CLOSE", DrmIoctl.GEM_CLOSE);
        header.number("DRM_IOCTL_PRIME_HANDLE_TO_FD", DrmIoctl.PRIME_HANDLE_TO_FD);
        header.number("DRM_IOCTL_PRIME_FD_TO_HANDLE", DrmIoctl.PRIME_FD_TO_HANDLE);
        header.number("DRM_IOCTL_BASE", DrmIoctl.TYPE);
        header.number("DRM_COMMAND_BASE", DrmIoctl.COMMAND_BASE);
        header.number("DRM_CAP_DUMB_BUFFER", DrmIoctl.CAP_DUMB_BUFFER);
        header.number("DRM_CAP_PRIME", DrmIoctl.CAP_PRIME);
        header.number("DRM_PRIME_CAP_IMPORT", DrmIoctl.PRIME_CAP_IMPORT);
        header.number("DRM_PRIME_CAP_EXPORT", DrmIoctl.PRIME_CAP_EXPORT);
        header.number("DRM_CLOEXEC", DrmIoctl.CLOEXEC);
        header.number("DRM_RDWR", DrmIoctl.RDWR);

        header.assertAsInC();
    }

    @Test
    void structsAreThoseOfTheHeaders() throws Exception {
        CHeader header = CHeader.of("drm.h");
        header.size("drm_version", 64);
        header.field("drm_version", "name_len", 16);
        header.field("drm_version", "name", 24);
        header.field("drm_get_cap", "value", 8);
        header.size("drm_prime_handle", 12);
        header.field("drm_prime_handle", "flags", 4);
        header.field("drm_prime_handle", "fd", 8);
        header.field("drm_gem_close", "handle", 0);
        header.assertAsInC();
    }
}
