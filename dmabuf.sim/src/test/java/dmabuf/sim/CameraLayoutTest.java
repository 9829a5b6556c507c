package dmabuf.sim;

import dmabuf.linux.CHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The structs and requests of cameras that the simulation reads, against the system's linux/videodev2.h. */
class CameraLayoutTest {

    private final CHeader header = CHeader.of("stddef.h", "linux/videodev2.h");

    @Test
    void requestsAreThoseOfTheHeader() throws Exception {
        header.number("VIDIOC_QUERYCAP", V4l2Uapi.QUERYCAP);
        header.number("VIDIOC_ENUM_FMT", V4l2Uapi.ENUM_FMT);
        header.number("VIDIOC_G_FMT", V4l2Uapi.G_FMT);
        header.number("VIDIOC_S_FMT", V4l2Uapi.S_FMT);
        header.number("VIDIOC_TRY_FMT", V4l2Uapi.TRY_FMT);
        header.number("VIDIOC_REQBUFS", V4l2Uapi.REQBUFS);
        header.number("VIDIOC_QUERYBUF", V4l2Uapi.QUERYBUF);
        header.number("VIDIOC_QBUF", V4l2Uapi.QBUF);
        header.number("VIDIOC_DQBUF", V4l2Uapi.DQBUF);
        header.number("VIDIOC_PREPARE_BUF", V4l2Uapi.PREPARE_BUF);
        header.number("VIDIOC_EXPBUF", V4l2Uapi.EXPBUF);
        header.number("VIDIOC_STREAMON", V4l2Uapi.STREAMON);
        header.number("VIDIOC_STREAMOFF", V4l2Uapi.STREAMOFF);
        header.number("VIDIOC_G_PARM", V4l2Uapi.G_PARM);
        header.number("VIDIOC_S_PARM", V4l2Uapi.S_PARM);
        header.number("VIDIOC_ENUMINPUT", V4l2Uapi.ENUMINPUT);
        header.number("VIDIOC_G_INPUT", V4l2Uapi.G_INPUT);
        header.number("VIDIOC_S_INPUT", V4l2Uapi.S_INPUT);
        header.number("VIDIOC_ENUM_FRAMESIZES", V4l2Uapi.ENUM_FRAMESIZES);
        header.number("VIDIOC_ENUM_FRAMEINTERVALS", V4l2Uapi.ENUM_FRAMEINTERVALS);
        header.assertAsInC();
    }

    @Test
    void constantsAreThoseOfTheHeader() throws Exception {
        header.number("V4L2_BUF_TYPE_VIDEO_CAPTURE", V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE);
        header.number("V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE", V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE_MPLANE);
        header.number("V4L2_MEMORY_MMAP", V4l2Uapi.MEMORY_MMAP);
        header.number("V4L2_MEMORY_DMABUF", V4l2Uapi.MEMORY_DMABUF);
        header.number("V4L2_FIELD_NONE", V4l2Uapi.FIELD_NONE);
        header.number("V4L2_COLORSPACE_SRGB", V4l2Uapi.COLORSPACE_SRGB);
        header.number("VIDEO_MAX_PLANES", V4l2Uapi.MAX_PLANES);
        header.number("V4L2_CAP_VIDEO_CAPTURE", V4l2Uapi.CAP_VIDEO_CAPTURE);
        header.number("V4L2_CAP_VIDEO_CAPTURE_MPLANE", V4l2Uapi.CAP_VIDEO_CAPTURE_MPLANE);
        header.number("V4L2_CAP_EXT_PIX_FORMAT", V4l2Uapi.CAP_EXT_PIX_FORMAT);
        header.number("V4L2_CAP_STREAMING", V4l2Uapi.CAP_STREAMING);
        header.number("V4L2_CAP_DEVICE_CAPS", Integer.toUnsignedLong(V4l2Uapi.CAP_DEVICE_CAPS));
        header.number("V4L2_CAP_TIMEPERFRAME", V4l2Uapi.CAP_TIMEPERFRAME);
        header.number("V4L2_PIX_FMT_PRIV_MAGIC", Integer.toUnsignedLong(V4l2Uapi.PIX_FMT_PRIV_MAGIC));
        header.number("V4L2_PIX_FMT_YUYV", V4l2Uapi.PIX_FMT_YUYV);
        header.number("V4L2_PIX_FMT_NV12", V4l2Uapi.PIX_FMT_NV12);
        header.number("V4L2_PIX_FMT_NV12M", V4l2Uapi.PIX_FMT_NV12M);
        header.number("V4L2_PIX_FMT_XBGR32", V4l2Uapi.PIX_FMT_XBGR32);
        header.number("V4L2_BUF_CAP_SUPPORTS_MMAP", V4l2Uapi.BUF_CAP_SUPPORTS_MMAP);
        header.number("V4L2_BUF_CAP_SUPPORTS_DMABUF", V4l2Uapi.BUF_CAP_SUPPORTS_DMABUF);
        header.number("V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS", V4l2Uapi.BUF_CAP_SUPPORTS_ORPHANED_BUFS);
        header.number("V4L2_BUF_FLAG_MAPPED", V4l2Uapi.BUF_FLAG_MAPPED);
        header.number("V4L2_BUF_FLAG_QUEUED", V4l2Uapi.BUF_FLAG_QUEUED);
        header.number("V4L2_BUF_FLAG_DONE", V4l2Uapi.BUF_FLAG_DONE);
        header.number("V4L2_BUF_FLAG_ERROR", V4l2Uapi.BUF_FLAG_ERROR);
        header.number("V4L2_BUF_FLAG_PREPARED", V4l2Uapi.BUF_FLAG_PREPARED);
        header.number("V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC", V4l2Uapi.BUF_FLAG_TIMESTAMP_MONOTONIC);
        header.number("V4L2_INPUT_TYPE_CAMERA", V4l2Uapi.INPUT_TYPE_CAMERA);
        header.number("V4L2_FRMSIZE_TYPE_DISCRETE", V4l2Uapi.FRMSIZE_TYPE_DISCRETE);
        header.number("V4L2_FRMIVAL_TYPE_DISCRETE", V4l2Uapi.FRMIVAL_TYPE_DISCRETE);
        header.assertAsInC();
    }

    @Test
    void formatsAreThoseOfTheHeader() throws Exception {
        String format = "v4l2_format";
        header.size(format, V4l2Uapi.FORMAT_SIZE);
        header.field(format, "type", V4l2Uapi.FORMAT_TYPE);
        header.field(format, "fmt.pix", V4l2Uapi.PIX);
        header.number("offsetof(struct v4l2_format, fmt.pix) + sizeof(struct v4l2_pix_format)", V4l2Uapi.PIX_END);
        for (String union : List.of("fmt.pix", "fmt.pix_mp")) {
            header.field(format, union + ".width", V4l2Uapi.PIX_WIDTH);
            header.field(format, union + ".height", V4l2Uapi.PIX_HEIGHT);
            header.field(format, union + ".pixelformat", V4l2Uapi.PIX_PIXELFORMAT);
            header.field(format, union + ".field", V4l2Uapi.PIX_FIELD);
        }
        header.field(format, "fmt.pix.bytesperline", V4l2Uapi.PIX_BYTESPERLINE);
        header.field(format, "fmt.pix.sizeimage", V4l2Uapi.PIX_SIZEIMAGE);
        header.field(format, "fmt.pix.colorspace", V4l2Uapi.PIX_COLORSPACE);
        header.field(format, "fmt.pix.priv", V4l2Uapi.PIX_PRIV);
        header.field(format, "fmt.pix.flags", V4l2Uapi.PIX_FLAGS);
        header.field(format, "fmt.pix.ycbcr_enc", V4l2Uapi.PIX_YCBCR_ENC);
        header.field(format, "fmt.pix_mp.colorspace", V4l2Uapi.MP_COLORSPACE);
        header.field(format, "fmt.pix_mp.plane_fmt", V4l2Uapi.MP_PLANE_FMT);
        header.field(format, "fmt.pix_mp.num_planes", V4l2Uapi.MP_NUM_PLANES);
        header.field(format, "fmt.pix_mp.ycbcr_enc", V4l2Uapi.MP_YCBCR_ENC);
        header.size("v4l2_plane_pix_format", V4l2Uapi.PLANE_FMT_SIZE);
        header.field("v4l2_plane_pix_format", "sizeimage", V4l2Uapi.PLANE_FMT_SIZEIMAGE);
        header.field("v4l2_plane_pix_format", "bytesperline", V4l2Uapi.PLANE_FMT_BYTESPERLINE);
        header.field("v4l2_plane_pix_format", "reserved", V4l2Uapi.PLANE_FMT_RESERVED);
        header.size("v4l2_fmtdesc", V4l2Uapi.FMTDESC_SIZE);
        header.field("v4l2_fmtdesc", "index", V4l2Uapi.FMTDESC_INDEX);
        header.field("v4l2_fmtdesc", "type", V4l2Uapi.FMTDESC_TYPE);
        header.field("v4l2_fmtdesc", "flags", V4l2Uapi.FMTDESC_FLAGS);
        header.field("v4l2_fmtdesc", "description", V4l2Uapi.FMTDESC_DESCRIPTION);
        header.field("v4l2_fmtdesc", "pixelformat", V4l2Uapi.FMTDESC_PIXELFORMAT);
        header.assertAsInC();
    }

    @Test
    void buffersAreThoseOfTheHeader() throws Exception {
        String buffer = "v4l2_buffer";
        header.size(buffer, V4l2Uapi.BUFFER_SIZE);
        header.field(buffer, "index", V4l2Uapi.BUFFER_INDEX);
        header.field(buffer, "type", V4l2Uapi.BUFFER_TYPE);
        header.field(buffer, "bytesused", V4l2Uapi.BUFFER_BYTESUSED);
        header.field(buffer, "flags", V4l2Uapi.BUFFER_FLAGS);
        header.field(buffer, "field", V4l2Uapi.BUFFER_FIELD);
        header.field(buffer, "timestamp.tv_sec", V4l2Uapi.BUFFER_TIMESTAMP_SECONDS);
        header.field(buffer, "timestamp.tv_usec", V4l2Uapi.BUFFER_TIMESTAMP_MICROSECONDS);
        header.field(buffer, "timecode", V4l2Uapi.BUFFER_TIMECODE);
        header.field(buffer, "sequence", V4l2Uapi.BUFFER_SEQUENCE);
        header.field(buffer, "memory", V4l2Uapi.BUFFER_MEMORY);
        header.field(buffer, "m", V4l2Uapi.BUFFER_M);
        header.field(buffer, "length", V4l2Uapi.BUFFER_LENGTH);
        header.field(buffer, "reserved2", V4l2Uapi.BUFFER_RESERVED2);
        header.field(buffer, "request_fd", V4l2Uapi.BUFFER_REQUEST_FD);
        String plane = "v4l2_plane";
        header.size(plane, V4l2Uapi.PLANE_SIZE);
        header.field(plane, "bytesused", V4l2Uapi.PLANE_BYTESUSED);
        header.field(plane, "length", V4l2Uapi.PLANE_LENGTH);
        header.field(plane, "m", V4l2Uapi.PLANE_M);
        header.field(plane, "data_offset", V4l2Uapi.PLANE_DATA_OFFSET);
        header.field(plane, "reserved", V4l2Uapi.PLANE_RESERVED);
        String request = "v4l2_requestbuffers";
        header.size(request, V4l2Uapi.REQUESTBUFFERS_SIZE);
        header.field(request, "count", V4l2Uapi.REQUESTBUFFERS_COUNT);
        header.field(request, "type", V4l2Uapi.REQUESTBUFFERS_TYPE);
        header.field(request, "memory", V4l2Uapi.REQUESTBUFFERS_MEMORY);
        header.field(request, "capabilities", V4l2Uapi.REQUESTBUFFERS_CAPABILITIES);
        header.field(request, "flags", V4l2Uapi.REQUESTBUFFERS_FLAGS);
        String export = "v4l2_exportbuffer";
        header.size(export, V4l2Uapi.EXPORTBUFFER_SIZE);
        header.field(export, "type", V4l2Uapi.EXPORTBUFFER_TYPE);
        header.field(export, "index", V4l2Uapi.EXPORTBUFFER_INDEX);
        header.field(export, "plane", V4l2Uapi.EXPORTBUFFER_PLANE);
        header.field(export, "flags", V4l2Uapi.EXPORTBUFFER_FLAGS);
        header.field(export, "fd", V4l2Uapi.EXPORTBUFFER_FD);
        header.assertAsInC();
    }

    @Test
    void theRestIsThatOfTheHeader() throws Exception {
        header.size("v4l2_capability", V4l2Uapi.CAPABILITY_SIZE);
        header.field("v4l2_capability", "driver", V4l2Uapi.CAPABILITY_DRIVER);
        header.field("v4l2_capability", "card", V4l2Uapi.CAPABILITY_CARD);
        header.field("v4l2_capability", "bus_info", V4l2Uapi.CAPABILITY_BUS_INFO);
        header.field("v4l2_capability", "version", V4l2Uapi.CAPABILITY_VERSION);
        header.field("v4l2_capability", "capabilities", V4l2Uapi.CAPABILITY_CAPABILITIES);
        header.field("v4l2_capability", "device_caps", V4l2Uapi.CAPABILITY_DEVICE_CAPS);
        header.size("v4l2_streamparm", V4l2Uapi.STREAMPARM_SIZE);
        header.field("v4l2_streamparm", "type", V4l2Uapi.STREAMPARM_TYPE);
        header.field("v4l2_streamparm", "parm.capture.capability", V4l2Uapi.CAPTUREPARM_CAPABILITY);
        header.field("v4l2_streamparm", "parm.capture.timeperframe.numerator", V4l2Uapi.CAPTUREPARM_NUMERATOR);
        header.field("v4l2_streamparm", "parm.capture.timeperframe.denominator", V4l2Uapi.CAPTUREPARM_DENOMINATOR);
        header.field("v4l2_streamparm", "parm.capture.readbuffers", V4l2Uapi.CAPTUREPARM_READBUFFERS);
        header.size("v4l2_input", V4l2Uapi.INPUT_SIZE);
        header.field("v4l2_input", "index", V4l2Uapi.INPUT_INDEX);
        header.field("v4l2_input", "name", V4l2Uapi.INPUT_NAME);
        header.field("v4l2_input", "type", V4l2Uapi.INPUT_TYPE);
        header.size("v4l2_frmsizeenum", V4l2Uapi.FRMSIZEENUM_SIZE);
        header.field("v4l2_frmsizeenum", "index", V4l2Uapi.FRMSIZEENUM_INDEX);
        header.field("v4l2_frmsizeenum", "pixel_format", V4l2Uapi.FRMSIZEENUM_PIXEL_FORMAT);
        header.field("v4l2_frmsizeenum", "type", V4l2Uapi.FRMSIZEENUM_TYPE);
        header.field("v4l2_frmsizeenum", "discrete.width", V4l2Uapi.FRMSIZEENUM_WIDTH);
        header.field("v4l2_frmsizeenum", "discrete.height", V4l2Uapi.FRMSIZEENUM_HEIGHT);
        header.size("v4l2_frmivalenum", V4l2Uapi.FRMIVALENUM_SIZE);
        header.field("v4l2_frmivalenum", "index", V4l2Uapi.FRMIVALENUM_INDEX);
        header.field("v4l2_frmivalenum", "pixel_format", V4l2Uapi.FRMIVALENUM_PIXEL_FORMAT);
        header.field("v4l2_frmivalenum", "width", V4l2Uapi.FRMIVALENUM_WIDTH);
        header.field("v4l2_frmivalenum", "height", V4l2Uapi.FRMIVALENUM_HEIGHT);
        header.field("v4l2_frmivalenum", "type", V4l2Uapi.FRMIVALENUM_TYPE);
        header.field("v4l2_frmivalenum", "discrete.numerator", V4l2Uapi.FRMIVALENUM_NUMERATOR);
        header.field("v4l2_frmivalenum", "discrete.denominator", V4l2Uapi.FRMIVALENUM_DENOMINATOR);
        header.assertAsInC();
    }
}
