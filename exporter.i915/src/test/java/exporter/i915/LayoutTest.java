package exporter.i915;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The structs that are filled and read here, byte by byte, against those that a C compiler makes from i915_drm.h. */
class LayoutTest {

    private static final MemorySegment ADDRESS = MemorySegment.ofAddress(0x123456789abcL);

    @BeforeEach
    void thereIsACompiler() {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
    }

    @Test
    void requestNumbersAndConstantsAreThoseOfTheHeader() throws Exception {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("DRM_IOCTL_I915_GETPARAM", GetParam.GETPARAM);
        java.put("DRM_IOCTL_I915_GEM_CREATE", GemCreate.CREATE);
        java.put("DRM_IOCTL_I915_GEM_CREATE_EXT", GemCreateExt.CREATE_EXT);
        java.put("DRM_IOCTL_I915_QUERY", QueryMemoryRegions.QUERY);
        java.put("DRM_IOCTL_I915_GEM_MMAP_OFFSET", GemMmapOffset.MMAP_OFFSET);
        java.put("DRM_IOCTL_I915_GEM_SET_CACHING", GemCaching.SET_CACHING);
        java.put("DRM_IOCTL_I915_GEM_GET_CACHING", GemCaching.GET_CACHING);
        java.put("DRM_IOCTL_I915_GEM_SET_DOMAIN", GemSetDomain.SET_DOMAIN);
        java.put("I915_PARAM_HAS_LLC", (long) GetParam.HAS_LLC);
        java.put("I915_PARAM_MMAP_GTT_VERSION", (long) GetParam.MMAP_GTT_VERSION);
        java.put("I915_GEM_CREATE_EXT_FLAG_NEEDS_CPU_ACCESS", (long) GemCreateExt.NEEDS_CPU_ACCESS);
        java.put("I915_MEMORY_CLASS_SYSTEM", (long) MemoryRegion.SYSTEM);
        java.put("I915_MEMORY_CLASS_DEVICE", (long) MemoryRegion.DEVICE);
        java.put("I915_MMAP_OFFSET_GTT", (long) GemMmapOffset.GTT);
        java.put("I915_MMAP_OFFSET_WC", (long) GemMmapOffset.WC);
        java.put("I915_MMAP_OFFSET_WB", (long) GemMmapOffset.WB);
        java.put("I915_MMAP_OFFSET_UC", (long) GemMmapOffset.UC);
        java.put("I915_MMAP_OFFSET_FIXED", (long) GemMmapOffset.FIXED);
        java.put("I915_CACHING_NONE", (long) GemCaching.NONE);
        java.put("I915_CACHING_CACHED", (long) GemCaching.CACHED);
        java.put("I915_CACHING_DISPLAY", (long) GemCaching.DISPLAY);
        java.put("I915_GEM_DOMAIN_CPU", (long) GemSetDomain.CPU);
        java.put("I915_GEM_DOMAIN_GTT", (long) GemSetDomain.GTT);
        java.put("I915_GEM_DOMAIN_WC", (long) GemSetDomain.WC);

        assertEquals(CLayout.evaluate(List.of("drm.h", "i915_drm.h"), List.copyOf(java.keySet())), java);
    }

    @Test
    void getParamIsFilledAsInC() throws Exception {
        same("struct drm_i915_getparam s = { .param = I915_PARAM_HAS_LLC, .value = (void *) 0x123456789abc };",
                arena -> GetParam.fill(arena, GetParam.HAS_LLC, ADDRESS));
    }

    @Test
    void createIsFilledAndReadAsInC() throws Exception {
        same("struct drm_i915_gem_create s = { .size = 1ull << 33 };", arena -> GemCreate.fill(arena, 1L << 33));
        MemorySegment answer = made("struct drm_i915_gem_create s = { .size = 8192, .handle = 7 };");
        assertEquals(List.of(8192L, 7), List.of(GemCreate.bytes(answer), GemCreate.handle(answer)));
        MemorySegment extended = made("struct drm_i915_gem_create_ext s = { .size = 8192, .handle = 7 };");
        assertEquals(List.of(8192L, 7), List.of(GemCreate.bytes(extended), GemCreate.handle(extended)));
    }

    @Test
    void createExtIsFilledAsInCPointerByPointer() throws Exception {
        List<MemoryRegion> placements =
                List.of(new MemoryRegion(MemoryRegion.DEVICE, 2, 0), new MemoryRegion(MemoryRegion.SYSTEM, 0, 0));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = GemCreateExt.fill(arena, 12288, GemCreateExt.NEEDS_CPU_ACCESS, placements);
            long extensionAt = struct.get(ValueLayout.JAVA_LONG, 16);
            assertEquals(
                    dump("struct drm_i915_gem_create_ext s = { .size = 12288, .flags = I915_GEM_CREATE_EXT_FLAG_NEEDS_CPU_ACCESS,"
                            + " .extensions = " + extensionAt + "ull };"),
                    hex(struct));
            MemorySegment extension = at(extensionAt, 48);
            long regionsAt = extension.get(ValueLayout.JAVA_LONG, 40);
            assertEquals(
                    dump("struct drm_i915_gem_create_ext_memory_regions s = { .base = { .name = I915_GEM_CREATE_EXT_MEMORY_REGIONS },"
                            + " .num_regions = 2, .regions = " + regionsAt + "ull };"),
                    hex(extension));
            assertEquals(
                    dump("struct drm_i915_gem_memory_class_instance s[2] = { { I915_MEMORY_CLASS_DEVICE, 2 },"
                            + " { I915_MEMORY_CLASS_SYSTEM, 0 } };"),
                    hex(at(regionsAt, 8)));
        }
    }

    @Test
    void queryIsFilledAsInC() throws Exception {
        same("struct drm_i915_query_item s = { .query_id = DRM_I915_QUERY_MEMORY_REGIONS };",
                arena -> QueryMemoryRegions.fillItem(arena, MemorySegment.NULL));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(192, Long.BYTES);
            assertEquals(
                    dump("struct drm_i915_query_item s = { .query_id = DRM_I915_QUERY_MEMORY_REGIONS, .length = 192, .data_ptr = "
                            + data.address() + "ull };"),
                    hex(QueryMemoryRegions.fillItem(arena, data)));
        }
        same("struct drm_i915_query s = { .num_items = 1, .items_ptr = 0x123456789abc };",
                arena -> QueryMemoryRegions.fill(arena, ADDRESS));
        assertEquals(-22, QueryMemoryRegions.length(made("struct drm_i915_query_item s = { .query_id = 4, .length = -22 };")));
    }

    @Test
    void memoryRegionsAreReadAsInC() throws Exception {
        MemorySegment answer = made("struct { struct drm_i915_query_memory_regions head; struct drm_i915_memory_region_info two[2]; } s"
                + " = { { .num_regions = 2 }, { { .region = { I915_MEMORY_CLASS_SYSTEM, 0 }, .probed_size = 1ull << 34 },"
                + " { .region = { I915_MEMORY_CLASS_DEVICE, 1 }, .probed_size = -1ull, .unallocated_size = 5 } } };");
        assertEquals(
                List.of(new MemoryRegion(MemoryRegion.SYSTEM, 0, 1L << 34), new MemoryRegion(MemoryRegion.DEVICE, 1, -1)),
                QueryMemoryRegions.read(answer));
    }

    @Test
    void mmapOffsetIsFilledAndReadAsInC() throws Exception {
        same("struct drm_i915_gem_mmap_offset s = { .handle = 7, .flags = I915_MMAP_OFFSET_UC };",
                arena -> GemMmapOffset.fill(arena, 7, GemMmapOffset.UC));
        assertEquals(1L << 36, GemMmapOffset.offset(made("struct drm_i915_gem_mmap_offset s = { .handle = 7, .offset = 1ull << 36 };")));
    }

    @Test
    void cachingIsFilledAndReadAsInC() throws Exception {
        same("struct drm_i915_gem_caching s = { .handle = 7, .caching = I915_CACHING_DISPLAY };",
                arena -> GemCaching.fill(arena, 7, GemCaching.DISPLAY));
        assertEquals(2, GemCaching.caching(made("struct drm_i915_gem_caching s = { .handle = 7, .caching = 2 };")));
    }

    @Test
    void setDomainIsFilledAsInC() throws Exception {
        same("struct drm_i915_gem_set_domain s = { .handle = 7, .read_domains = I915_GEM_DOMAIN_WC, .write_domain = I915_GEM_DOMAIN_WC };",
                arena -> GemSetDomain.fill(arena, 7, GemSetDomain.WC));
    }

    private static void same(String c, Function<Arena, MemorySegment> java) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(dump(c), hex(java.apply(arena)));
        }
    }

    /** A struct as C makes it. */
    private static MemorySegment made(String c) throws Exception {
        byte[] bytes = HexFormat.of().parseHex(dump(c));
        return Arena.ofAuto().allocate(bytes.length, Long.BYTES).copyFrom(MemorySegment.ofArray(bytes));
    }

    private static String dump(String struct) throws Exception {
        return CLayout.compileAndRun("#include <stdio.h>\n#include <drm.h>\n#include <i915_drm.h>\nint main(void) { " + struct
                + " for (size_t i = 0; i < sizeof s; i++) printf(\"%02x\", ((unsigned char *) &s)[i]); return 0; }\n");
    }

    private static MemorySegment at(long address, long length) {
        return MappedMemory.borrow(address, length);
    }

    private static String hex(MemorySegment struct) {
        return HexFormat.of().formatHex(struct.toArray(ValueLayout.JAVA_BYTE));
    }
}
