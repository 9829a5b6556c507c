package exporter.vfio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.linux.CHeader;
import exporter.vfio.uapi.GfxDmabuf;
import exporter.vfio.uapi.GfxPlaneInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The structs that are filled and read here, against those of a C compiler. */
class LayoutTest {

    private static final Arena ARENA = Arena.ofAuto();

    private final CHeader header = CHeader.of("linux/vfio.h");

    @Test
    void requestNumbersFlagsAndSizesAreThoseOfTheHeader() throws Exception {
        header.number("VFIO_DEVICE_QUERY_GFX_PLANE", GfxPlaneInfo.QUERY);
        header.number("VFIO_DEVICE_GET_GFX_DMABUF", GfxDmabuf.GET);
        header.number("VFIO_GFX_PLANE_TYPE_PROBE", GfxPlaneInfo.PROBE);
        header.number("VFIO_GFX_PLANE_TYPE_DMABUF", GfxPlaneInfo.DMABUF);
        header.number("VFIO_GFX_PLANE_TYPE_REGION", GfxPlaneInfo.REGION);
        // Headers before Linux 6.6 have no word behind the id, which made the size depend on the machine.
        header.number("(sizeof(struct vfio_device_gfx_plane_info) + 7) / 8 * 8", GfxPlaneInfo.SIZE);
        header.number("offsetof(struct vfio_device_gfx_plane_info, dmabuf_id) + sizeof(__u32)", GfxPlaneInfo.LEAST);
        header.assertAsInC();
    }

    /** A plane's struct as C makes it, without what follows the id. */
    private byte[] plane(String fields) throws Exception {
        return Arrays.copyOf(header.bytes("struct vfio_device_gfx_plane_info s = { " + fields + " }"), GfxPlaneInfo.LEAST);
    }

    @Test
    void queryIsFilledAsInC() throws Exception {
        byte[] c = plane(".argsz = 64, .flags = VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_REGION, .drm_plane_type = 2");
        MemorySegment ours = GfxPlaneInfo.fill(ARENA, GfxPlaneInfo.PROBE | GfxPlaneInfo.REGION, GfxPlaneInfo.PLANE_CURSOR);
        assertArrayEquals(c, ours.asSlice(0, c.length).toArray(ValueLayout.JAVA_BYTE));
        assertEquals(64, ours.byteSize());
    }

    @Test
    void answerIsReadAsCWritesIt() throws Exception {
        byte[] c = plane(".argsz = 1, .drm_format = 2, .drm_format_mod = 0x1234567890abcdef, .width = 0xfffffff3, .height = 4, .stride = 5,"
                + " .size = 0xfffffff6, .x_pos = -7, .y_pos = -8, .x_hot = 9, .y_hot = 10, .dmabuf_id = 0xfffffffb");
        MemorySegment answer = ARENA.allocate(GfxPlaneInfo.SIZE, 8).copyFrom(MemorySegment.ofArray(c));
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
