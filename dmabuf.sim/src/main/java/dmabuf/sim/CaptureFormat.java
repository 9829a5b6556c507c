package dmabuf.sim;

import java.util.List;

/**
 * A format in which a camera gives its pictures, as {@code vivid_formats} describes them.
 *
 * @param fourcc V4L2's code
 * @param description V4L2's name of it
 * @param buffers of how many buffers a picture is made
 * @param bitsPerPixel of the first plane, which decides the stride
 */
record CaptureFormat(int fourcc, String description, int buffers, int bitsPerPixel) {

    private static final CaptureFormat YUYV = new CaptureFormat(V4l2Uapi.PIX_FMT_YUYV, "YUYV 4:2:2", 1, 16);
    private static final CaptureFormat NV12 = new CaptureFormat(V4l2Uapi.PIX_FMT_NV12, "Y/UV 4:2:0", 1, 8);
    private static final CaptureFormat XBGR32 = new CaptureFormat(V4l2Uapi.PIX_FMT_XBGR32, "32-bit BGRX 8-8-8-8", 1, 32);
    private static final CaptureFormat NV12M = new CaptureFormat(V4l2Uapi.PIX_FMT_NV12M, "Y/UV 4:2:0 (N-C)", 2, 8);

    /** The formats of a camera; the first is what it gives when a caller asks for one that it does not have. */
    static List<CaptureFormat> of(SimulatedCamera camera) {
        return switch (camera) {
            case CAMERA -> List.of(YUYV, NV12, XBGR32);
            case CAMERA_MPLANE -> List.of(YUYV, NV12, XBGR32, NV12M);
        };
    }

    /** Whether there is a plane of colours of its own, with half as many lines. */
    boolean hasChromaPlane() {
        return fourcc == V4l2Uapi.PIX_FMT_NV12 || fourcc == V4l2Uapi.PIX_FMT_NV12M;
    }
}
