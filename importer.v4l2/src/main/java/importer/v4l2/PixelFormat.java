package importer.v4l2;

import dmabuf.frame.DrmFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A format under the name that V4L2 has for it, and under DRM's. The two name the same bytes differently: V4L2 goes by the order in memory,
 * DRM by the order in a little-endian word, and some characters stand for different formats in both.
 *
 * @param fourcc V4L2's four characters, the first in the lowest byte
 * @param format DRM's name
 * @param buffers how many buffers a frame has
 * @param rgb whether it is of red, green and blue
 */
record PixelFormat(int fourcc, DrmFormat format, int buffers, boolean rgb) {

    // Documentation/userspace-api/media/v4l/pixfmt-rgb.rst, pixfmt-packed-yuv.rst, pixfmt-yuv-planar.rst
    private static final List<PixelFormat> ALL = List.of(
            rgb("XR24", DrmFormat.XRGB8888),
            rgb("AR24", DrmFormat.ARGB8888),
            // Deprecated: whether its fourth byte is alpha was never said.
            rgb("BGR4", DrmFormat.XRGB8888),
            rgb("XB24", DrmFormat.XBGR8888),
            rgb("AB24", DrmFormat.ABGR8888),
            rgb("BGR3", DrmFormat.RGB888),
            rgb("RGB3", DrmFormat.BGR888),
            rgb("RGBP", DrmFormat.RGB565),
            yuv("GREY", DrmFormat.R8, 1),
            yuv("YUYV", DrmFormat.YUYV, 1),
            yuv("UYVY", DrmFormat.UYVY, 1),
            yuv("NV12", DrmFormat.NV12, 1),
            yuv("NV21", DrmFormat.NV21, 1),
            yuv("NV16", DrmFormat.NV16, 1),
            yuv("YU12", DrmFormat.YUV420, 1),
            yuv("NM12", DrmFormat.NV12, 2),
            yuv("NM21", DrmFormat.NV21, 2),
            yuv("NM16", DrmFormat.NV16, 2),
            yuv("YM12", DrmFormat.YUV420, 3));

    private static final Map<Integer, PixelFormat> BY_FOURCC =
            ALL.stream().collect(Collectors.toUnmodifiableMap(PixelFormat::fourcc, Function.identity()));

    private static PixelFormat rgb(String fourcc, DrmFormat format) {
        return new PixelFormat(DrmFormat.of(fourcc).fourcc(), format, 1, true);
    }

    private static PixelFormat yuv(String fourcc, DrmFormat format, int buffers) {
        return new PixelFormat(DrmFormat.of(fourcc).fourcc(), format, buffers, false);
    }

    /** Looks a format of V4L2 up; empty for what DRM has no name for that is known here. */
    static Optional<PixelFormat> of(int fourcc) {
        return Optional.ofNullable(BY_FOURCC.get(fourcc));
    }

    static List<PixelFormat> all() {
        return ALL;
    }

    /** Says both names where they differ. */
    @Override
    public String toString() {
        String name = new DrmFormat(fourcc).text();
        return name.equals(format.toString()) ? name : name + " (" + format + ")";
    }
}
