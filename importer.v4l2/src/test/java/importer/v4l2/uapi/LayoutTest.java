package importer.v4l2.uapi;

import dmabuf.linux.CHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Structs, requests and constants against those that a C compiler makes of linux/videodev2.h. */
class LayoutTest {

    private final CHeader header = CHeader.of("linux/types.h", "linux/ioctl.h", "linux/videodev2.h");

    @Test
    void requestNumbersAreThoseOfTheHeader() throws Exception {
        header.number("VIDIOC_QUERYCAP", Videodev.QUERYCAP);
        header.number("VIDIOC_ENUM_FMT", Videodev.ENUM_FMT);
        header.number("VIDIOC_G_FMT", Videodev.G_FMT);
        header.number("VIDIOC_S_FMT", Videodev.S_FMT);
        header.number("VIDIOC_REQBUFS", Videodev.REQBUFS);
        header.number("VIDIOC_QUERYBUF", Videodev.QUERYBUF);
        header.number("VIDIOC_QBUF", Videodev.QBUF);
        header.number("VIDIOC_EXPBUF", Videodev.EXPBUF);
        header.number("VIDIOC_DQBUF", Videodev.DQBUF);
        header.number("VIDIOC_STREAMON", Videodev.STREAMON);
        header.number("VIDIOC_STREAMOFF", Videodev.STREAMOFF);
        header.number("VIDIOC_G_PARM", Videodev.G_PARM);
        header.number("VIDIOC_S_PARM", Videodev.S_PARM);
        header.number("VIDIOC_ENUM_FRAMESIZES", Videodev.ENUM_FRAMESIZES);
        header.number("VIDIOC_ENUM_FRAMEINTERVALS", Videodev.ENUM_FRAMEINTERVALS);
        header.assertAsInC();
    }

    @Test
    void constantsAreThoseOfTheHeader() throws Exception {
        header.number("V4L2_CAP_VIDEO_CAPTURE", Videodev.CAP_VIDEO_CAPTURE);
        header.number("V4L2_CAP_VIDEO_CAPTURE_MPLANE", Videodev.CAP_VIDEO_CAPTURE_MPLANE);
        header.number("V4L2_CAP_STREAMING", Videodev.CAP_STREAMING);
        header.number("V4L2_CAP_DEVICE_CAPS", Integer.toUnsignedLong(Videodev.CAP_DEVICE_CAPS));
        header.number("V4L2_BUF_TYPE_VIDEO_CAPTURE", Videodev.VIDEO_CAPTURE);
        header.number("V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE", Videodev.VIDEO_CAPTURE_MPLANE);
        header.number("V4L2_MEMORY_MMAP", Videodev.MEMORY_MMAP);
        header.number("V4L2_MEMORY_DMABUF", Videodev.MEMORY_DMABUF);
        header.number("V4L2_FIELD_ANY", Videodev.FIELD_ANY);
        header.number("V4L2_FIELD_NONE", Videodev.FIELD_NONE);
        header.number("VIDEO_MAX_FRAME", Videodev.MAX_FRAME);
        header.number("VIDEO_MAX_PLANES", Videodev.MAX_PLANES);
        header.number("V4L2_BUF_FLAG_ERROR", Videodev.BUF_FLAG_ERROR);
        header.number("V4L2_BUF_FLAG_TIMESTAMP_MASK", Videodev.BUF_FLAG_TIMESTAMP_MASK);
        header.number("V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC", Videodev.BUF_FLAG_TIMESTAMP_MONOTONIC);
        header.number("V4L2_FMT_FLAG_COMPRESSED", Videodev.FMT_FLAG_COMPRESSED);
        header.number("V4L2_FMT_FLAG_EMULATED", Videodev.FMT_FLAG_EMULATED);
        header.number("V4L2_CAP_TIMEPERFRAME", Videodev.CAP_TIMEPERFRAME);
        header.number("V4L2_FRMSIZE_TYPE_DISCRETE", FrameSize.DISCRETE);
        header.number("V4L2_FRMIVAL_TYPE_DISCRETE", FrameRate.DISCRETE);
        header.number("V4L2_PIX_FMT_PRIV_MAGIC", Integer.toUnsignedLong(Format.PRIV_MAGIC));
        header.assertAsInC();
    }

    @Test
    void sizesAndOffsetsAreThoseOfTheStructs() throws Exception {
        header.size("v4l2_capability", Capability.SIZE);
        header.field("v4l2_capability", "driver", Capability.DRIVER);
        header.field("v4l2_capability", "card", Capability.CARD);
        header.field("v4l2_capability", "bus_info", Capability.BUS_INFO);
        header.field("v4l2_capability", "version", Capability.VERSION);
        header.field("v4l2_capability", "capabilities", Capability.CAPABILITIES);
        header.field("v4l2_capability", "device_caps", Capability.DEVICE_CAPS);
        header.size("v4l2_fmtdesc", FormatDescription.SIZE);
        header.field("v4l2_fmtdesc", "index", FormatDescription.INDEX);
        header.field("v4l2_fmtdesc", "type", FormatDescription.TYPE);
        header.field("v4l2_fmtdesc", "flags", FormatDescription.FLAGS);
        header.field("v4l2_fmtdesc", "description", FormatDescription.DESCRIPTION);
        header.field("v4l2_fmtdesc", "pixelformat", FormatDescription.PIXELFORMAT);
        header.size("v4l2_frmsizeenum", FrameSize.SIZE);
        header.field("v4l2_frmsizeenum", "index", FrameSize.INDEX);
        header.field("v4l2_frmsizeenum", "pixel_format", FrameSize.PIXEL_FORMAT);
        header.field("v4l2_frmsizeenum", "type", FrameSize.TYPE);
        header.field("v4l2_frmsizeenum", "discrete", FrameSize.VALUES);
        header.field("v4l2_frmsizeenum", "stepwise", FrameSize.VALUES);
        header.size("v4l2_frmivalenum", FrameRate.SIZE);
        header.field("v4l2_frmivalenum", "width", FrameRate.WIDTH);
        header.field("v4l2_frmivalenum", "height", FrameRate.HEIGHT);
        header.field("v4l2_frmivalenum", "pixel_format", FrameRate.PIXEL_FORMAT);
        header.field("v4l2_frmivalenum", "type", FrameRate.TYPE);
        header.field("v4l2_frmivalenum", "discrete", FrameRate.FIRST);
        header.field("v4l2_frmivalenum", "stepwise.max", FrameRate.SECOND);
        header.size("v4l2_streamparm", StreamParameters.SIZE);
        header.field("v4l2_streamparm", "type", StreamParameters.TYPE);
        header.field("v4l2_streamparm", "parm.capture.capability", StreamParameters.CAPABILITY);
        header.field("v4l2_streamparm", "parm.capture.timeperframe.numerator", StreamParameters.NUMERATOR);
        header.field("v4l2_streamparm", "parm.capture.timeperframe.denominator", StreamParameters.DENOMINATOR);
        header.size("v4l2_requestbuffers", RequestBuffers.SIZE);
        header.field("v4l2_requestbuffers", "count", RequestBuffers.COUNT);
        header.field("v4l2_requestbuffers", "type", RequestBuffers.TYPE);
        header.field("v4l2_requestbuffers", "memory", RequestBuffers.MEMORY);
        header.size("v4l2_exportbuffer", ExportBuffer.SIZE);
        header.field("v4l2_exportbuffer", "type", ExportBuffer.TYPE);
        header.field("v4l2_exportbuffer", "index", ExportBuffer.INDEX);
        header.field("v4l2_exportbuffer", "plane", ExportBuffer.PLANE);
        header.field("v4l2_exportbuffer", "flags", ExportBuffer.FLAGS);
        header.field("v4l2_exportbuffer", "fd", ExportBuffer.FD);
        header.assertAsInC();
    }

    @Test
    void formatIsLaidOutAsTheStruct() throws Exception {
        header.size("v4l2_format", Format.SIZE);
        header.field("v4l2_format", "type", Format.TYPE);
        header.field("v4l2_format", "fmt.pix.width", Format.WIDTH);
        header.field("v4l2_format", "fmt.pix.height", Format.HEIGHT);
        header.field("v4l2_format", "fmt.pix.pixelformat", Format.PIXELFORMAT);
        header.field("v4l2_format", "fmt.pix.field", Format.FIELD);
        header.field("v4l2_format", "fmt.pix.bytesperline", Format.BYTESPERLINE);
        header.field("v4l2_format", "fmt.pix.sizeimage", Format.SIZEIMAGE);
        header.field("v4l2_format", "fmt.pix.colorspace", Format.COLORSPACE);
        header.field("v4l2_format", "fmt.pix.priv", Format.PRIV);
        header.field("v4l2_format", "fmt.pix.ycbcr_enc", Format.YCBCR_ENC);
        header.field("v4l2_format", "fmt.pix.quantization", Format.QUANTIZATION);
        header.field("v4l2_format", "fmt.pix_mp.width", Format.WIDTH);
        header.field("v4l2_format", "fmt.pix_mp.height", Format.HEIGHT);
        header.field("v4l2_format", "fmt.pix_mp.pixelformat", Format.PIXELFORMAT);
        header.field("v4l2_format", "fmt.pix_mp.field", Format.FIELD);
        header.field("v4l2_format", "fmt.pix_mp.colorspace", Format.MP_COLORSPACE);
        header.field("v4l2_format", "fmt.pix_mp.plane_fmt", Format.MP_PLANES);
        header.field("v4l2_format", "fmt.pix_mp.num_planes", Format.MP_NUM_PLANES);
        header.field("v4l2_format", "fmt.pix_mp.ycbcr_enc", Format.MP_YCBCR_ENC);
        header.field("v4l2_format", "fmt.pix_mp.quantization", Format.MP_QUANTIZATION);
        header.size("v4l2_plane_pix_format", Format.MP_PLANE_SIZE);
        header.field("v4l2_plane_pix_format", "sizeimage", Format.MP_PLANE_SIZEIMAGE);
        header.field("v4l2_plane_pix_format", "bytesperline", Format.MP_PLANE_BYTESPERLINE);
        header.assertAsInC();
    }

    @Test
    void bufferIsLaidOutAsTheStruct() throws Exception {
        header.size("v4l2_buffer", Buffer.SIZE);
        header.field("v4l2_buffer", "index", Buffer.INDEX);
        header.field("v4l2_buffer", "type", Buffer.TYPE);
        header.field("v4l2_buffer", "bytesused", Buffer.BYTESUSED);
        header.field("v4l2_buffer", "flags", Buffer.FLAGS);
        header.field("v4l2_buffer", "field", Buffer.FIELD);
        header.field("v4l2_buffer", "timestamp.tv_sec", Buffer.SECONDS);
        header.field("v4l2_buffer", "timestamp.tv_usec", Buffer.MICROSECONDS);
        header.field("v4l2_buffer", "sequence", Buffer.SEQUENCE);
        header.field("v4l2_buffer", "memory", Buffer.MEMORY);
        header.field("v4l2_buffer", "m.fd", Buffer.M);
        header.field("v4l2_buffer", "m.planes", Buffer.M);
        header.field("v4l2_buffer", "length", Buffer.LENGTH);
        header.size("v4l2_plane", Buffer.PLANE_SIZE);
        header.field("v4l2_plane", "bytesused", Buffer.PLANE_BYTESUSED);
        header.field("v4l2_plane", "length", Buffer.PLANE_LENGTH);
        header.field("v4l2_plane", "m.fd", Buffer.PLANE_M);
        header.field("v4l2_plane", "data_offset", Buffer.PLANE_DATA_OFFSET);
        header.assertAsInC();
    }

    @Test
    void structsThatTheCallerFillsAreFilledAsInC() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            header.assertFilledAsInC("struct v4l2_format s = { .type = 1, .fmt.pix = { .width = 640, .height = 480,"
                            + " .pixelformat = V4L2_PIX_FMT_NV12, .field = V4L2_FIELD_NONE, .priv = V4L2_PIX_FMT_PRIV_MAGIC,"
                            + " .bytesperline = 704 } }",
                    aligned(arena));
            header.assertFilledAsInC("struct v4l2_requestbuffers s = { .count = 4, .type = 1, .memory = V4L2_MEMORY_DMABUF }",
                    RequestBuffers.fill(arena, 4, Videodev.VIDEO_CAPTURE, Videodev.MEMORY_DMABUF));
            header.assertFilledAsInC("struct v4l2_exportbuffer s = { .type = 9, .index = 3, .plane = 1, .flags = 02000002 }",
                    ExportBuffer.fill(arena, Videodev.VIDEO_CAPTURE_MPLANE, 3, 1));
            header.assertFilledAsInC("struct v4l2_streamparm s = { .type = 1, .parm.capture.timeperframe = { 1, 30 } }",
                    StreamParameters.fill(arena, Videodev.VIDEO_CAPTURE, 1, 30));
            Buffer buffer = new Buffer(arena, Videodev.VIDEO_CAPTURE, Videodev.MEMORY_DMABUF, 1).about(2);
            buffer.plane(0, 17, 0xffff_ffffL);
            header.assertFilledAsInC("struct v4l2_buffer s = { .index = 2, .type = 1, .memory = V4L2_MEMORY_DMABUF, .m.fd = 17,"
                            + " .length = 4294967295u }",
                    buffer.struct());
        }
    }

    private static MemorySegment aligned(Arena arena) {
        MemorySegment format = Format.fill(arena, Videodev.VIDEO_CAPTURE, 0x3231564e, 640, 480);
        Format.askStride(format, 0, 704);
        return format;
    }
}
