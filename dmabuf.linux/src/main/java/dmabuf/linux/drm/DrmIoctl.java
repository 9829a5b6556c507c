package dmabuf.linux.drm;

import dmabuf.linux.Ioctl;
import dmabuf.linux.Posix;

/** The driver-independent requests of {@code drm/drm.h}, with their structs' sizes, and the values that go with them. */
public final class DrmIoctl {

    /** The letter of all DRM requests; those of a driver begin at {@link #COMMAND_BASE}. */
    public static final int TYPE = 'd';
    /** The first request number that belongs to the driver. */
    public static final int COMMAND_BASE = 0x40;

    /** Asks name and version: {@code struct drm_version}; lengths and pointers by the caller, lengths and text by the kernel. */
    public static final long VERSION = Ioctl.iowr(TYPE, 0x00, 64);
    /** Asks a capability: {@code struct drm_get_cap}; u64 capability by the caller, u64 value by the kernel. */
    public static final long GET_CAP = Ioctl.iowr(TYPE, 0x0c, 16);
    /** Gives a handle back: {@code struct drm_gem_close}; u32 handle by the caller. */
    public static final long GEM_CLOSE = Ioctl.iow(TYPE, 0x09, 8);
    /** Exports a handle: {@code struct drm_prime_handle}; u32 handle and u32 flags by the caller, s32 fd by the kernel. */
    public static final long PRIME_HANDLE_TO_FD = Ioctl.iowr(TYPE, 0x2d, 12);
    /** Imports a dma-buf: {@code struct drm_prime_handle}; s32 fd by the caller, u32 handle by the kernel. */
    public static final long PRIME_FD_TO_HANDLE = Ioctl.iowr(TYPE, 0x2e, 12);

    /** The driver makes dumb buffers. Drivers without displays do not say, also when they do. */
    public static final long CAP_DUMB_BUFFER = 0x1;
    /** The driver shares buffers: a mask of {@link #PRIME_CAP_IMPORT} and {@link #PRIME_CAP_EXPORT}. */
    public static final long CAP_PRIME = 0x5;
    /** The driver imports dma-bufs. */
    public static final long PRIME_CAP_IMPORT = 0x1;
    /** The driver exports dma-bufs. */
    public static final long PRIME_CAP_EXPORT = 0x2;

    /** An exported descriptor is closed on exec. */
    public static final int CLOEXEC = Posix.O_CLOEXEC;
    /** An exported dma-buf may be mapped for writing. */
    public static final int RDWR = Posix.O_RDWR;

    private DrmIoctl() {}
}
