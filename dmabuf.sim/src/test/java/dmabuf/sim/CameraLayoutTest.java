package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.linux.CLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The structs and requests of cameras that the simulation reads, against the system's linux/videodev2.h. */
class CameraLayoutTest {

    private final Map<String, Long> ours = new LinkedHashMap<>();

    private void assertHeaderSays() throws Exception {
        assumeTrue(CLayout.compiler().isPresent(), "no C compiler on this machine");
        assertEquals(ours, CLayout.evaluate(List.of("stddef.h", "linux/videodev2.h"), List.copyOf(ours.keySet())));
    }

    private void size(String struct, long size) {
        ours.put("sizeof(struct " + struct + ")", size);
    }

    private void field(String struct, String field, long offset) {
        ours.put("offsetof(struct " + struct + ", " + field + ")", offset);
    }

    @Test
    void requestsAreThoseOfTheHeader() throws Exception {
        ours.put("VIDIOC_QUERYCAP", V4l2Uapi.QUERYCAP);
        ours.put("VIDIOC_ENUM_FMT", V4l2Uapi.ENUM_FMT);
        ours.put("VIDIOC_G_FMT", V4l2Uapi.G_FMT);
        ours.put("VIDIOC_S_FMT", V4l2Uapi.S_FMT);
        ours.put("VIDIOC_TRY_FMT", V4l2Uapi.TRY_FMT);
        ours.put("VIDIOC_REQBUFS", V4l2Uapi.REQBUFS);
        ours.put("VIDIOC_QUERYBUF", V4l2Uapi.QUERYBUF);
        ours.put("VIDIOC_QBUF", V4l2Uapi.QBUF);
        ours.put("VIDIOC_DQBUF", V4l2Uapi.DQBUF);
        ours.put("VIDIOC_PREPARE_BUF", V4l2Uapi.PREPARE_BUF);
        ours.put("VIDIOC_EXPBUF", V4l2Uapi.EXPBUF);
        ours.put("VIDIOC_STREAMON", V4l2Uapi.STREAMON);
        ours.put("VIDIOC_STREAMOFF", V4l2Uapi.STREAMOFF);
        ours.put("VIDIOC_G_PARM", V4l2Uapi.G_PARM);
        ours.put("VIDIOC_S_PARM", V4l2Uapi.S_PARM);
        ours.put("VIDIOC_ENUMINPUT", V4l2Uapi.ENUMINPUT);
        ours.put("VIDIOC_G_INPUT", V4l2Uapi.G_INPUT);
        ours.put("VIDIOC_S_INPUT", V4l2Uapi.S_INPUT);
        ours.put("VIDIOC_ENUM_FRAMESIZES", V4l2Uapi.ENUM_FRAMESIZES);
        ours.put("VIDIOC_ENUM_FRAMEINTERVALS", V4l2Uapi.ENUM_FRAMEINTERVALS);
        assertHeaderSays();
    }

    @Test
    void constantsAreThoseOfTheHeader() throws Exception {
        ours.put("V4L2_BUF_TYPE_VIDEO_CAPTURE", (long) V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE);
        ours.put("V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE", (long) V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE_MPLANE);
        ours.put("V4L2_MEMORY_MMAP", (long) V4l2Uapi.MEMORY_MMAP);
        ours.put("V4L2_MEMORY_DMABUF", (long) V4l2Uapi.MEMORY_DMABUF);
        ours.put("V4L2_FIELD_NONE", (long) V4l2Uapi.FIELD_NONE);
        ours.put("V4L2_COLORSPACE_SRGB", (long) V4l2Uapi.COLORSPACE_SRGB);
        ours.put("VIDEO_MAX_PLANES", (long) V4l2Uapi.MAX_PLANES);
        ours.put("V4L2_CAP_VIDEO_CAPTURE", (long) V4l2Uapi.CAP_VIDEO_CAPTURE);
        ours.put("V4L2_CAP_VIDEO_CAPTURE_MPLANE", (long) V4l2Uapi.CAP_VIDEO_CAPTURE_MPLANE);
        ours.put("V4L2_CAP_EXT_PIX_FORMAT", (long) V4l2Uapi.CAP_EXT_PIX_FORMAT);
        ours.put("V4L2_CAP_STREAMING", (long) V4l2Uapi.CAP_STREAMING);
        ours.put("V4L2_CAP_DEVICE_CAPS", Integer.toUnsignedLong(V4l2Uapi.CAP_DEVICE_CAPS));
        ours.put("V4L2_CAP_TIMEPERFRAME", (long) V4l2Uapi.CAP_TIMEPERFRAME);
        ours.put("V4L2_PIX_FMT_PRIV_MAGIC", Integer.toUnsignedLong(V4l2Uapi.PIX_FMT_PRIV_MAGIC));
        ours.put("V4L2_PIX_FMT_YUYV", (long) V4l2Uapi.PIX_FMT_YUYV);
        ours.put("V4L2_PIX_FMT_NV12", (long) V4l2Uapi.PIX_FMT_NV12);
        ours.put("V4L2_PIX_FMT_NV12M", (long) V4l2Uapi.PIX_FMT_NV12M);
        ours.put("V4L2_PIX_FMT_XBGR32", (long) V4l2Uapi.PIX_FMT_XBGR32);
        ours.put("V4L2_BUF_CAP_SUPPORTS_MMAP", (long) V4l2Uapi.BUF_CAP_SUPPORTS_MMAP);
        ours.put("V4L2_BUF_CAP_SUPPORTS_DMABUF", (long) V4l2Uapi.BUF_CAP_SUPPORTS_DMABUF);
        ours.put("V4L2_BUF_CAP_SUPPORTS_ORPHANED_BUFS", (long) V4l2Uapi.BUF_CAP_SUPPORTS_ORPHANED_BUFS);
        ours.put("V4L2_BUF_FLAG_MAPPED", (long) V4l2Uapi.BUF_FLAG_MAPPED);
        ours.put("V4L2_BUF_FLAG_QUEUED", (long) V4l2Uapi.BUF_FLAG_QUEUED);
        ours.put("V4L2_BUF_FLAG_DONE", (long) V4l2Uapi.BUF_FLAG_DONE);
        ours.put("V4L2_BUF_FLAG_ERROR", (long) V4l2Uapi.BUF_FLAG_ERROR);
        ours.put("V4L2_BUF_FLAG_PREPARED", (long) V4l2Uapi.BUF_FLAG_PREPARED);
        ours.put("V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC", (long) V4l2Uapi.BUF_FLAG_TIMESTAMP_MONOTONIC);
        ours.put("V4L2_INPUT_TYPE_CAMERA", (long) V4l2Uapi.INPUT_TYPE_CAMERA);
        ours.put("V4L2_FRMSIZE_TYPE_DISCRETE", (long) V4l2Uapi.FRMSIZE_TYPE_DISCRETE);
        ours.put("V4L2_FRMIVAL_TYPE_DISCRETE", (long) V4l2Uapi.FRMIVAL_TYPE_DISCRETE);
        assertHeaderSays();
    }

    @Test
    void formatsAreThoseOfTheHeader() throws Exception {
        String format = "v4l2_format";
        size(format, V4l2Uapi.FORMAT_SIZE);
        field(format, "type", V4l2Uapi.FORMAT_TYPE);
        field(format, "fmt.pix", V4l2Uapi.PIX);
        ours.put("offsetof(struct v4l2_format, fmt.pix) + sizeof(struct v4l2_pix_format)", (long) V4l2Uapi.PIX_END);
        for (String union : List.of("fmt.pix", "fmt.pix_mp")) {
            field(format, union + ".width", V4l2Uapi.PIX_WIDTH);
            field(format, union + ".height", V4l2Uapi.PIX_HEIGHT);
            field(format, union + ".pixelformat", V4l2Uapi.PIX_PIXELFORMAT);
            field(format, union + ".field", V4l2Uapi.PIX_FIELD);
        }
        field(format, "fmt.pix.bytesperline", V4l2Uapi.PIX_BYTESPERLINE);
        field(format, "fmt.pix.sizeimage", V4l2Uapi.PIX_SIZEIMAGE);
        field(format, "fmt.pix.colorspace", V4l2Uapi.PIX_COLORSPACE);
        field(format, "fmt.pix.priv", V4l2Uapi.PIX_PRIV);
        field(format, "fmt.pix.flags", V4l2Uapi.PIX_FLAGS);
        field(format, "fmt.pix.ycbcr_enc", V4l2Uapi.PIX_YCBCR_ENC);
        field(format, "fmt.pix_mp.colorspace", V4l2Uapi.MP_COLORSPACE);
        field(format, "fmt.pix_mp.plane_fmt", V4l2Uapi.MP_PLANE_FMT);
        field(format, "fmt.pix_mp.num_planes", V4l2Uapi.MP_NUM_PLANES);
        field(format, "fmt.pix_mp.ycbcr_enc", V4l2Uapi.MP_YCBCR_ENC);
        size("v4l2_plane_pix_format", V4l2Uapi.PLANE_FMT_SIZE);
        field("v4l2_plane_pix_format", "sizeimage", V4l2Uapi.PLANE_FMT_SIZEIMAGE);
        field("v4l2_plane_pix_format", "bytesperline", V4l2Uapi.PLANE_FMT_BYTESPERLINE);
        field("v4l2_plane_pix_format", "reserved", V4l2Uapi.PLANE_FMT_RESERVED);
        size("v4l2_fmtdesc", V4l2Uapi.FMTDESC_SIZE);
        field("v4l2_fmtdesc", "index", V4l2Uapi.FMTDESC_INDEX);
        field("v4l2_fmtdesc", "type", V4l2Uapi.FMTDESC_TYPE);
        field("v4l2_fmtdesc", "flags", V4l2Uapi.FMTDESC_FLAGS);
        field("v4l2_fmtdesc", "description", V4l2Uapi.FMTDESC_DESCRIPTION);
        field("v4l2_fmtdesc", "pixelformat", V4l2Uapi.FMTDESC_PIXELFORMAT);
        assertHeaderSays();
    }

    @Test
    void buffersAreThoseOfTheHeader() throws Exception {
        String buffer = "v4l2_buffer";
        size(buffer, V4l2Uapi.BUFFER_SIZE);
        field(buffer, "index", V4l2Uapi.BUFFER_INDEX);
        field(buffer, "type", V4l2Uapi.BUFFER_TYPE);
        field(buffer, "bytesused", V4l2Uapi.BUFFER_BYTESUSED);
        field(buffer, "flags", V4l2Uapi.BUFFER_FLAGS);
        field(buffer, "field", V4l2Uapi.BUFFER_FIELD);
        field(buffer, "timestamp.tv_sec", V4l2Uapi.BUFFER_TIMESTAMP_SECONDS);
        field(buffer, "timestamp.tv_usec", V4l2Uapi.BUFFER_TIMESTAMP_MICROSECONDS);
        field(buffer, "timecode", V4l2Uapi.BUFFER_TIMECODE);
        field(buffer, "sequence", V4l2Uapi.BUFFER_SEQUENCE);
        field(buffer, "memory", V4l2Uapi.BUFFER_MEMORY);
        field(buffer, "m", V4l2Uapi.BUFFER_M);
        field(buffer, "length", V4l2Uapi.BUFFER_LENGTH);
        field(buffer, "reserved2", V4l2Uapi.BUFFER_RESERVED2);
        field(buffer, "request_fd", V4l2Uapi.BUFFER_REQUEST_FD);
        String plane = "v4l2_plane";
        size(plane, V4l2Uapi.PLANE_SIZE);
        field(plane, "bytesused", V4l2Uapi.PLANE_BYTESUSED);
        field(plane, "length", V4l2Uapi.PLANE_LENGTH);
        field(plane, "m", V4l2Uapi.PLANE_M);
        field(plane, "data_offset", V4l2Uapi.PLANE_DATA_OFFSET);
        field(plane, "reserved", V4l2Uapi.PLANE_RESERVED);
        String request = "v4l2_requestbuffers";
        size(request, V4l2Uapi.REQUESTBUFFERS_SIZE);
        field(request, "count", V4l2Uapi.REQUESTBUFFERS_COUNT);
        field(request, "type", V4l2Uapi.REQUESTBUFFERS_TYPE);
        field(request, "memory", V4l2Uapi.REQUESTBUFFERS_MEMORY);
        field(request, "capabilities", V4l2Uapi.REQUESTBUFFERS_CAPABILITIES);
        field(request, "flags", V4l2Uapi.REQUESTBUFFERS_FLAGS);
        String export = "v4l2_exportbuffer";
        size(export, V4l2Uapi.EXPORTBUFFER_SIZE);
        field(export, "type", V4l2Uapi.EXPORTBUFFER_TYPE);
        field(export, "index", V4l2Uapi.EXPORTBUFFER_INDEX);
        field(export, "plane", V4l2Uapi.EXPORTBUFFER_PLANE);
        field(export, "flags", V4l2Uapi.EXPORTBUFFER_FLAGS);
        field(export, "fd", V4l2Uapi.EXPORTBUFFER_FD);
        assertHeaderSays();
    }

    @Test
    void theRestIsThatOfTheHeader() throws Exception {
        size("v4l2_capability", V4l2Uapi.CAPABILITY_SIZE);
        field("v4l2_capability", "driver", V4l2Uapi.CAPABILITY_DRIVER);
        field("v4l2_capability", "card", V4l2Uapi.CAPABILITY_CARD);
        field("v4l2_capability", "bus_info", V4l2Uapi.CAPABILITY_BUS_INFO);
        field("v4l2_capability", "version", V4l2Uapi.CAPABILITY_VERSION);
        field("v4l2_capability", "capabilities", V4l2Uapi.CAPABILITY_CAPABILITIES);
        field("v4l2_capability", "device_caps", V4l2Uapi.CAPABILITY_DEVICE_CAPS);
        size("v4l2_streamparm", V4l2Uapi.STREAMPARM_SIZE);
        field("v4l2_streamparm", "type", V4l2Uapi.STREAMPARM_TYPE);
        field("v4l2_streamparm", "parm.capture.capability", V4l2Uapi.CAPTUREPARM_CAPABILITY);
        field("v4l2_streamparm", "parm.capture.timeperframe.numerator", V4l2Uapi.CAPTUREPARM_NUMERATOR);
        field("v4l2_streamparm", "parm.capture.timeperframe.denominator", V4l2Uapi.CAPTUREPARM_DENOMINATOR);
        field("v4l2_streamparm", "parm.capture.readbuffers", V4l2Uapi.CAPTUREPARM_READBUFFERS);
        size("v4l2_input", V4l2Uapi.INPUT_SIZE);
        field("v4l2_input", "index", V4l2Uapi.INPUT_INDEX);
        field("v4l2_input", "name", V4l2Uapi.INPUT_NAME);
        field("v4l2_input", "type", V4l2Uapi.INPUT_TYPE);
        size("v4l2_frmsizeenum", V4l2Uapi.FRMSIZEENUM_SIZE);
        field("v4l2_frmsizeenum", "index", V4l2Uapi.FRMSIZEENUM_INDEX);
        field("v4l2_frmsizeenum", "pixel_format", V4l2Uapi.FRMSIZEENUM_PIXEL_FORMAT);
        field("v4l2_frmsizeenum", "type", V4l2Uapi.FRMSIZEENUM_TYPE);
        field("v4l2_frmsizeenum", "discrete.width", V4l2Uapi.FRMSIZEENUM_WIDTH);
        field("v4l2_frmsizeenum", "discrete.height", V4l2Uapi.FRMSIZEENUM_HEIGHT);
        size("v4l2_frmivalenum", V4l2Uapi.FRMIVALENUM_SIZE);
        field("v4l2_frmivalenum", "index", V4l2Uapi.FRMIVALENUM_INDEX);
        field("v4l2_frmivalenum", "pixel_format", V4l2Uapi.FRMIVALENUM_PIXEL_FORMAT);
        field("v4l2_frmivalenum", "width", V4l2Uapi.FRMIVALENUM_WIDTH);
        field("v4l2_frmivalenum", "height", V4l2Uapi.FRMIVALENUM_HEIGHT);
        field("v4l2_frmivalenum", "type", V4l2Uapi.FRMIVALENUM_TYPE);
        field("v4l2_frmivalenum", "discrete.numerator", V4l2Uapi.FRMIVALENUM_NUMERATOR);
        field("v4l2_frmivalenum", "discrete.denominator", V4l2Uapi.FRMIVALENUM_DENOMINATOR);
        assertHeaderSays();
    }
}
