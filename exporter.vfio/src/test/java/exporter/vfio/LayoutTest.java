package exporter.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import exporter.vfio.uapi.GfxDmabuf;
import exporter.vfio.uapi.GfxPlaneInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The structs that are filled and read here, against those of a C compiler. */
class LayoutTest {

    private static final Arena ARENA = Arena.ofAuto();

    @BeforeEach
    void thereIsACompiler() {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
    }

    @Test
    void requestNumbersFlagsAndSizesAreThoseOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("VFIO_DEVICE_QUERY_GFX_PLANE", GfxPlaneInfo.QUERY);
        ours.put("VFIO_DEVICE_GET_GFX_DMABUF", GfxDmabuf.GET);
        ours.put("VFIO_GFX_PLANE_TYPE_PROBE", (long) GfxPlaneInfo.PROBE);
        ours.put("VFIO_GFX_PLANE_TYPE_DMABUF", (long) GfxPlaneInfo.DMABUF);
        ours.put("VFIO_GFX_PLANE_TYPE_REGION", (long) GfxPlaneInfo.REGION);
        ours.put("sizeof(struct vfio_device_gfx_plane_info)", sizeInHeader());
        ours.put("offsetof(struct vfio_device_gfx_plane_info, dmabuf_id) + sizeof(__u32)", (long) GfxPlaneInfo.LEAST);
        assertEquals(ours, CLayout.evaluate(List.of("linux/vfio.h"), List.copyOf(ours.keySet())));
    }

    /** Headers before Linux 6.6 have no word behind the id, which made the size depend on the machine. */
    private static long sizeInHeader() throws Exception {
        Map<String, Long> size = CLayout.evaluate(List.of("linux/vfio.h"), List.of("sizeof(struct vfio_device_gfx_plane_info)"));
        assertEquals(GfxPlaneInfo.SIZE, (size.values().iterator().next() + 7) / 8 * 8);
        return size.values().iterator().next();
    }

    @Test
    void queryIsFilledAsInC() throws Exception {
        String c = CLayout.compileAndRun("#include <stdio.h>\n#include <linux/vfio.h>\nint main(void) {"
                + " struct vfio_device_gfx_plane_info s = { .argsz = 64, .flags = VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_REGION,"
                + " .drm_plane_type = 2 };"
                + " for (size_t i = 0; i < 60; i++) printf(\"%02x\", ((unsigned char *) &s)[i]); return 0; }\n");
        MemorySegment ours = GfxPlaneInfo.fill(ARENA, GfxPlaneInfo.PROBE | GfxPlaneInfo.REGION, GfxPlaneInfo.PLANE_CURSOR);
        assertEquals(c, HexFormat.of().formatHex(ours.toArray(ValueLayout.JAVA_BYTE)).substring(0, 120));
        assertEquals(64, ours.byteSize());
    }

    @Test
    void answerIsReadAsCWritesIt() throws Exception {
        String c = CLayout.compileAndRun("#include <stdio.h>\n#include <linux/vfio.h>\nint main(void) {"
                + " struct vfio_device_gfx_plane_info s = { .argsz = 1, .drm_format = 2, .drm_format_mod = 0x1234567890abcdef,"
                + " .width = 0xfffffff3, .height = 4, .stride = 5, .size = 0xfffffff6, .x_pos = -7, .y_pos = -8, .x_hot = 9, .y_hot = 10,"
                + " .dmabuf_id = 0xfffffffb };"
                + " for (size_t i = 0; i < 60; i++) printf(\"%02x\", ((unsigned char *) &s)[i]); return 0; }\n");
        MemorySegment answer = ARENA.allocate(GfxPlaneInfo.SIZE, 8);
        MemorySegment.copy(HexFormat.of().parseHex(c), 0, answer, ValueLayout.JAVA_BYTE.withOrder(ByteOrder.nativeOrder()), 0, 60);
        assertEquals(
                List.of(1L, 2L, 0x1234567890abcdefL, 0xfffffff3L, 4L, 5L, 0xfffffff6L, -7L, -8L, 9L, 10L, 0xfffffffbL),
                List.of((long) GfxPlaneInfo.argsz(answer), (long) GfxPlaneInfo.format(answer), GfxPlaneInfo.modifier(answer),
                        GfxPlaneInfo.width(answer), GfxPlaneInfo.height(answer), GfxPlaneInfo.stride(answer), GfxPlaneInfo.bytes(answer),
                        (long) GfxPlaneInfo.x(answer), (long) GfxPlaneInfo.y(answer), (long) GfxPlaneInfo.hotX(answer),
                        (long) GfxPlaneInfo.hotY(answer), GfxPlaneInfo.regionOrId(answer)));
    }

    @Test
    void idIsPassedAsAWord() {
        assertEquals(0xfffffffb, GfxDmabuf.fill(ARENA, 0xfffffffb).get(ValueLayout.JAVA_INT, 0));
        assertEquals(4, GfxDmabuf.fill(ARENA, 1).byteSize());
    }
}
