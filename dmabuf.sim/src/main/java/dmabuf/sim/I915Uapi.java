package dmabuf.sim;

import dmabuf.linux.Ioctl;

/** {@code drm/i915_drm.h} as the driver reads and fills it: request numbers, offsets within structs, values. */
final class I915Uapi {

    private static final int TYPE = 'd';

    static final long GETPARAM = Ioctl.iowr(TYPE, 0x46, 16);
    static final long GEM_BUSY = Ioctl.iowr(TYPE, 0x57, 8);
    static final long GEM_CREATE = Ioctl.iowr(TYPE, 0x5b, 16);
    static final long GEM_PREAD = Ioctl.iow(TYPE, 0x5c, 32);
    static final long GEM_PWRITE = Ioctl.iow(TYPE, 0x5d, 32);
    static final long GEM_MMAP = Ioctl.iowr(TYPE, 0x5e, 40);
    static final long GEM_SET_DOMAIN = Ioctl.iow(TYPE, 0x5f, 12);
    static final long GEM_SW_FINISH = Ioctl.iow(TYPE, 0x60, 4);
    static final long GEM_SET_TILING = Ioctl.iowr(TYPE, 0x61, 16);
    static final long GEM_GET_TILING = Ioctl.iowr(TYPE, 0x62, 16);
    /** Shares its number with GEM_MMAP_GTT, whose struct is the first half of this one. */
    static final long GEM_MMAP_OFFSET = Ioctl.iowr(TYPE, 0x64, 32);
    static final long GEM_WAIT = Ioctl.iowr(TYPE, 0x6c, 16);
    static final long GEM_SET_CACHING = Ioctl.iow(TYPE, 0x6f, 8);
    static final long GEM_GET_CACHING = Ioctl.iowr(TYPE, 0x70, 8);
    static final long QUERY = Ioctl.iowr(TYPE, 0x79, 16);
    static final long GEM_CREATE_EXT = Ioctl.iowr(TYPE, 0x7c, 24);
    /** The last request that the driver has; numbers behind it are unknown. */
    static final int LAST = 0x7c;

    /** {@code struct drm_i915_getparam}: a signed parameter and a pointer to an int, both by the caller. */
    static final int PARAM = 0;
    static final int PARAM_VALUE = 8;

    /** {@code struct drm_i915_gem_create} and {@code _ext}: the size by both, the handle by the kernel, the rest by the caller. */
    static final int CREATE_SIZE = 0;
    static final int CREATE_HANDLE = 8;
    static final int CREATE_FLAGS = 12;
    static final int CREATE_EXTENSIONS = 16;
    static final int CREATE_NEEDS_CPU_ACCESS = 1;

    /** {@code struct i915_user_extension}, all by the caller. */
    static final int EXTENSION_SIZE = 32;
    static final int EXTENSION_NEXT = 0;
    static final int EXTENSION_NAME = 8;
    static final int EXTENSION_FLAGS = 12;
    static final int EXTENSION_RESERVED = 16;

    /** {@code struct drm_i915_gem_create_ext_memory_regions} and its list of {@code drm_i915_gem_memory_class_instance}. */
    static final int EXT_MEMORY_REGIONS = 0;
    static final int EXT_REGIONS_SIZE = 48;
    static final int EXT_REGIONS_PAD = 32;
    static final int EXT_REGIONS_COUNT = 36;
    static final int EXT_REGIONS_LIST = 40;
    static final int REGION_SIZE = 4;
    static final int REGION_CLASS = 0;
    static final int REGION_INSTANCE = 2;

    /** {@code struct drm_i915_gem_create_ext_protected_content}. */
    static final int EXT_PROTECTED_CONTENT = 1;
    static final int EXT_PROTECTED_SIZE = 40;
    static final int EXT_PROTECTED_FLAGS = 32;

    /** {@code struct drm_i915_gem_create_ext_set_pat}. */
    static final int EXT_SET_PAT = 2;
    static final int EXT_PAT_SIZE = 40;
    static final int EXT_PAT_INDEX = 32;

    /** {@code struct drm_i915_gem_pread} and {@code _pwrite}, all by the caller. */
    static final int TRANSFER_OFFSET = 8;
    static final int TRANSFER_SIZE = 16;
    static final int TRANSFER_POINTER = 24;

    /** {@code struct drm_i915_gem_mmap}: the address by the kernel, the rest by the caller. */
    static final int MMAP_OFFSET = 8;
    static final int MMAP_SIZE = 16;
    static final int MMAP_ADDRESS = 24;
    static final int MMAP_FLAGS = 32;
    static final long MMAP_WC = 1;

    /** {@code struct drm_i915_gem_mmap_offset}: the offset by the kernel, the rest by the caller. */
    static final int FAKE_OFFSET = 8;
    static final int FAKE_FLAGS = 16;
    static final int FAKE_EXTENSIONS = 24;

    /** {@code struct drm_i915_gem_set_domain}, all by the caller. */
    static final int DOMAIN_READ = 4;
    static final int DOMAIN_WRITE = 8;
    static final int DOMAIN_CPU = 0x1;
    static final int DOMAIN_GTT = 0x40;
    static final int DOMAIN_WC = 0x80;
    /** RENDER, SAMPLER, COMMAND, INSTRUCTION and VERTEX, which are the GPU's own. */
    static final int DOMAINS_OF_GPU = 0x3e;

    /** {@code struct drm_i915_gem_busy}: the engines by the kernel. */
    static final int BUSY = 4;

    /** {@code struct drm_i915_gem_wait}: flags by the caller, the time by both. */
    static final int WAIT_FLAGS = 4;
    static final int WAIT_TIMEOUT = 8;

    /** {@code struct drm_i915_gem_caching}. */
    static final int CACHING = 4;
    static final int CACHING_NONE = 0;
    static final int CACHING_CACHED = 1;
    static final int CACHING_DISPLAY = 2;

    /** {@code struct drm_i915_gem_set_tiling}, and {@code _get_tiling}, which has no stride. */
    static final int TILING_MODE = 4;
    static final int SET_TILING_STRIDE = 8;
    static final int SET_TILING_SWIZZLE = 12;
    static final int GET_TILING_SWIZZLE = 8;
    static final int GET_TILING_PHYSICAL = 12;
    static final int TILING_NONE = 0;
    static final int TILING_X = 1;
    static final int TILING_Y = 2;

    /** {@code struct drm_i915_query} and {@code drm_i915_query_item}: the length of an item by both, the rest by the caller. */
    static final int QUERY_COUNT = 0;
    static final int QUERY_FLAGS = 4;
    static final int QUERY_ITEMS = 8;
    static final int ITEM_SIZE = 24;
    static final int ITEM_ID = 0;
    static final int ITEM_LENGTH = 8;
    static final int ITEM_FLAGS = 12;
    static final int ITEM_DATA = 16;
    static final long QUERY_MEMORY_REGIONS = 4;
    static final long LAST_QUERY = 7;

    /** {@code struct drm_i915_query_memory_regions}, to be zero in the caller's memory, and {@code drm_i915_memory_region_info}. */
    static final int REGIONS_HEAD = 16;
    static final int REGIONS_COUNT = 0;
    static final int INFO_SIZE = 88;
    static final int INFO_PROBED = 8;
    static final int INFO_UNALLOCATED = 16;
    static final int INFO_PROBED_VISIBLE = 24;
    static final int INFO_UNALLOCATED_VISIBLE = 32;

    private I915Uapi() {}
}
