package importer.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import dmabuf.linux.CLayout;
import importer.v4l2.FrameColours.Encoding;
import importer.v4l2.FrameColours.Range;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Formats of V4L2 in the terms of DRM, and drivers whose figures are wrong. */
class PixelFormatTest {

    /** What the header calls the formats, with DRM's name for the same bytes. */
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("V4L2_PIX_FMT_XBGR32", "DRM_FORMAT_XRGB8888"), Map.entry("V4L2_PIX_FMT_ABGR32", "DRM_FORMAT_ARGB8888"),
            Map.entry("V4L2_PIX_FMT_BGR32", "DRM_FORMAT_XRGB8888"), Map.entry("V4L2_PIX_FMT_RGBX32", "DRM_FORMAT_XBGR8888"),
            Map.entry("V4L2_PIX_FMT_RGBA32", "DRM_FORMAT_ABGR8888"), Map.entry("V4L2_PIX_FMT_BGR24", "DRM_FORMAT_RGB888"),
            Map.entry("V4L2_PIX_FMT_RGB24", "DRM_FORMAT_BGR888"), Map.entry("V4L2_PIX_FMT_RGB565", "DRM_FORMAT_RGB565"),
            Map.entry("V4L2_PIX_FMT_GREY", "DRM_FORMAT_R8"), Map.entry("V4L2_PIX_FMT_YUYV", "DRM_FORMAT_YUYV"),
            Map.entry("V4L2_PIX_FMT_UYVY", "DRM_FORMAT_UYVY"), Map.entry("V4L2_PIX_FMT_NV12", "DRM_FORMAT_NV12"),
            Map.entry("V4L2_PIX_FMT_NV21", "DRM_FORMAT_NV21"), Map.entry("V4L2_PIX_FMT_NV16", "DRM_FORMAT_NV16"),
            Map.entry("V4L2_PIX_FMT_YUV420", "DRM_FORMAT_YUV420"), Map.entry("V4L2_PIX_FMT_NV12M", "DRM_FORMAT_NV12"),
            Map.entry("V4L2_PIX_FMT_NV21M", "DRM_FORMAT_NV21"), Map.entry("V4L2_PIX_FMT_NV16M", "DRM_FORMAT_NV16"),
            Map.entry("V4L2_PIX_FMT_YUV420M", "DRM_FORMAT_YUV420"));

    @Test
    void tableHasTheNumbersOfBothHeaders() throws Exception {
        List<String> expressions = new ArrayList<>(NAMES.keySet());
        expressions.addAll(NAMES.values().stream().distinct().toList());
        Map<String, Long> c = CLayout.evaluate(List.of("linux/types.h", "linux/videodev2.h", "drm_fourcc.h"), expressions);
        Map<Integer, Integer> theirs = new LinkedHashMap<>();
        NAMES.forEach((v4l2, drm) -> theirs.put(c.get(v4l2).intValue(), c.get(drm).intValue()));
        Map<Integer, Integer> ours = new LinkedHashMap<>();
        PixelFormat.all().forEach(each -> ours.put(each.fourcc(), each.format().fourcc()));
        assertEquals(theirs, ours);
    }

    @Test
    void defaultsOfColoursAreResolvedAsTheHeaderDoes() throws Exception {
        for (int colorspace = 0; colorspace <= ColourRules.DCI_P3; colorspace++) {
            String encoding = "V4L2_MAP_YCBCR_ENC_DEFAULT(" + colorspace + ")";
            String ofRgb = "V4L2_MAP_QUANTIZATION_DEFAULT(1, " + colorspace + ", 1)";
            String ofYuv = "V4L2_MAP_QUANTIZATION_DEFAULT(0, " + colorspace + ", 1)";
            Map<String, Long> c = CLayout.evaluate(List.of("linux/types.h", "linux/videodev2.h"), List.of(encoding, ofRgb, ofYuv));
            assertEquals(c.get(encoding), ColourRules.encodingOf(colorspace));
            assertEquals(c.get(ofRgb) == 1, ColourRules.resolve(colorspace, 0, 0, true).range() == Range.FULL, ofRgb);
            assertEquals(c.get(ofYuv) == 1, ColourRules.resolve(colorspace, 0, 0, false).range() == Range.FULL, ofYuv);
        }
    }

    @Test
    void coloursThatAreSaidAreTaken() {
        assertEquals(new FrameColours(Encoding.BT709, Range.FULL), ColourRules.resolve(8, ColourRules.ENC_709, 1, false));
        assertEquals(new FrameColours(Encoding.BT601, Range.LIMITED), ColourRules.resolve(8, ColourRules.ENC_XV601, 2, true));
        assertEquals(Encoding.BT2020, ColourRules.resolve(8, ColourRules.ENC_BT2020_CONST_LUM, 0, false).encoding());
        assertEquals(Encoding.OTHER, ColourRules.resolve(8, 99, 0, false).encoding());
    }

    private static FormatReply reply(String fourcc, long width, long height, List<Long> strides, List<Long> sizes) {
        return new FormatReply(DrmFormat.of(fourcc).fourcc(), width, height, 1, strides, sizes, 0, 0, 0);
    }

    private static FrameDescription frame(FormatReply reply) {
        return reply.frame(PixelFormat.of(reply.fourcc()).orElseThrow());
    }

    private static String refused(FormatReply reply) {
        return assertThrows(IllegalArgumentException.class, () -> frame(reply)).getMessage();
    }

    @Test
    void stridesAreTheDrivers() {
        assertEquals("XRGB8888 100x10, stride 512", frame(reply("XR24", 100, 10, List.of(512L), List.of(5120L))).toString());
        assertEquals("NV12 100x10, stride 128 + 128 at 1280", frame(reply("NV12", 100, 10, List.of(128L), List.of(1920L))).toString());
        assertEquals(
                "YUV420 100x10, stride 128 + 64 at 1280 + 64 at 1600",
                frame(reply("YU12", 100, 10, List.of(128L), List.of(1920L))).toString());
        assertEquals("NV16 100x10, stride 128 + 128 at 1280", frame(reply("NV16", 100, 10, List.of(128L), List.of(2560L))).toString());
    }

    @Test
    void planesInBuffersOfTheirOwnBeginThere() {
        assertEquals("NV12 100x10, stride 128 + 256", frame(reply("NM12", 100, 10, List.of(128L, 256L), List.of(1280L, 1280L))).toString());
    }

    @Test
    void figuresThatContradictEachOtherAreRefused() {
        assertTrue(refused(reply("XR24", 100, 10, List.of(399L), List.of(99999L))).contains("a row needs 400 bytes, its stride is 399"));
        assertTrue(refused(reply("XR24", 100, 10, List.of(400L), List.of(3999L)))
                .contains("ends with byte 4000, and it says that its buffer needs 3999"));
        assertTrue(refused(reply("NV12", 100, 10, List.of(100L), List.of(1000L))).contains("plane 1"));
        assertTrue(refused(reply("NM12", 100, 10, List.of(100L), List.of(1500L))).contains("lies in 1 buffers, and it takes 2"));
        assertTrue(refused(reply("NM12", 100, 10, List.of(100L, 100L), List.of(1000L, 499L))).contains("plane 1"));
        assertTrue(refused(reply("YUYV", 0, 10, List.of(0L), List.of(0L))).contains("no frame"));
        assertTrue(refused(reply("YUYV", 1L << 31, 10, List.of(0L), List.of(0L))).contains("no frame"));
        assertTrue(refused(reply("YUYV", 100, 10, List.of(0L), List.of(4000L))).contains("its stride is 0"));
    }

    @Test
    void noFiguresOverflow() {
        long most = 0xffff_ffffL;
        assertTrue(refused(reply("YU12", Integer.MAX_VALUE, Integer.MAX_VALUE, List.of(most), List.of(most))).contains("contradict"));
        assertTrue(refused(reply("YUYV", 1 << 30, Integer.MAX_VALUE, List.of(most), List.of(most))).contains("contradict"));
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            PixelFormat format = PixelFormat.all().get(random.nextInt(PixelFormat.all().size()));
            List<Long> strides = new ArrayList<>();
            List<Long> sizes = new ArrayList<>();
            for (int buffer = 0; buffer < format.buffers(); buffer++) {
                strides.add(any(random));
                sizes.add(any(random));
            }
            FormatReply reply = new FormatReply(format.fourcc(), any(random), any(random), 1, strides, sizes, 0, 0, 0);
            try {
                FrameDescription frame = reply.frame(format);
                for (int plane = 0; plane < frame.planes().size(); plane++) {
                    assertTrue(frame.planes().get(plane).offset() <= sizes.getFirst(), reply::toString);
                }
                if (format.buffers() == 1) {
                    frame.requireFits(sizes.getFirst());
                }
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().contains("the driver"), e::toString); // Said in words, and not a crash.
            }
        }
    }

    /** Small figures and large ones alike. */
    private static long any(Random random) {
        return (random.nextLong() & 0xffff_ffffL) >>> random.nextInt(32);
    }
}
