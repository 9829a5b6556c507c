package dmabuf.sim;

import dmabuf.fd.Errno;

/** {@code drm_getcap}: what a device says that it can do. */
final class DrmCapabilities {

    private DrmCapabilities() {}

    /** The value of a capability: EINVAL when nobody knows it, EOPNOTSUPP when only displays have it and this is none. */
    static long of(DrmDriver driver, long capability) {
        if (capability == DrmUapi.CAP_TIMESTAMP_MONOTONIC) {
            return 1;
        }
        if (capability == DrmUapi.CAP_PRIME) {
            return DrmUapi.PRIME_CAP_IMPORT | DrmUapi.PRIME_CAP_EXPORT;
        }
        if (capability == DrmUapi.CAP_SYNCOBJ || capability == DrmUapi.CAP_SYNCOBJ_TIMELINE) {
            return driver.hasSyncObjects() ? 1 : 0;
        }
        if (!driver.isDisplay()) {
            throw new KernelError(Errno.EOPNOTSUPP);
        }
        if (capability == DrmUapi.CAP_DUMB_PREFERRED_DEPTH) {
            return driver.preferredDepth();
        }
        if (capability == DrmUapi.CAP_CURSOR_WIDTH || capability == DrmUapi.CAP_CURSOR_HEIGHT) {
            return driver.cursorSize();
        }
        if (capability == DrmUapi.CAP_ADDFB2_MODIFIERS) {
            return driver.hasModifiers() ? 1 : 0;
        }
        if (capability == DrmUapi.CAP_DUMB_PREFER_SHADOW) {
            return driver.prefersShadow() ? 1 : 0;
        }
        if (capability == DrmUapi.CAP_ASYNC_PAGE_FLIP || capability == DrmUapi.CAP_ATOMIC_ASYNC_PAGE_FLIP) {
            return driver.hasAsyncFlips() ? 1 : 0;
        }
        boolean absent = capability == DrmUapi.CAP_PAGE_FLIP_TARGET;
        boolean present = capability == DrmUapi.CAP_DUMB_BUFFER
                || capability == DrmUapi.CAP_VBLANK_HIGH_CRTC
                || capability == DrmUapi.CAP_CRTC_IN_VBLANK_EVENT;
        if (!absent && !present) {
            throw new KernelError(Errno.EINVAL);
        }
        return present ? 1 : 0;
    }
}
