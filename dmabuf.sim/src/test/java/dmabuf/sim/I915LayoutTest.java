package dmabuf.sim;

import dmabuf.linux.CHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The structs and request numbers of i915 that the simulation reads, against the system's headers. */
class I915LayoutTest {

    private final CHeader header = CHeader.of("drm.h", "i915_drm.h");

    @Test
    void requestsAreThoseOfTheHeader() throws Exception {
        header.number("DRM_IOCTL_I915_GETPARAM", I915Uapi.GETPARAM);
        header.number("DRM_IOCTL_I915_GEM_BUSY", I915Uapi.GEM_BUSY);
        header.number("DRM_IOCTL_I915_GEM_CREATE", I915Uapi.GEM_CREATE);
        header.number("DRM_IOCTL_I915_GEM_CREATE_EXT", I915Uapi.GEM_CREATE_EXT);
        header.number("DRM_IOCTL_I915_GEM_PREAD", I915Uapi.GEM_PREAD);
        header.number("DRM_IOCTL_I915_GEM_PWRITE", I915Uapi.GEM_PWRITE);
        header.number("DRM_IOCTL_I915_GEM_MMAP", I915Uapi.GEM_MMAP);
        header.number("DRM_IOCTL_I915_GEM_MMAP_OFFSET", I915Uapi.GEM_MMAP_OFFSET);
        header.number("DRM_IOCTL_I915_GEM_SET_DOMAIN", I915Uapi.GEM_SET_DOMAIN);
        header.number("DRM_IOCTL_I915_GEM_SW_FINISH", I915Uapi.GEM_SW_FINISH);
        header.number("DRM_IOCTL_I915_GEM_SET_TILING", I915Uapi.GEM_SET_TILING);
        header.number("DRM_IOCTL_I915_GEM_GET_TILING", I915Uapi.GEM_GET_TILING);
        header.number("DRM_IOCTL_I915_GEM_WAIT", I915Uapi.GEM_WAIT);
        header.number("DRM_IOCTL_I915_GEM_SET_CACHING", I915Uapi.GEM_SET_CACHING);
        header.number("DRM_IOCTL_I915_GEM_GET_CACHING", I915Uapi.GEM_GET_CACHING);
        header.number("DRM_IOCTL_I915_QUERY", I915Uapi.QUERY);
        header.number("DRM_COMMAND_BASE + DRM_I915_GEM_CREATE_EXT", I915Uapi.LAST);
        header.assertAsInC();
    }

    @Test
    void constantsAreThoseOfTheHeader() throws Exception {
        header.number("I915_GEM_CREATE_EXT_MEMORY_REGIONS", I915Uapi.EXT_MEMORY_REGIONS);
        header.number("I915_GEM_CREATE_EXT_PROTECTED_CONTENT", I915Uapi.EXT_PROTECTED_CONTENT);
        header.number("I915_MEMORY_CLASS_SYSTEM", I915Region.SYSTEM.memoryClass());
        header.number("I915_MEMORY_CLASS_DEVICE", I915Region.DEVICE.memoryClass());
        header.number("I915_MMAP_WC", I915Uapi.MMAP_WC);
        header.number("I915_MMAP_OFFSET_GTT", I915MmapMode.GTT.ordinal());
        header.number("I915_MMAP_OFFSET_WC", I915MmapMode.WC.ordinal());
        header.number("I915_MMAP_OFFSET_WB", I915MmapMode.WB.ordinal());
        header.number("I915_MMAP_OFFSET_UC", I915MmapMode.UC.ordinal());
        header.number("I915_MMAP_OFFSET_FIXED", I915MmapMode.FIXED.ordinal());
        header.number("I915_GEM_DOMAIN_CPU", I915Uapi.DOMAIN_CPU);
        header.number("I915_GEM_DOMAIN_GTT", I915Uapi.DOMAIN_GTT);
        header.number("I915_GEM_DOMAIN_WC", I915Uapi.DOMAIN_WC);
        header.number("I915_GEM_DOMAIN_RENDER | I915_GEM_DOMAIN_SAMPLER | I915_GEM_DOMAIN_COMMAND | I915_GEM_DOMAIN_INSTRUCTION"
                + " | I915_GEM_DOMAIN_VERTEX", I915Uapi.DOMAINS_OF_GPU);
        header.number("I915_CACHING_NONE", I915Uapi.CACHING_NONE);
        header.number("I915_CACHING_CACHED", I915Uapi.CACHING_CACHED);
        header.number("I915_CACHING_DISPLAY", I915Uapi.CACHING_DISPLAY);
        header.number("I915_TILING_NONE", I915Uapi.TILING_NONE);
        header.number("I915_TILING_X", I915Uapi.TILING_X);
        header.number("I915_TILING_Y", I915Uapi.TILING_Y);
        header.number("DRM_I915_QUERY_MEMORY_REGIONS", I915Uapi.QUERY_MEMORY_REGIONS);
        header.assertAsInC();
    }

    @Test
    void structsOfMemoryAreThoseOfTheHeader() throws Exception {
        header.field("drm_i915_gem_create", "size", I915Uapi.CREATE_SIZE);
        header.field("drm_i915_gem_create", "handle", I915Uapi.CREATE_HANDLE);
        header.field("drm_i915_gem_create_ext", "size", I915Uapi.CREATE_SIZE);
        header.field("drm_i915_gem_create_ext", "handle", I915Uapi.CREATE_HANDLE);
        header.field("drm_i915_gem_create_ext", "flags", I915Uapi.CREATE_FLAGS);
        header.field("drm_i915_gem_create_ext", "extensions", I915Uapi.CREATE_EXTENSIONS);
        header.size("i915_user_extension", I915Uapi.EXTENSION_SIZE);
        header.field("i915_user_extension", "next_extension", I915Uapi.EXTENSION_NEXT);
        header.field("i915_user_extension", "name", I915Uapi.EXTENSION_NAME);
        header.field("i915_user_extension", "flags", I915Uapi.EXTENSION_FLAGS);
        header.field("i915_user_extension", "rsvd", I915Uapi.EXTENSION_RESERVED);
        header.size("drm_i915_gem_create_ext_memory_regions", I915Uapi.EXT_REGIONS_SIZE);
        header.field("drm_i915_gem_create_ext_memory_regions", "pad", I915Uapi.EXT_REGIONS_PAD);
        header.field("drm_i915_gem_create_ext_memory_regions", "num_regions", I915Uapi.EXT_REGIONS_COUNT);
        header.field("drm_i915_gem_create_ext_memory_regions", "regions", I915Uapi.EXT_REGIONS_LIST);
        header.size("drm_i915_gem_memory_class_instance", I915Uapi.REGION_SIZE);
        header.field("drm_i915_gem_memory_class_instance", "memory_class", I915Uapi.REGION_CLASS);
        header.field("drm_i915_gem_memory_class_instance", "memory_instance", I915Uapi.REGION_INSTANCE);
        header.size("drm_i915_gem_create_ext_protected_content", I915Uapi.EXT_PROTECTED_SIZE);
        header.field("drm_i915_gem_create_ext_protected_content", "flags", I915Uapi.EXT_PROTECTED_FLAGS);
        for (String transfer : List.of("drm_i915_gem_pread", "drm_i915_gem_pwrite")) {
            header.field(transfer, "handle", DrmUapi.HANDLE);
            header.field(transfer, "offset", I915Uapi.TRANSFER_OFFSET);
            header.field(transfer, "size", I915Uapi.TRANSFER_SIZE);
            header.field(transfer, "data_ptr", I915Uapi.TRANSFER_POINTER);
        }
        header.field("drm_i915_gem_mmap", "handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_mmap", "offset", I915Uapi.MMAP_OFFSET);
        header.field("drm_i915_gem_mmap", "size", I915Uapi.MMAP_SIZE);
        header.field("drm_i915_gem_mmap", "addr_ptr", I915Uapi.MMAP_ADDRESS);
        header.field("drm_i915_gem_mmap", "flags", I915Uapi.MMAP_FLAGS);
        header.field("drm_i915_gem_mmap_offset", "handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_mmap_offset", "offset", I915Uapi.FAKE_OFFSET);
        header.field("drm_i915_gem_mmap_offset", "flags", I915Uapi.FAKE_FLAGS);
        header.field("drm_i915_gem_mmap_offset", "extensions", I915Uapi.FAKE_EXTENSIONS);
        header.assertAsInC();
    }

    @Test
    void structsOfStateAreThoseOfTheHeader() throws Exception {
        header.field("drm_i915_getparam", "param", I915Uapi.PARAM);
        header.field("drm_i915_getparam", "value", I915Uapi.PARAM_VALUE);
        header.field("drm_i915_gem_set_domain", "handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_set_domain", "read_domains", I915Uapi.DOMAIN_READ);
        header.field("drm_i915_gem_set_domain", "write_domain", I915Uapi.DOMAIN_WRITE);
        header.field("drm_i915_gem_sw_finish", "handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_busy", "handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_busy", "busy", I915Uapi.BUSY);
        header.field("drm_i915_gem_wait", "bo_handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_wait", "flags", I915Uapi.WAIT_FLAGS);
        header.field("drm_i915_gem_wait", "timeout_ns", I915Uapi.WAIT_TIMEOUT);
        header.field("drm_i915_gem_caching", "handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_caching", "caching", I915Uapi.CACHING);
        header.field("drm_i915_gem_set_tiling", "handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_set_tiling", "tiling_mode", I915Uapi.TILING_MODE);
        header.field("drm_i915_gem_set_tiling", "stride", I915Uapi.SET_TILING_STRIDE);
        header.field("drm_i915_gem_set_tiling", "swizzle_mode", I915Uapi.SET_TILING_SWIZZLE);
        header.field("drm_i915_gem_get_tiling", "handle", DrmUapi.HANDLE);
        header.field("drm_i915_gem_get_tiling", "tiling_mode", I915Uapi.TILING_MODE);
        header.field("drm_i915_gem_get_tiling", "swizzle_mode", I915Uapi.GET_TILING_SWIZZLE);
        header.field("drm_i915_gem_get_tiling", "phys_swizzle_mode", I915Uapi.GET_TILING_PHYSICAL);
        header.assertAsInC();
    }

    @Test
    void structsOfQueriesAreThoseOfTheHeader() throws Exception {
        header.field("drm_i915_query", "num_items", I915Uapi.QUERY_COUNT);
        header.field("drm_i915_query", "flags", I915Uapi.QUERY_FLAGS);
        header.field("drm_i915_query", "items_ptr", I915Uapi.QUERY_ITEMS);
        header.size("drm_i915_query_item", I915Uapi.ITEM_SIZE);
        header.field("drm_i915_query_item", "query_id", I915Uapi.ITEM_ID);
        header.field("drm_i915_query_item", "length", I915Uapi.ITEM_LENGTH);
        header.field("drm_i915_query_item", "flags", I915Uapi.ITEM_FLAGS);
        header.field("drm_i915_query_item", "data_ptr", I915Uapi.ITEM_DATA);
        header.size("drm_i915_query_memory_regions", I915Uapi.REGIONS_HEAD);
        header.field("drm_i915_query_memory_regions", "num_regions", I915Uapi.REGIONS_COUNT);
        header.field("drm_i915_query_memory_regions", "regions", I915Uapi.REGIONS_HEAD);
        header.size("drm_i915_memory_region_info", I915Uapi.INFO_SIZE);
        header.field("drm_i915_memory_region_info", "region", 0);
        header.field("drm_i915_memory_region_info", "probed_size", I915Uapi.INFO_PROBED);
        header.field("drm_i915_memory_region_info", "unallocated_size", I915Uapi.INFO_UNALLOCATED);
        header.field("drm_i915_memory_region_info", "probed_cpu_visible_size", I915Uapi.INFO_PROBED_VISIBLE);
        header.field("drm_i915_memory_region_info", "unallocated_cpu_visible_size", I915Uapi.INFO_UNALLOCATED_VISIBLE);
        header.assertAsInC();
    }
}
