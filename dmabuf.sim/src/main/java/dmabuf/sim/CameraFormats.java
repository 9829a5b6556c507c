package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The requests about formats, sizes and intervals: {@code v4l2-ioctl.c} and {@code vivid-vid-cap.c} of Linux 6.12, for a webcam. */
final class CameraFormats {

    private static final int EINVAL = -Errno.EINVAL.number();

    private final Camera camera;
    private final boolean multiplanar;
    private final int type;

    CameraFormats(Camera camera) {
        this.camera = camera;
        this.multiplanar = camera.kind() == SimulatedCamera.CAMERA_MPLANE;
        this.type = multiplanar ? V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE;
    }

    private Optional<CaptureFormat> format(int fourcc) {
        return camera.formats().stream().filter(format -> format.fourcc() == fourcc).findFirst();
    }

    /** {@code v4l_enum_fmt}. */
    int describe(MemorySegment struct) {
        int index = struct.get(JAVA_INT, V4l2Uapi.FMTDESC_INDEX);
        if (struct.get(JAVA_INT, V4l2Uapi.FMTDESC_TYPE) != type || index < 0 || index >= camera.formats().size()) {
            return EINVAL;
        }
        struct.asSlice(V4l2Uapi.FMTDESC_FLAGS).fill((byte) 0);
        CaptureFormat format = camera.formats().get(index);
        struct.setString(V4l2Uapi.FMTDESC_DESCRIPTION, format.description());
        struct.set(JAVA_INT, V4l2Uapi.FMTDESC_PIXELFORMAT, format.fourcc());
        return 0;
    }

    /** {@code v4l_g_fmt}: a camera with planes knows nothing of the calls without, and the reverse. */
    int get(MemorySegment struct) {
        int refusal = check(struct);
        if (refusal < 0) {
            return refusal;
        }
        struct.asSlice(V4l2Uapi.PIX).fill((byte) 0);
        fill(struct, camera.picture());
        return 0;
    }

    /** What requests about formats answer to the wrong type: EINVAL when no camera has it, ENOTTY when the other kind has. */
    private int check(MemorySegment struct) {
        int asked = struct.get(JAVA_INT, V4l2Uapi.FORMAT_TYPE);
        boolean capture = asked == V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE || asked == V4l2Uapi.BUF_TYPE_VIDEO_CAPTURE_MPLANE;
        return asked == type ? 0 : capture ? -Errno.ENOTTY.number() : EINVAL;
    }

    /** {@code v4l_try_fmt}. */
    int attempt(MemorySegment struct) {
        int refusal = check(struct);
        if (refusal < 0) {
            return refusal;
        }
        adjust(struct);
        return 0;
    }

    /** {@code v4l_s_fmt}. */
    int set(MemorySegment struct) {
        int refusal = check(struct);
        if (refusal < 0) {
            return refusal;
        }
        camera.set(adjust(struct));
        return 0;
    }

    /** Brings what is asked for to what there is, and tells the caller. */
    private CapturePicture adjust(MemorySegment struct) {
        CaptureFormat format = format(struct.get(JAVA_INT, V4l2Uapi.PIX_PIXELFORMAT)).orElse(camera.formats().getFirst());
        List<Integer> strides = new ArrayList<>();
        for (int plane = 0; plane < format.buffers(); plane++) {
            strides.add(multiplanar
                    ? struct.get(JAVA_INT_UNALIGNED, planeFormat(plane) + V4l2Uapi.PLANE_FMT_BYTESPERLINE)
                    : struct.get(JAVA_INT, V4l2Uapi.PIX_BYTESPERLINE));
        }
        CapturePicture picture = CaptureSettings.picture(
                format, struct.get(JAVA_INT, V4l2Uapi.PIX_WIDTH), struct.get(JAVA_INT, V4l2Uapi.PIX_HEIGHT), strides);
        if (!multiplanar && struct.get(JAVA_INT, V4l2Uapi.PIX_PRIV) != V4l2Uapi.PIX_FMT_PRIV_MAGIC) {
            struct.set(JAVA_INT, V4l2Uapi.PIX_FLAGS, 0);
        }
        fill(struct, picture);
        return picture;
    }

    private static int planeFormat(int plane) {
        return V4l2Uapi.MP_PLANE_FMT + plane * V4l2Uapi.PLANE_FMT_SIZE;
    }

    private void fill(MemorySegment struct, CapturePicture picture) {
        struct.set(JAVA_INT, V4l2Uapi.PIX_WIDTH, picture.width());
        struct.set(JAVA_INT, V4l2Uapi.PIX_HEIGHT, picture.height());
        struct.set(JAVA_INT, V4l2Uapi.PIX_PIXELFORMAT, picture.format().fourcc());
        struct.set(JAVA_INT, V4l2Uapi.PIX_FIELD, V4l2Uapi.FIELD_NONE);
        if (multiplanar) {
            fillPlanes(struct, picture);
            return;
        }
        struct.set(JAVA_INT, V4l2Uapi.PIX_BYTESPERLINE, picture.strides().getFirst());
        struct.set(JAVA_INT, V4l2Uapi.PIX_SIZEIMAGE, picture.sizes().getFirst());
        struct.set(JAVA_INT, V4l2Uapi.PIX_COLORSPACE, V4l2Uapi.COLORSPACE_SRGB);
        struct.set(JAVA_INT, V4l2Uapi.PIX_PRIV, V4l2Uapi.PIX_FMT_PRIV_MAGIC);
        struct.asSlice(V4l2Uapi.PIX_YCBCR_ENC).fill((byte) 0);
    }

    private static void fillPlanes(MemorySegment struct, CapturePicture picture) {
        struct.set(JAVA_INT, V4l2Uapi.MP_COLORSPACE, V4l2Uapi.COLORSPACE_SRGB);
        struct.set(JAVA_BYTE, V4l2Uapi.MP_NUM_PLANES, (byte) picture.strides().size());
        for (int plane = 0; plane < picture.strides().size(); plane++) {
            MemorySegment format = struct.asSlice(planeFormat(plane), V4l2Uapi.PLANE_FMT_SIZE);
            format.set(JAVA_INT_UNALIGNED, V4l2Uapi.PLANE_FMT_SIZEIMAGE, picture.sizes().get(plane));
            format.set(JAVA_INT_UNALIGNED, V4l2Uapi.PLANE_FMT_BYTESPERLINE, picture.strides().get(plane));
            format.asSlice(V4l2Uapi.PLANE_FMT_RESERVED).fill((byte) 0);
        }
        struct.asSlice(V4l2Uapi.MP_YCBCR_ENC).fill((byte) 0);
    }

    /** {@code vidioc_enum_framesizes}. */
    int describeSize(MemorySegment struct) {
        int index = struct.get(JAVA_INT, V4l2Uapi.FRMSIZEENUM_INDEX);
        if (format(struct.get(JAVA_INT, V4l2Uapi.FRMSIZEENUM_PIXEL_FORMAT)).isEmpty()
                || index < 0 || index >= CaptureSettings.SIZES.size()) {
            return EINVAL;
        }
        CaptureSettings.Size size = CaptureSettings.SIZES.get(index);
        struct.set(JAVA_INT, V4l2Uapi.FRMSIZEENUM_TYPE, V4l2Uapi.FRMSIZE_TYPE_DISCRETE);
        struct.set(JAVA_INT, V4l2Uapi.FRMSIZEENUM_WIDTH, size.width());
        struct.set(JAVA_INT, V4l2Uapi.FRMSIZEENUM_HEIGHT, size.height());
        return 0;
    }

    /** {@code vidioc_enum_frameintervals}. */
    int describeInterval(MemorySegment struct) {
        int index = struct.get(JAVA_INT, V4l2Uapi.FRMIVALENUM_INDEX);
        List<CaptureSettings.Interval> intervals = CaptureSettings.intervals(new CaptureSettings.Size(
                struct.get(JAVA_INT, V4l2Uapi.FRMIVALENUM_WIDTH), struct.get(JAVA_INT, V4l2Uapi.FRMIVALENUM_HEIGHT)));
        if (format(struct.get(JAVA_INT, V4l2Uapi.FRMIVALENUM_PIXEL_FORMAT)).isEmpty() || index < 0 || index >= intervals.size()) {
            return EINVAL;
        }
        struct.set(JAVA_INT, V4l2Uapi.FRMIVALENUM_TYPE, V4l2Uapi.FRMIVAL_TYPE_DISCRETE);
        struct.set(JAVA_INT, V4l2Uapi.FRMIVALENUM_NUMERATOR, intervals.get(index).numerator());
        struct.set(JAVA_INT, V4l2Uapi.FRMIVALENUM_DENOMINATOR, intervals.get(index).denominator());
        return 0;
    }

    /** {@code v4l_g_parm}. */
    int getInterval(MemorySegment struct) {
        if (struct.get(JAVA_INT, V4l2Uapi.STREAMPARM_TYPE) != type) {
            return EINVAL;
        }
        struct.asSlice(V4l2Uapi.CAPTUREPARM_CAPABILITY).fill((byte) 0);
        fillInterval(struct);
        return 0;
    }

    /** {@code v4l_s_parm}. */
    int setInterval(MemorySegment struct) {
        if (struct.get(JAVA_INT, V4l2Uapi.STREAMPARM_TYPE) != type) {
            return EINVAL;
        }
        camera.set(new CaptureSettings.Interval(
                struct.get(JAVA_INT, V4l2Uapi.CAPTUREPARM_NUMERATOR), struct.get(JAVA_INT, V4l2Uapi.CAPTUREPARM_DENOMINATOR)));
        fillInterval(struct);
        return 0;
    }

    private void fillInterval(MemorySegment struct) {
        struct.set(JAVA_INT, V4l2Uapi.CAPTUREPARM_CAPABILITY, V4l2Uapi.CAP_TIMEPERFRAME);
        struct.set(JAVA_INT, V4l2Uapi.CAPTUREPARM_NUMERATOR, camera.interval().numerator());
        struct.set(JAVA_INT, V4l2Uapi.CAPTUREPARM_DENOMINATOR, camera.interval().denominator());
        struct.set(JAVA_INT, V4l2Uapi.CAPTUREPARM_READBUFFERS, 1);
    }
}
