package dmabuf.sim;

import dmabuf.linux.Ioctl;
import dmabuf.linux.Posix;

/** {@code drm/drm.h} and {@code drm/drm_mode.h} as the kernel reads and fills them. */
final class DrmUapi {

    static final int TYPE = 'd';
    /** Where the numbers of a driver's own requests begin and end. */
    static final int COMMAND_BASE = 0x40;
    static final int COMMAND_END = 0xa0;

    static final long VERSION = Ioctl.iowr(TYPE, 0x00, 64);
    static final long GEM_CLOSE = Ioctl.iow(TYPE, 0x09, 8);
    static final long GET_CAP = Ioctl.iowr(TYPE, 0x0c, 16);
    static final long PRIME_HANDLE_TO_FD = Ioctl.iowr(TYPE, 0x2d, 12);
    static final long PRIME_FD_TO_HANDLE = Ioctl.iowr(TYPE, 0x2e, 12);
    static final long MODE_CREATE_DUMB = Ioctl.iowr(TYPE, 0xb2, 32);
    static final long MODE_MAP_DUMB = Ioctl.iowr(TYPE, 0xb3, 16);
    static final long MODE_DESTROY_DUMB = Ioctl.iowr(TYPE, 0xb4, 4);

    static final int CLOEXEC = Posix.O_CLOEXEC;
    static final int RDWR = Posix.O_RDWR;

    static final long CAP_DUMB_BUFFER = 0x1;
    static final long CAP_VBLANK_HIGH_CRTC = 0x2;
    static final long CAP_DUMB_PREFERRED_DEPTH = 0x3;
    static final long CAP_DUMB_PREFER_SHADOW = 0x4;
    static final long CAP_PRIME = 0x5;
    static final long CAP_TIMESTAMP_MONOTONIC = 0x6;
    static final long CAP_ASYNC_PAGE_FLIP = 0x7;
    static final long CAP_CURSOR_WIDTH = 0x8;
    static final long CAP_CURSOR_HEIGHT = 0x9;
    static final long CAP_ADDFB2_MODIFIERS = 0x10;
    static final long CAP_PAGE_FLIP_TARGET = 0x11;
    static final long CAP_CRTC_IN_VBLANK_EVENT = 0x12;
    static final long CAP_SYNCOBJ = 0x13;
    static final long CAP_SYNCOBJ_TIMELINE = 0x14;
    static final long CAP_ATOMIC_ASYNC_PAGE_FLIP = 0x15;
    static final long PRIME_CAP_IMPORT = 0x1;
    static final long PRIME_CAP_EXPORT = 0x2;

    /** {@code struct drm_version}: lengths and pointers by the caller, numbers, lengths and text by the kernel. */
    static final int VERSION_MAJOR = 0;
    static final int VERSION_MINOR = 4;
    static final int VERSION_PATCHLEVEL = 8;
    static final int VERSION_NAME_LENGTH = 16;
    static final int VERSION_DATE_LENGTH = 32;
    static final int VERSION_DESCRIPTION_LENGTH = 48;
    /** Where the pointer lies behind its length. */
    static final int VERSION_POINTER = 8;

    /** {@code struct drm_get_cap}: the capability by the caller, its value by the kernel. */
    static final int CAP_CAPABILITY = 0;
    static final int CAP_VALUE = 8;

    /** {@code struct drm_gem_close}, {@code struct drm_mode_destroy_dumb}, {@code struct drm_mode_map_dumb} and PRIME begin with it. */
    static final int HANDLE = 0;

    /** {@code struct drm_prime_handle}: the handle and the flags, or the descriptor, by the caller; the other one by the kernel. */
    static final int PRIME_FLAGS = 4;
    static final int PRIME_FD = 8;

    /** {@code struct drm_mode_create_dumb}: height, width and bits per pixel by the caller, handle, pitch and size by the kernel. */
    static final int DUMB_HEIGHT = 0;
    static final int DUMB_WIDTH = 4;
    static final int DUMB_BPP = 8;
    static final int DUMB_HANDLE = 16;
    static final int DUMB_PITCH = 20;
    static final int DUMB_SIZE = 24;

    /** {@code struct drm_mode_map_dumb}: the handle by the caller, the offset by the kernel. */
    static final int MAP_OFFSET = 8;

    private DrmUapi() {}
}
