package importer.v4l2.uapi;

import dmabuf.linux.Ioctl;

/** Requests and constants of {@code linux/videodev2.h}, as far as a camera is captured from. */
public final class Videodev {

    private static final int TYPE = 'V';

    /** Says what the device is: fills {@link Capability}. */
    public static final long QUERYCAP = Ioctl.ior(TYPE, 0, Capability.SIZE);
    /** Lists pixel formats: takes and fills {@link FormatDescription}. */
    public static final long ENUM_FMT = Ioctl.iowr(TYPE, 2, FormatDescription.SIZE);
    /** Asks the format: takes and fills {@link Format}. */
    public static final long G_FMT = Ioctl.iowr(TYPE, 4, Format.SIZE);
    /** Sets the format, or the nearest that there is: takes and fills {@link Format}. */
    public static final long S_FMT = Ioctl.iowr(TYPE, 5, Format.SIZE);
    /** Makes room for buffers: takes and fills {@link RequestBuffers}. */
    public static final long REQBUFS = Ioctl.iowr(TYPE, 8, RequestBuffers.SIZE);
    /** Describes a buffer: takes and fills {@link Buffer}. */
    public static final long QUERYBUF = Ioctl.iowr(TYPE, 9, Buffer.SIZE);
    /** Gives a buffer to the driver: takes {@link Buffer}. */
    public static final long QBUF = Ioctl.iowr(TYPE, 15, Buffer.SIZE);
    /** Makes a dma-buf of a buffer of the driver's: takes and fills {@link ExportBuffer}. */
    public static final long EXPBUF = Ioctl.iowr(TYPE, 16, ExportBuffer.SIZE);
    /** Takes a filled buffer: takes and fills {@link Buffer}. */
    public static final long DQBUF = Ioctl.iowr(TYPE, 17, Buffer.SIZE);
    /** Begins: takes the type of buffers as an int. */
    public static final long STREAMON = Ioctl.iow(TYPE, 18, Integer.BYTES);
    /** Ends, and gives every buffer back: takes the type of buffers as an int. */
    public static final long STREAMOFF = Ioctl.iow(TYPE, 19, Integer.BYTES);
    /** Asks the frame interval: takes and fills {@link StreamParameters}. */
    public static final long G_PARM = Ioctl.iowr(TYPE, 21, StreamParameters.SIZE);
    /** Sets the frame interval, or the nearest that there is: takes and fills {@link StreamParameters}. */
    public static final long S_PARM = Ioctl.iowr(TYPE, 22, StreamParameters.SIZE);
    /** Lists the frame sizes of a pixel format: takes and fills {@link FrameSize}. */
    public static final long ENUM_FRAMESIZES = Ioctl.iowr(TYPE, 74, FrameSize.SIZE);
    /** Lists the frame intervals of a pixel format and size: takes and fills {@link FrameRate}. */
    public static final long ENUM_FRAMEINTERVALS = Ioctl.iowr(TYPE, 75, FrameRate.SIZE);

    /** {@code V4L2_CAP_VIDEO_CAPTURE}: frames with one buffer each. */
    public static final int CAP_VIDEO_CAPTURE = 1;
    /** {@code V4L2_CAP_VIDEO_CAPTURE_MPLANE}: frames with a buffer for each plane. */
    public static final int CAP_VIDEO_CAPTURE_MPLANE = 0x1000;
    /** {@code V4L2_CAP_STREAMING}: buffers are queued, and not read from the node. */
    public static final int CAP_STREAMING = 0x0400_0000;
    /** {@code V4L2_CAP_DEVICE_CAPS}: the node says what it can do besides what the device can. */
    public static final int CAP_DEVICE_CAPS = 0x8000_0000;

    /** {@code V4L2_BUF_TYPE_VIDEO_CAPTURE}. */
    public static final int VIDEO_CAPTURE = 1;
    /** {@code V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE}. */
    public static final int VIDEO_CAPTURE_MPLANE = 9;
    /** {@code V4L2_MEMORY_MMAP}: the driver's own buffers. */
    public static final int MEMORY_MMAP = 1;
    /** {@code V4L2_MEMORY_DMABUF}: buffers of any exporter. */
    public static final int MEMORY_DMABUF = 4;
    /** {@code V4L2_FIELD_ANY}: the driver chooses. */
    public static final int FIELD_ANY = 0;
    /** {@code V4L2_FIELD_NONE}: whole frames. */
    public static final int FIELD_NONE = 1;
    /** {@code VIDEO_MAX_FRAME}: the most buffers of a queue, which newer drivers may exceed. */
    public static final int MAX_FRAME = 32;
    /** {@code VIDEO_MAX_PLANES}. */
    public static final int MAX_PLANES = 8;

    /** {@code V4L2_BUF_FLAG_ERROR}: the data may be wrong. */
    public static final int BUF_FLAG_ERROR = 0x40;
    /** {@code V4L2_BUF_FLAG_TIMESTAMP_MASK}. */
    public static final int BUF_FLAG_TIMESTAMP_MASK = 0xe000;
    /** {@code V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC}. */
    public static final int BUF_FLAG_TIMESTAMP_MONOTONIC = 0x2000;

    /** {@code V4L2_FMT_FLAG_COMPRESSED}. */
    public static final int FMT_FLAG_COMPRESSED = 1;
    /** {@code V4L2_FMT_FLAG_EMULATED}: converted by a library, and not by the device. */
    public static final int FMT_FLAG_EMULATED = 2;

    /** {@code V4L2_CAP_TIMEPERFRAME}: the frame interval can be set. */
    public static final int CAP_TIMEPERFRAME = 0x1000;

    private Videodev() {}
}
