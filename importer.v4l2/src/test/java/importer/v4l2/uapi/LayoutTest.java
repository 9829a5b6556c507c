package importer.v4l2.uapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Structs, requests and constants against those that a C compiler makes of linux/videodev2.h. */
class LayoutTest {

    private static final List<String> HEADERS = List.of("linux/types.h", "linux/ioctl.h", "linux/videodev2.h");

    @BeforeEach
    void needsCompiler() {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
    }

    private static void assertAsInC(Map<String, Long> ours) throws Exception {
        assertEquals(ours, CLayout.evaluate(HEADERS, List.copyOf(ours.keySet())));
    }

    @Test
    void requestNumbersAreThoseOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("VIDIOC_QUERYCAP", Videodev.QUERYCAP);
        ours.put("VIDIOC_ENUM_FMT", Videodev.ENUM_FMT);
        ours.put("VIDIOC_G_FMT", Videodev.G_FMT);
        ours.put("VIDIOC_S_FMT", Videodev.S_FMT);
        ours.put("VIDIOC_REQBUFS", Videodev.REQBUFS);
        ours.put("VIDIOC_QUERYBUF", Videodev.QUERYBUF);
        ours.put("VIDIOC_QBUF", Videodev.QBUF);
        ours.put("VIDIOC_EXPBUF", Videodev.EXPBUF);
        ours.put("VIDIOC_DQBUF", Videodev.DQBUF);
        ours.put("VIDIOC_STREAMON", Videodev.STREAMON);
        ours.put("VIDIOC_STREAMOFF", Videodev.STREAMOFF);
        ours.put("VIDIOC_G_PARM", Videodev.G_PARM);
        ours.put("VIDIOC_S_PARM", Videodev.S_PARM);
        ours.put("VIDIOC_ENUM_FRAMESIZES", Videodev.ENUM_FRAMESIZES);
        ours.put("VIDIOC_ENUM_FRAMEINTERVALS", Videodev.ENUM_FRAMEINTERVALS);
        assertAsInC(ours);
    }

    @Test
    void constantsAreThoseOfTheHeader() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        ours.put("V4L2_CAP_VIDEO_CAPTURE", (long) Videodev.CAP_VIDEO_CAPTURE);
        ours.put("V4L2_CAP_VIDEO_CAPTURE_MPLANE", (long) Videodev.CAP_VIDEO_CAPTURE_MPLANE);
        ours.put("V4L2_CAP_STREAMING", (long) Videodev.CAP_STREAMING);
        ours.put("V4L2_CAP_DEVICE_CAPS", Integer.toUnsignedLong(Videodev.CAP_DEVICE_CAPS));
        ours.put("V4L2_BUF_TYPE_VIDEO_CAPTURE", (long) Videodev.VIDEO_CAPTURE);
        ours.put("V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE", (long) Videodev.VIDEO_CAPTURE_MPLANE);
        ours.put("V4L2_MEMORY_MMAP", (long) Videodev.MEMORY_MMAP);
        ours.put("V4L2_MEMORY_DMABUF", (long) Videodev.MEMORY_DMABUF);
        ours.put("V4L2_FIELD_ANY", (long) Videodev.FIELD_ANY);
        ours.put("V4L2_FIELD_NONE", (long) Videodev.FIELD_NONE);
        ours.put("VIDEO_MAX_FRAME", (long) Videodev.MAX_FRAME);
        ours.put("VIDEO_MAX_PLANES", (long) Videodev.MAX_PLANES);
        ours.put("V4L2_BUF_FLAG_ERROR", (long) Videodev.BUF_FLAG_ERROR);
        ours.put("V4L2_BUF_FLAG_TIMESTAMP_MASK", (long) Videodev.BUF_FLAG_TIMESTAMP_MASK);
        ours.put("V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC", (long) Videodev.BUF_FLAG_TIMESTAMP_MONOTONIC);
        ours.put("V4L2_FMT_FLAG_COMPRESSED", (long) Videodev.FMT_FLAG_COMPRESSED);
        ours.put("V4L2_FMT_FLAG_EMULATED", (long) Videodev.FMT_FLAG_EMULATED);
        ours.put("V4L2_CAP_TIMEPERFRAME", (long) Videodev.CAP_TIMEPERFRAME);
        ours.put("V4L2_FRMSIZE_TYPE_DISCRETE", (long) FrameSize.DISCRETE);
        ours.put("V4L2_FRMIVAL_TYPE_DISCRETE", (long) FrameRate.DISCRETE);
        ours.put("V4L2_PIX_FMT_PRIV_MAGIC", Integer.toUnsignedLong(Format.PRIV_MAGIC));
        assertAsInC(ours);
    }

    @Test
    void sizesAndOffsetsAreThoseOfTheStructs() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        size(ours, "v4l2_capability", Capability.SIZE);
        offset(ours, "v4l2_capability", "driver", Capability.DRIVER);
        offset(ours, "v4l2_capability", "card", Capability.CARD);
        offset(ours, "v4l2_capability", "bus_info", Capability.BUS_INFO);
        offset(ours, "v4l2_capability", "version", Capability.VERSION);
        offset(ours, "v4l2_capability", "capabilities", Capability.CAPABILITIES);
        offset(ours, "v4l2_capability", "device_caps", Capability.DEVICE_CAPS);
        size(ours, "v4l2_fmtdesc", FormatDescription.SIZE);
        offset(ours, "v4l2_fmtdesc", "index", FormatDescription.INDEX);
        offset(ours, "v4l2_fmtdesc", "type", FormatDescription.TYPE);
        offset(ours, "v4l2_fmtdesc", "flags", FormatDescription.FLAGS);
        offset(ours, "v4l2_fmtdesc", "description", FormatDescription.DESCRIPTION);
        offset(ours, "v4l2_fmtdesc", "pixelformat", FormatDescription.PIXELFORMAT);
        size(ours, "v4l2_frmsizeenum", FrameSize.SIZE);
        offset(ours, "v4l2_frmsizeenum", "index", FrameSize.INDEX);
        offset(ours, "v4l2_frmsizeenum", "pixel_format", FrameSize.PIXEL_FORMAT);
        offset(ours, "v4l2_frmsizeenum", "type", FrameSize.TYPE);
        offset(ours, "v4l2_frmsizeenum", "discrete", FrameSize.VALUES);
        offset(ours, "v4l2_frmsizeenum", "stepwise", FrameSize.VALUES);
        size(ours, "v4l2_frmivalenum", FrameRate.SIZE);
        offset(ours, "v4l2_frmivalenum", "width", FrameRate.WIDTH);
        offset(ours, "v4l2_frmivalenum", "height", FrameRate.HEIGHT);
        offset(ours, "v4l2_frmivalenum", "pixel_format", FrameRate.PIXEL_FORMAT);
        offset(ours, "v4l2_frmivalenum", "type", FrameRate.TYPE);
        offset(ours, "v4l2_frmivalenum", "discrete", FrameRate.FIRST);
        offset(ours, "v4l2_frmivalenum", "stepwise.max", FrameRate.SECOND);
        size(ours, "v4l2_streamparm", StreamParameters.SIZE);
        offset(ours, "v4l2_streamparm", "type", StreamParameters.TYPE);
        offset(ours, "v4l2_streamparm", "parm.capture.capability", StreamParameters.CAPABILITY);
        offset(ours, "v4l2_streamparm", "parm.capture.timeperframe.numerator", StreamParameters.NUMERATOR);
        offset(ours, "v4l2_streamparm", "parm.capture.timeperframe.denominator", StreamParameters.DENOMINATOR);
        size(ours, "v4l2_requestbuffers", RequestBuffers.SIZE);
        offset(ours, "v4l2_requestbuffers", "count", RequestBuffers.COUNT);
        offset(ours, "v4l2_requestbuffers", "type", RequestBuffers.TYPE);
        offset(ours, "v4l2_requestbuffers", "memory", RequestBuffers.MEMORY);
        size(ours, "v4l2_exportbuffer", ExportBuffer.SIZE);
        offset(ours, "v4l2_exportbuffer", "type", ExportBuffer.TYPE);
        offset(ours, "v4l2_exportbuffer", "index", ExportBuffer.INDEX);
        offset(ours, "v4l2_exportbuffer", "plane", ExportBuffer.PLANE);
        offset(ours, "v4l2_exportbuffer", "flags", ExportBuffer.FLAGS);
        offset(ours, "v4l2_exportbuffer", "fd", ExportBuffer.FD);
        assertAsInC(ours);
    }

    @Test
    void formatIsLaidOutAsTheStruct() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        size(ours, "v4l2_format", Format.SIZE);
        offset(ours, "v4l2_format", "type", Format.TYPE);
        offset(ours, "v4l2_format", "fmt.pix.width", Format.WIDTH);
        offset(ours, "v4l2_format", "fmt.pix.height", Format.HEIGHT);
        offset(ours, "v4l2_format", "fmt.pix.pixelformat", Format.PIXELFORMAT);
        offset(ours, "v4l2_format", "fmt.pix.field", Format.FIELD);
        offset(ours, "v4l2_format", "fmt.pix.bytesperline", Format.BYTESPERLINE);
        offset(ours, "v4l2_format", "fmt.pix.sizeimage", Format.SIZEIMAGE);
        offset(ours, "v4l2_format", "fmt.pix.colorspace", Format.COLORSPACE);
        offset(ours, "v4l2_format", "fmt.pix.priv", Format.PRIV);
        offset(ours, "v4l2_format", "fmt.pix.ycbcr_enc", Format.YCBCR_ENC);
        offset(ours, "v4l2_format", "fmt.pix.quantization", Format.QUANTIZATION);
        offset(ours, "v4l2_format", "fmt.pix_mp.width", Format.WIDTH);
        offset(ours, "v4l2_format", "fmt.pix_mp.height", Format.HEIGHT);
        offset(ours, "v4l2_format", "fmt.pix_mp.pixelformat", Format.PIXELFORMAT);
        offset(ours, "v4l2_format", "fmt.pix_mp.field", Format.FIELD);
        offset(ours, "v4l2_format", "fmt.pix_mp.colorspace", Format.MP_COLORSPACE);
        offset(ours, "v4l2_format", "fmt.pix_mp.plane_fmt", Format.MP_PLANES);
        offset(ours, "v4l2_format", "fmt.pix_mp.num_planes", Format.MP_NUM_PLANES);
        offset(ours, "v4l2_format", "fmt.pix_mp.ycbcr_enc", Format.MP_YCBCR_ENC);
        offset(ours, "v4l2_format", "fmt.pix_mp.quantization", Format.MP_QUANTIZATION);
        size(ours, "v4l2_plane_pix_format", Format.MP_PLANE_SIZE);
        offset(ours, "v4l2_plane_pix_format", "sizeimage", Format.MP_PLANE_SIZEIMAGE);
        offset(ours, "v4l2_plane_pix_format", "bytesperline", Format.MP_PLANE_BYTESPERLINE);
        assertAsInC(ours);
    }

    @Test
    void bufferIsLaidOutAsTheStruct() throws Exception {
        Map<String, Long> ours = new LinkedHashMap<>();
        size(ours, "v4l2_buffer", Buffer.SIZE);
        offset(ours, "v4l2_buffer", "index", Buffer.INDEX);
        offset(ours, "v4l2_buffer", "type", Buffer.TYPE);
        offset(ours, "v4l2_buffer", "bytesused", Buffer.BYTESUSED);
        offset(ours, "v4l2_buffer", "flags", Buffer.FLAGS);
        offset(ours, "v4l2_buffer", "field", Buffer.FIELD);
        offset(ours, "v4l2_buffer", "timestamp.tv_sec", Buffer.SECONDS);
        offset(ours, "v4l2_buffer", "timestamp.tv_usec", Buffer.MICROSECONDS);
        offset(ours, "v4l2_buffer", "sequence", Buffer.SEQUENCE);
        offset(ours, "v4l2_buffer", "memory", Buffer.MEMORY);
        offset(ours, "v4l2_buffer", "m.fd", Buffer.M);
        offset(ours, "v4l2_buffer", "m.planes", Buffer.M);
        offset(ours, "v4l2_buffer", "length", Buffer.LENGTH);
        size(ours, "v4l2_plane", Buffer.PLANE_SIZE);
        offset(ours, "v4l2_plane", "bytesused", Buffer.PLANE_BYTESUSED);
        offset(ours, "v4l2_plane", "length", Buffer.PLANE_LENGTH);
        offset(ours, "v4l2_plane", "m.fd", Buffer.PLANE_M);
        offset(ours, "v4l2_plane", "data_offset", Buffer.PLANE_DATA_OFFSET);
        assertAsInC(ours);
    }

    @Test
    void structsThatTheCallerFillsAreFilledAsInC() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            assertFilled("struct v4l2_format s = { .type = 1, .fmt.pix = { .width = 640, .height = 480, .pixelformat = V4L2_PIX_FMT_NV12,"
                    + " .field = V4L2_FIELD_NONE, .priv = V4L2_PIX_FMT_PRIV_MAGIC, .bytesperline = 704 } };", aligned(arena));
            assertFilled("struct v4l2_requestbuffers s = { .count = 4, .type = 1, .memory = V4L2_MEMORY_DMABUF };",
                    RequestBuffers.fill(arena, 4, Videodev.VIDEO_CAPTURE, Videodev.MEMORY_DMABUF));
            assertFilled("struct v4l2_exportbuffer s = { .type = 9, .index = 3, .plane = 1, .flags = 02000002 };",
                    ExportBuffer.fill(arena, Videodev.VIDEO_CAPTURE_MPLANE, 3, 1));
            assertFilled("struct v4l2_streamparm s = { .type = 1, .parm.capture.timeperframe = { 1, 30 } };",
                    StreamParameters.fill(arena, Videodev.VIDEO_CAPTURE, 1, 30));
            Buffer buffer = new Buffer(arena, Videodev.VIDEO_CAPTURE, Videodev.MEMORY_DMABUF, 1).about(2);
            buffer.plane(0, 17, 0xffff_ffffL);
            assertFilled("struct v4l2_buffer s = { .index = 2, .type = 1, .memory = V4L2_MEMORY_DMABUF, .m.fd = 17,"
                            + " .length = 4294967295u };",
                    buffer.struct());
        }
    }

    private static MemorySegment aligned(Arena arena) {
        MemorySegment format = Format.fill(arena, Videodev.VIDEO_CAPTURE, 0x3231564e, 640, 480);
        Format.askStride(format, 0, 704);
        return format;
    }

    private static void size(Map<String, Long> ours, String struct, long size) {
        ours.put("sizeof(struct " + struct + ")", size);
    }

    private static void offset(Map<String, Long> ours, String struct, String field, long offset) {
        ours.put("offsetof(struct " + struct + ", " + field + ")", offset);
    }

    private static void assertFilled(String declaration, MemorySegment ours) throws Exception {
        String c = CLayout.compileAndRun("#include <stdio.h>\n#include <linux/types.h>\n#include <linux/videodev2.h>\nint main(void) { "
                + declaration + " for (size_t i = 0; i < sizeof s; i++) printf(\"%02x\", ((unsigned char *) &s)[i]); return 0; }\n");
        assertEquals(c, HexFormat.of().formatHex(ours.toArray(ValueLayout.JAVA_BYTE)), declaration);
    }
}
