package dmabuf.sim;

import dmabuf.linux.Ioctl;

/** {@code linux/videodev2.h} as the kernel reads and fills it, as far as a camera is concerned. */
final class V4l2Uapi {

    static final int TYPE = 'V';

    static final int BUF_TYPE_VIDEO_CAPTURE = 1;
    static final int BUF_TYPE_VIDEO_CAPTURE_MPLANE = 9;
    static final int MEMORY_MMAP = 1;
    static final int MEMORY_DMABUF = 4;
    static final int FIELD_NONE = 1;
    static final int COLORSPACE_SRGB = 8;
    static final int MAX_PLANES = 8;

    static final int CAP_VIDEO_CAPTURE = 0x1;
    static final int CAP_VIDEO_CAPTURE_MPLANE = 0x1000;
    static final int CAP_EXT_PIX_FORMAT = 0x200000;
    static final int CAP_STREAMING = 0x4000000;
    static final int CAP_DEVICE_CAPS = 0x80000000;

    /** {@code struct v4l2_capability}, filled by the kernel. */
    static final int CAPABILITY_SIZE = 104;
    static final int CAPABILITY_DRIVER = 0;
    static final int CAPABILITY_CARD = 16;
    static final int CAPABILITY_BUS_INFO = 48;
    static final int CAPABILITY_VERSION = 80;
    static final int CAPABILITY_CAPABILITIES = 84;
    static final int CAPABILITY_DEVICE_CAPS = 88;
    static final long QUERYCAP = Ioctl.ior(TYPE, 0, CAPABILITY_SIZE);

    /** {@code struct v4l2_fmtdesc}: index and type by the caller, the rest by the kernel. */
    static final int FMTDESC_SIZE = 64;
    static final int FMTDESC_INDEX = 0;
    static final int FMTDESC_TYPE = 4;
    static final int FMTDESC_FLAGS = 8;
    static final int FMTDESC_DESCRIPTION = 12;
    static final int FMTDESC_PIXELFORMAT = 44;
    static final long ENUM_FMT = Ioctl.iowr(TYPE, 2, FMTDESC_SIZE);

    /** {@code struct v4l2_format}: a type, and a union of which two are used here; both ways. */
    static final int FORMAT_SIZE = 208;
    static final int FORMAT_TYPE = 0;
    /** {@code struct v4l2_pix_format}, for one plane. */
    static final int PIX = 8;
    static final int PIX_WIDTH = 8;
    static final int PIX_HEIGHT = 12;
    static final int PIX_PIXELFORMAT = 16;
    static final int PIX_FIELD = 20;
    static final int PIX_BYTESPERLINE = 24;
    static final int PIX_SIZEIMAGE = 28;
    static final int PIX_COLORSPACE = 32;
    static final int PIX_PRIV = 36;
    static final int PIX_FLAGS = 40;
    static final int PIX_YCBCR_ENC = 44;
    static final int PIX_END = 56;
    /** What {@code priv} is when the fields behind it count. */
    static final int PIX_FMT_PRIV_MAGIC = 0xfeedcafe;
    /** {@code struct v4l2_pix_format_mplane}, with {@code struct v4l2_plane_pix_format} for each plane. */
    static final int MP_COLORSPACE = 24;
    static final int MP_PLANE_FMT = 28;
    static final int PLANE_FMT_SIZE = 20;
    static final int PLANE_FMT_SIZEIMAGE = 0;
    static final int PLANE_FMT_BYTESPERLINE = 4;
    static final int PLANE_FMT_RESERVED = 8;
    static final int MP_NUM_PLANES = 188;
    static final int MP_YCBCR_ENC = 190;
    static final long G_FMT = Ioctl.iowr(TYPE, 4, FORMAT_SIZE);
    static final long S_FMT = Ioctl.iowr(TYPE, 5, FORMAT_SIZE);
    static final long TRY_FMT = Ioctl.iowr(TYPE, 64, FORMAT_SIZE);

    static final int PIX_FMT_YUYV = fourcc("YUYV");
    static final int PIX_FMT_NV12 = fourcc("NV12");
    static final int PIX_FMT_NV12M = fourcc("NM12");
    static final int PIX_FMT_XBGR32 = fourcc("XR24");

    /** {@code struct v4l2_requestbuffers}: count, type and memory by the caller; count and capabilities by the kernel. */
    static final int REQUESTBUFFERS_SIZE = 20;
    static final int REQUESTBUFFERS_COUNT = 0;
    static final int REQUESTBUFFERS_TYPE = 4;
    static final int REQUESTBUFFERS_MEMORY = 8;
    static final int REQUESTBUFFERS_CAPABILITIES = 12;
    static final int REQUESTBUFFERS_FLAGS = 16;
    static final int BUF_CAP_SUPPORTS_MMAP = 1;
    static final int BUF_CAP_SUPPORTS_DMABUF = 4;
    static final int BUF_CAP_SUPPORTS_ORPHANED_BUFS = 16;
    static final long REQBUFS = Ioctl.iowr(TYPE, 8, REQUESTBUFFERS_SIZE);

    /** {@code struct v4l2_buffer}: index, type, memory and what is in the union by the caller, most else by the kernel. */
    static final int BUFFER_SIZE = 88;
    static final int BUFFER_INDEX = 0;
    static final int BUFFER_TYPE = 4;
    static final int BUFFER_BYTESUSED = 8;
    static final int BUFFER_FLAGS = 12;
    static final int BUFFER_FIELD = 16;
    static final int BUFFER_TIMESTAMP_SECONDS = 24;
    static final int BUFFER_TIMESTAMP_MICROSECONDS = 32;
    static final int BUFFER_TIMECODE = 40;
    static final int BUFFER_SEQUENCE = 56;
    static final int BUFFER_MEMORY = 60;
    static final int BUFFER_M = 64;
    static final int BUFFER_LENGTH = 72;
    static final int BUFFER_RESERVED2 = 76;
    static final int BUFFER_REQUEST_FD = 80;
    static final int BUF_FLAG_MAPPED = 1;
    static final int BUF_FLAG_QUEUED = 2;
    static final int BUF_FLAG_DONE = 4;
    static final int BUF_FLAG_ERROR = 0x40;
    static final int BUF_FLAG_PREPARED = 0x400;
    static final int BUF_FLAG_TIMESTAMP_MONOTONIC = 0x2000;
    static final long QUERYBUF = Ioctl.iowr(TYPE, 9, BUFFER_SIZE);
    static final long QBUF = Ioctl.iowr(TYPE, 15, BUFFER_SIZE);
    static final long DQBUF = Ioctl.iowr(TYPE, 17, BUFFER_SIZE);
    static final long PREPARE_BUF = Ioctl.iowr(TYPE, 93, BUFFER_SIZE);

    /** {@code struct v4l2_plane}, which the union of a buffer points at where there are several planes. */
    static final int PLANE_SIZE = 64;
    static final int PLANE_BYTESUSED = 0;
    static final int PLANE_LENGTH = 4;
    static final int PLANE_M = 8;
    static final int PLANE_DATA_OFFSET = 16;
    static final int PLANE_RESERVED = 20;

    /** {@code struct v4l2_exportbuffer}: the descriptor by the kernel, all else by the caller. */
    static final int EXPORTBUFFER_SIZE = 64;
    static final int EXPORTBUFFER_TYPE = 0;
    static final int EXPORTBUFFER_INDEX = 4;
    static final int EXPORTBUFFER_PLANE = 8;
    static final int EXPORTBUFFER_FLAGS = 12;
    static final int EXPORTBUFFER_FD = 16;
    static final long EXPBUF = Ioctl.iowr(TYPE, 16, EXPORTBUFFER_SIZE);

    static final long STREAMON = Ioctl.iow(TYPE, 18, Integer.BYTES);
    static final long STREAMOFF = Ioctl.iow(TYPE, 19, Integer.BYTES);

    /** {@code struct v4l2_streamparm} with {@code struct v4l2_captureparm}: the time of a frame, both ways. */
    static final int STREAMPARM_SIZE = 204;
    static final int STREAMPARM_TYPE = 0;
    static final int CAPTUREPARM_CAPABILITY = 4;
    static final int CAPTUREPARM_NUMERATOR = 12;
    static final int CAPTUREPARM_DENOMINATOR = 16;
    static final int CAPTUREPARM_READBUFFERS = 24;
    static final int CAP_TIMEPERFRAME = 0x1000;
    static final long G_PARM = Ioctl.iowr(TYPE, 21, STREAMPARM_SIZE);
    static final long S_PARM = Ioctl.iowr(TYPE, 22, STREAMPARM_SIZE);

    /** {@code struct v4l2_input}: index by the caller, the rest by the kernel. */
    static final int INPUT_SIZE = 80;
    static final int INPUT_INDEX = 0;
    static final int INPUT_NAME = 4;
    static final int INPUT_TYPE = 36;
    static final int INPUT_TYPE_CAMERA = 2;
    static final long ENUMINPUT = Ioctl.iowr(TYPE, 26, INPUT_SIZE);
    static final long G_INPUT = Ioctl.ior(TYPE, 38, Integer.BYTES);
    static final long S_INPUT = Ioctl.iowr(TYPE, 39, Integer.BYTES);

    /** {@code struct v4l2_frmsizeenum}: index and format by the caller, a discrete size by the kernel. */
    static final int FRMSIZEENUM_SIZE = 44;
    static final int FRMSIZEENUM_INDEX = 0;
    static final int FRMSIZEENUM_PIXEL_FORMAT = 4;
    static final int FRMSIZEENUM_TYPE = 8;
    static final int FRMSIZEENUM_WIDTH = 12;
    static final int FRMSIZEENUM_HEIGHT = 16;
    static final int FRMSIZE_TYPE_DISCRETE = 1;
    static final long ENUM_FRAMESIZES = Ioctl.iowr(TYPE, 74, FRMSIZEENUM_SIZE);

    /** {@code struct v4l2_frmivalenum}: index, format and size by the caller, a discrete interval by the kernel. */
    static final int FRMIVALENUM_SIZE = 52;
    static final int FRMIVALENUM_INDEX = 0;
    static final int FRMIVALENUM_PIXEL_FORMAT = 4;
    static final int FRMIVALENUM_WIDTH = 8;
    static final int FRMIVALENUM_HEIGHT = 12;
    static final int FRMIVALENUM_TYPE = 16;
    static final int FRMIVALENUM_NUMERATOR = 20;
    static final int FRMIVALENUM_DENOMINATOR = 24;
    static final int FRMIVAL_TYPE_DISCRETE = 1;
    static final long ENUM_FRAMEINTERVALS = Ioctl.iowr(TYPE, 75, FRMIVALENUM_SIZE);

    private V4l2Uapi() {}

    /** The number that four characters stand for, {@code v4l2_fourcc}. */
    static int fourcc(String characters) {
        return characters.charAt(0) | characters.charAt(1) << 8 | characters.charAt(2) << 16 | characters.charAt(3) << 24;
    }
}
