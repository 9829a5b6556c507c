package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The structs and request numbers of i915 that the simulation reads, against the system's headers. */
class I915LayoutTest {

    private final Map<String, Long> ours = new LinkedHashMap<>();

    @BeforeEach
    void needsACompiler() {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
    }

    private void number(String name, long value) {
        ours.put(name, value);
    }

    private void size(String struct, long size) {
        ours.put("sizeof(struct " + struct + ")", size);
    }

    private void field(String struct, String field, long offset) {
        ours.put("offsetof(struct " + struct + ", " + field + ")", offset);
    }

    private void assertHeaderSays() throws Exception {
        assertEquals(ours, CLayout.evaluate(List.of("drm.h", "i915_drm.h"), List.copyOf(ours.keySet())));
    }

    @Test
    void requestsAreThoseOfTheHeader() throws Exception {
        number("DRM_IOCTL_I915_GETPARAM", I915Uapi.GETPARAM);
        number("DRM_IOCTL_I915_GEM_BUSY", I915Uapi.GEM_BUSY);
        number("DRM_IOCTL_I915_GEM_CREATE", I915Uapi.GEM_CREATE);
        number("DRM_IOCTL_I915_GEM_CREATE_EXT", I915Uapi.GEM_CREATE_EXT);
        number("DRM_IOCTL_I915_GEM_PREAD", I915Uapi.GEM_PREAD);
        number("DRM_IOCTL_I915_GEM_PWRITE", I915Uapi.GEM_PWRITE);
        number("DRM_IOCTL_I915_GEM_MMAP", I915Uapi.GEM_MMAP);
        number("DRM_IOCTL_I915_GEM_MMAP_OFFSET", I915Uapi.GEM_MMAP_OFFSET);
        number("DRM_IOCTL_I915_GEM_SET_DOMAIN", I915Uapi.GEM_SET_DOMAIN);
        number("DRM_IOCTL_I915_GEM_SW_FINISH", I915Uapi.GEM_SW_FINISH);
        number("DRM_IOCTL_I915_GEM_SET_TILING", I915Uapi.GEM_SET_TILING);
        number("DRM_IOCTL_I915_GEM_GET_TILING", I915Uapi.GEM_GET_TILING);
        number("DRM_IOCTL_I915_GEM_WAIT", I915Uapi.GEM_WAIT);
        number("DRM_IOCTL_I915_GEM_SET_CACHING", I915Uapi.GEM_SET_CACHING);
        number("DRM_IOCTL_I915_GEM_GET_CACHING", I915Uapi.GEM_GET_CACHING);
        number("DRM_IOCTL_I915_QUERY", I915Uapi.QUERY);
        number("DRM_COMMAND_BASE + DRM_I915_GEM_CREATE_EXT", I915Uapi.LAST);
        assertHeaderSays();
    }

    @Test
    void constantsAreThoseOfTheHeader() throws Exception {
        number("I915_GEM_CREATE_EXT_MEMORY_REGIONS", I915Uapi.EXT_MEMORY_REGIONS);
        number("I915_GEM_CREATE_EXT_PROTECTED_CONTENT", I915Uapi.EXT_PROTECTED_CONTENT);
        number("I915_MEMORY_CLASS_SYSTEM", I915Region.SYSTEM.memoryClass());
        number("I915_MEMORY_CLASS_DEVICE", I915Region.DEVICE.memoryClass());
        number("I915_MMAP_WC", I915Uapi.MMAP_WC);
        number("I915_MMAP_OFFSET_GTT", I915MmapMode.GTT.ordinal());
        number("I915_MMAP_OFFSET_WC", I915MmapMode.WC.ordinal());
        number("I915_MMAP_OFFSET_WB", I915MmapMode.WB.ordinal());
        number("I915_MMAP_OFFSET_UC", I915MmapMode.UC.ordinal());
        number("I915_MMAP_OFFSET_FIXED", I915MmapMode.FIXED.ordinal());
        number("I915_GEM_DOMAIN_CPU", I915Uapi.DOMAIN_CPU);
        number("I915_GEM_DOMAIN_GTT", I915Uapi.DOMAIN_GTT);
        number("I915_GEM_DOMAIN_WC", I915Uapi.DOMAIN_WC);
        number("I915_GEM_DOMAIN_RENDER | I915_GEM_DOMAIN_SAMPLER | I915_GEM_DOMAIN_COMMAND | I915_GEM_DOMAIN_INSTRUCTION"
                + " | I915_GEM_DOMAIN_VERTEX", I915Uapi.DOMAINS_OF_GPU);
        number("I915_CACHING_NONE", I915Uapi.CACHING_NONE);
        number("I915_CACHING_CACHED", I915Uapi.CACHING_CACHED);
        number("I915_CACHING_DISPLAY", I915Uapi.CACHING_DISPLAY);
        number("I915_TILING_NONE", I915Uapi.TILING_NONE);
        number("I915_TILING_X", I915Uapi.TILING_X);
        number("I915_TILING_Y", I915Uapi.TILING_Y);
        number("DRM_I915_QUERY_MEMORY_REGIONS", I915Uapi.QUERY_MEMORY_REGIONS);
        assertHeaderSays();
    }

    @Test
    void structsOfMemoryAreThoseOfTheHeader() throws Exception {
        field("drm_i915_gem_create", "size", I915Uapi.CREATE_SIZE);
        field("drm_i915_gem_create", "handle", I915Uapi.CREATE_HANDLE);
        field("drm_i915_gem_create_ext", "size", I915Uapi.CREATE_SIZE);
        field("drm_i915_gem_create_ext", "handle", I915Uapi.CREATE_HANDLE);
        field("drm_i915_gem_create_ext", "flags", I915Uapi.CREATE_FLAGS);
        field("drm_i915_gem_create_ext", "extensions", I915Uapi.CREATE_EXTENSIONS);
        size("i915_user_extension", I915Uapi.EXTENSION_SIZE);
        field("i915_user_extension", "next_extension", I915Uapi.EXTENSION_NEXT);
        field("i915_user_extension", "name", I915Uapi.EXTENSION_NAME);
        field("i915_user_extension", "flags", I915Uapi.EXTENSION_FLAGS);
        field("i915_user_extension", "rsvd", I915Uapi.EXTENSION_RESERVED);
        size("drm_i915_gem_create_ext_memory_regions", I915Uapi.EXT_REGIONS_SIZE);
        field("drm_i915_gem_create_ext_memory_regions", "pad", I915Uapi.EXT_REGIONS_PAD);
        field("drm_i915_gem_create_ext_memory_regions", "num_regions", I915Uapi.EXT_REGIONS_COUNT);
        field("drm_i915_gem_create_ext_memory_regions", "regions", I915Uapi.EXT_REGIONS_LIST);
        size("drm_i915_gem_memory_class_instance", I915Uapi.REGION_SIZE);
        field("drm_i915_gem_memory_class_instance", "memory_class", I915Uapi.REGION_CLASS);
        field("drm_i915_gem_memory_class_instance", "memory_instance", I915Uapi.REGION_INSTANCE);
        size("drm_i915_gem_create_ext_protected_content", I915Uapi.EXT_PROTECTED_SIZE);
        field("drm_i915_gem_create_ext_protected_content", "flags", I915Uapi.EXT_PROTECTED_FLAGS);
        for (String transfer : List.of("drm_i915_gem_pread", "drm_i915_gem_pwrite")) {
            field(transfer, "handle", DrmUapi.HANDLE);
            field(transfer, "offset", I915Uapi.TRANSFER_OFFSET);
            field(transfer, "size", I915Uapi.TRANSFER_SIZE);
            field(transfer, "data_ptr", I915Uapi.TRANSFER_POINTER);
        }
        field("drm_i915_gem_mmap", "handle", DrmUapi.HANDLE);
        field("drm_i915_gem_mmap", "offset", I915Uapi.MMAP_OFFSET);
        field("drm_i915_gem_mmap", "size", I915Uapi.MMAP_SIZE);
        field("drm_i915_gem_mmap", "addr_ptr", I915Uapi.MMAP_ADDRESS);
        field("drm_i915_gem_mmap", "flags", I915Uapi.MMAP_FLAGS);
        field("drm_i915_gem_mmap_offset", "handle", DrmUapi.HANDLE);
        field("drm_i915_gem_mmap_offset", "offset", I915Uapi.FAKE_OFFSET);
        field("drm_i915_gem_mmap_offset", "flags", I915Uapi.FAKE_FLAGS);
        field("drm_i915_gem_mmap_offset", "extensions", I915Uapi.FAKE_EXTENSIONS);
        assertHeaderSays();
    }

    @Test
    void structsOfStateAreThoseOfTheHeader() throws Exception {
        field("drm_i915_getparam", "param", I915Uapi.PARAM);
        field("drm_i915_getparam", "value", I915Uapi.PARAM_VALUE);
        field("drm_i915_gem_set_domain", "handle", DrmUapi.HANDLE);
        field("drm_i915_gem_set_domain", "read_domains", I915Uapi.DOMAIN_READ);
        field("drm_i915_gem_set_domain", "write_domain", I915Uapi.DOMAIN_WRITE);
        field("drm_i915_gem_sw_finish", "handle", DrmUapi.HANDLE);
        field("drm_i915_gem_busy", "handle", DrmUapi.HANDLE);
        field("drm_i915_gem_busy", "busy", I915Uapi.BUSY);
        field("drm_i915_gem_wait", "bo_handle", DrmUapi.HANDLE);
        field("drm_i915_gem_wait", "flags", I915Uapi.WAIT_FLAGS);
        field("drm_i915_gem_wait", "timeout_ns", I915Uapi.WAIT_TIMEOUT);
        field("drm_i915_gem_caching", "handle", DrmUapi.HANDLE);
        field("drm_i915_gem_caching", "caching", I915Uapi.CACHING);
        field("drm_i915_gem_set_tiling", "handle", DrmUapi.HANDLE);
        field("drm_i915_gem_set_tiling", "tiling_mode", I915Uapi.TILING_MODE);
        field("drm_i915_gem_set_tiling", "stride", I915Uapi.SET_TILING_STRIDE);
        field("drm_i915_gem_set_tiling", "swizzle_mode", I915Uapi.SET_TILING_SWIZZLE);
        field("drm_i915_gem_get_tiling", "handle", DrmUapi.HANDLE);
        field("drm_i915_gem_get_tiling", "tiling_mode", I915Uapi.TILING_MODE);
        field("drm_i915_gem_get_tiling", "swizzle_mode", I915Uapi.GET_TILING_SWIZZLE);
        field("drm_i915_gem_get_tiling", "phys_swizzle_mode", I915Uapi.GET_TILING_PHYSICAL);
        assertHeaderSays();
    }

    @Test
    void structsOfQueriesAreThoseOfTheHeader() throws Exception {
        field("drm_i915_query", "num_items", I915Uapi.QUERY_COUNT);
        field("drm_i915_query", "flags", I915Uapi.QUERY_FLAGS);
        field("drm_i915_query", "items_ptr", I915Uapi.QUERY_ITEMS);
        size("drm_i915_query_item", I915Uapi.ITEM_SIZE);
        field("drm_i915_query_item", "query_id", I915Uapi.ITEM_ID);
        field("drm_i915_query_item", "length", I915Uapi.ITEM_LENGTH);
        field("drm_i915_query_item", "flags", I915Uapi.ITEM_FLAGS);
        field("drm_i915_query_item", "data_ptr", I915Uapi.ITEM_DATA);
        size("drm_i915_query_memory_regions", I915Uapi.REGIONS_HEAD);
        field("drm_i915_query_memory_regions", "num_regions", I915Uapi.REGIONS_COUNT);
        field("drm_i915_query_memory_regions", "regions", I915Uapi.REGIONS_HEAD);
        size("drm_i915_memory_region_info", I915Uapi.INFO_SIZE);
        field("drm_i915_memory_region_info", "region", 0);
        field("drm_i915_memory_region_info", "probed_size", I915Uapi.INFO_PROBED);
        field("drm_i915_memory_region_info", "unallocated_size", I915Uapi.INFO_UNALLOCATED);
        field("drm_i915_memory_region_info", "probed_cpu_visible_size", I915Uapi.INFO_PROBED_VISIBLE);
        field("drm_i915_memory_region_info", "unallocated_cpu_visible_size", I915Uapi.INFO_UNALLOCATED_VISIBLE);
        assertHeaderSays();
    }
}
