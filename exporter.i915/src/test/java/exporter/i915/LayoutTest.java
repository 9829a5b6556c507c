package exporter.i915;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.linux.CHeader;
import dmabuf.linux.MappedMemory;
import exporter.i915.uapi.GemCaching;
import exporter.i915.uapi.GemCreate;
import exporter.i915.uapi.GemCreateExt;
import exporter.i915.uapi.GemMmapOffset;
import exporter.i915.uapi.GemSetDomain;
import exporter.i915.uapi.GetParam;
import exporter.i915.uapi.MemoryRegion;
import exporter.i915.uapi.QueryMemoryRegions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The structs that are filled and read here, byte by byte, against those that a C compiler makes from i915_drm.h. */
class LayoutTest {

    private static final MemorySegment ADDRESS = MemorySegment.ofAddress(0x123456789abcL);

    private final CHeader header = CHeader.of("drm.h", "i915_drm.h");

    @Test
    void requestNumbersAndConstantsAreThoseOfTheHeader() throws Exception {
        header.number("DRM_IOCTL_I915_GETPARAM", GetParam.GETPARAM);
        header.number("DRM_IOCTL_I915_GEM_CREATE", GemCreate.CREATE);
        header.number("DRM_IOCTL_I915_GEM_CREATE_EXT", GemCreateExt.CREATE_EXT);
        header.number("DRM_IOCTL_I915_QUERY", QueryMemoryRegions.QUERY);
        header.number("DRM_IOCTL_I915_GEM_MMAP_OFFSET", GemMmapOffset.MMAP_OFFSET);
        header.number("DRM_IOCTL_I915_GEM_SET_CACHING", GemCaching.SET_CACHING);
        header.number("DRM_IOCTL_I915_GEM_GET_CACHING", GemCaching.GET_CACHING);
        header.number("DRM_IOCTL_I915_GEM_SET_DOMAIN", GemSetDomain.SET_DOMAIN);
        header.number("I915_PARAM_HAS_LLC", GetParam.HAS_LLC);
        header.number("I915_PARAM_MMAP_GTT_VERSION", GetParam.MMAP_GTT_VERSION);
        header.number("I915_GEM_CREATE_EXT_FLAG_NEEDS_CPU_ACCESS", GemCreateExt.NEEDS_CPU_ACCESS);
        header.number("I915_MEMORY_CLASS_SYSTEM", MemoryRegion.SYSTEM);
        header.number("I915_MEMORY_CLASS_DEVICE", MemoryRegion.DEVICE);
        header.number("I915_MMAP_OFFSET_GTT", GemMmapOffset.GTT);
        header.number("I915_MMAP_OFFSET_WC", GemMmapOffset.WC);
        header.number("I915_MMAP_OFFSET_WB", GemMmapOffset.WB);
        header.number("I915_MMAP_OFFSET_UC", GemMmapOffset.UC);
        header.number("I915_MMAP_OFFSET_FIXED", GemMmapOffset.FIXED);
        header.number("I915_CACHING_NONE", GemCaching.NONE);
        header.number("I915_CACHING_CACHED", GemCaching.CACHED);
        header.number("I915_CACHING_DISPLAY", GemCaching.DISPLAY);
        header.number("I915_GEM_DOMAIN_CPU", GemSetDomain.CPU);
        header.number("I915_GEM_DOMAIN_GTT", GemSetDomain.GTT);
        header.number("I915_GEM_DOMAIN_WC", GemSetDomain.WC);

        header.assertAsInC();
    }

    @Test
    void getParamIsFilledAsInC() throws Exception {
        same("struct drm_i915_getparam s = { .param = I915_PARAM_HAS_LLC, .value = (void *) 0x123456789abc }",
                arena -> GetParam.fill(arena, GetParam.HAS_LLC, ADDRESS));
    }

    @Test
    void createIsFilledAndReadAsInC() throws Exception {
        same("struct drm_i915_gem_create s = { .size = 1ull << 33 }", arena -> GemCreate.fill(arena, 1L << 33));
        MemorySegment answer = made("struct drm_i915_gem_create s = { .size = 8192, .handle = 7 }");
        assertEquals(List.of(8192L, 7), List.of(GemCreate.bytes(answer), GemCreate.handle(answer)));
        MemorySegment extended = made("struct drm_i915_gem_create_ext s = { .size = 8192, .handle = 7 }");
        assertEquals(List.of(8192L, 7), List.of(GemCreate.bytes(extended), GemCreate.handle(extended)));
    }

    @Test
    void createExtIsFilledAsInCPointerByPointer() throws Exception {
        List<MemoryRegion> placements =
                List.of(new MemoryRegion(MemoryRegion.DEVICE, 2, 0), new MemoryRegion(MemoryRegion.SYSTEM, 0, 0));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = GemCreateExt.fill(arena, 12288, GemCreateExt.NEEDS_CPU_ACCESS, placements);
            long extensionAt = struct.get(ValueLayout.JAVA_LONG, 16);
            header.assertFilledAsInC(
                    "struct drm_i915_gem_create_ext s = { .size = 12288, .flags = I915_GEM_CREATE_EXT_FLAG_NEEDS_CPU_ACCESS,"
                            + " .extensions = " + extensionAt + "ull }",
                    struct);
            MemorySegment extension = at(extensionAt, 48);
            long regionsAt = extension.get(ValueLayout.JAVA_LONG, 40);
            header.assertFilledAsInC(
                    "struct drm_i915_gem_create_ext_memory_regions s = { .base = { .name = I915_GEM_CREATE_EXT_MEMORY_REGIONS },"
                            + " .num_regions = 2, .regions = " + regionsAt + "ull }",
                    extension);
            header.assertFilledAsInC(
                    "struct drm_i915_gem_memory_class_instance s[2] = { { I915_MEMORY_CLASS_DEVICE, 2 },"
                            + " { I915_MEMORY_CLASS_SYSTEM, 0 } }",
                    at(regionsAt, 8));
        }
    }

    @Test
    void queryIsFilledAsInC() throws Exception {
        same("struct drm_i915_query_item s = { .query_id = DRM_I915_QUERY_MEMORY_REGIONS }",
                arena -> QueryMemoryRegions.fillItem(arena, MemorySegment.NULL));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(192, Long.BYTES);
            header.assertFilledAsInC(
                    "struct drm_i915_query_item s = { .query_id = DRM_I915_QUERY_MEMORY_REGIONS, .length = 192, .data_ptr = "
                            + data.address() + "ull }",
                    QueryMemoryRegions.fillItem(arena, data));
        }
        same("struct drm_i915_query s = { .num_items = 1, .items_ptr = 0x123456789abc }",
                arena -> QueryMemoryRegions.fill(arena, ADDRESS));
        assertEquals(-22, QueryMemoryRegions.length(made("struct drm_i915_query_item s = { .query_id = 4, .length = -22 }")));
    }

    @Test
    void memoryRegionsAreReadAsInC() throws Exception {
        MemorySegment answer = made("struct { struct drm_i915_query_memory_regions head; struct drm_i915_memory_region_info two[2]; } s"
                + " = { { .num_regions = 2 }, { { .region = { I915_MEMORY_CLASS_SYSTEM, 0 }, .probed_size = 1ull << 34 },"
                + " { .region = { I915_MEMORY_CLASS_DEVICE, 1 }, .probed_size = -1ull, .unallocated_size = 5 } } }");
        assertEquals(
                List.of(new MemoryRegion(MemoryRegion.SYSTEM, 0, 1L << 34), new MemoryRegion(MemoryRegion.DEVICE, 1, -1)),
                QueryMemoryRegions.read(answer));
    }

    @Test
    void mmapOffsetIsFilledAndReadAsInC() throws Exception {
        same("struct drm_i915_gem_mmap_offset s = { .handle = 7, .flags = I915_MMAP_OFFSET_UC }",
                arena -> GemMmapOffset.fill(arena, 7, GemMmapOffset.UC));
        assertEquals(1L << 36, GemMmapOffset.offset(made("struct drm_i915_gem_mmap_offset s = { .handle = 7, .offset = 1ull << 36 }")));
    }

    @Test
    void cachingIsFilledAndReadAsInC() throws Exception {
        same("struct drm_i915_gem_caching s = { .handle = 7, .caching = I915_CACHING_DISPLAY }",
                arena -> GemCaching.fill(arena, 7, GemCaching.DISPLAY));
        assertEquals(2, GemCaching.caching(made("struct drm_i915_gem_caching s = { .handle = 7, .caching = 2 }")));
    }

    @Test
    void setDomainIsFilledAsInC() throws Exception {
        same("struct drm_i915_gem_set_domain s = { .handle = 7, .read_domains = I915_GEM_DOMAIN_WC, .write_domain = I915_GEM_DOMAIN_WC }",
                arena -> GemSetDomain.fill(arena, 7, GemSetDomain.WC));
    }

    private void same(String c, Function<Arena, MemorySegment> java) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            header.assertFilledAsInC(c, java.apply(arena));
        }
    }

    /** A struct as C makes it. */
    private MemorySegment made(String c) throws Exception {
        byte[] bytes = header.bytes(c);
        return Arena.ofAuto().allocate(bytes.length, Long.BYTES).copyFrom(MemorySegment.ofArray(bytes));
    }

    private static MemorySegment at(long address, long length) {
        return MappedMemory.borrow(address, length);
    }
}
