package dmabuf.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * Which pictures a camera can give, and how often: the sizes and intervals of vivid's webcam. What is asked for is never refused, but
 * brought to what there is, as {@code vivid_try_fmt_vid_cap} and {@code vivid_vid_cap_s_parm} do.
 */
final class CaptureSettings {

    /** A size in pixels. */
    record Size(int width, int height) {}

    /** The time from one frame to the next, a fraction of a second. */
    record Interval(int numerator, int denominator) {

        private static final long SECOND = 1_000_000_000L;

        long nanos() {
            return SECOND * numerator / denominator;
        }

        /** Whether this is as long as another, or longer. */
        private boolean reaches(Interval other) {
            return unsigned(numerator) * unsigned(other.denominator) >= unsigned(other.numerator) * unsigned(denominator);
        }

        private static long unsigned(int number) {
            return Integer.toUnsignedLong(number);
        }
    }

    static final List<Size> SIZES = List.of(
            new Size(320, 180), new Size(640, 360), new Size(640, 480), new Size(1280, 720), new Size(1920, 1080), new Size(3840, 2160));
    /** From the longest to the shortest, of every size; vivid has fewer the larger the picture is. */
    private static final List<Interval> INTERVALS = List.of(
            new Interval(1, 1), new Interval(1, 2), new Interval(1, 4), new Interval(1, 5), new Interval(1, 10), new Interval(2, 25),
            new Interval(1, 15), new Interval(1, 25), new Interval(1, 30), new Interval(1, 40), new Interval(1, 50), new Interval(1, 60),
            new Interval(1, 120));
    /** The longest line that can be asked for, in pixels: {@code MAX_ZOOM * MAX_WIDTH}. */
    private static final int LONGEST_LINE = 4 * 4096;

    private CaptureSettings() {}

    /** The size that differs least, {@code v4l2_find_nearest_size}, which takes an enormous one for a negative one. */
    static Size nearest(int width, int height) {
        Size best = SIZES.getFirst();
        int least = -1; // As an unsigned number, of which this is the largest.
        for (Size size : SIZES) {
            int difference = Math.abs(size.width() - width) + Math.abs(size.height() - height);
            if (Integer.compareUnsigned(difference, least) < 0) {
                least = difference;
                best = size;
            }
        }
        return best;
    }

    /** The picture that comes nearest to what is asked for. Strides may be longer than needed, within limits. */
    static CapturePicture picture(CaptureFormat format, int width, int height, List<Integer> strides) {
        Size size = nearest(width, height);
        List<Integer> possible = new ArrayList<>();
        for (int buffer = 0; buffer < format.buffers(); buffer++) {
            int least = size.width() * format.bitsPerPixel() / Byte.SIZE;
            int most = LONGEST_LINE * format.bitsPerPixel() / Byte.SIZE;
            long asked = Integer.toUnsignedLong(buffer < strides.size() ? strides.get(buffer) : 0);
            possible.add(Math.clamp(asked, least, most));
        }
        return new CapturePicture(format, size.width(), size.height(), List.copyOf(possible));
    }

    /** The intervals of a size, from the longest on; none for a size that there is not. */
    static List<Interval> intervals(Size size) {
        return SIZES.contains(size) ? INTERVALS : List.of();
    }

    /** The interval that a camera begins with: 30 pictures a second. */
    static Interval firstInterval() {
        return new Interval(1, 30);
    }

    /** The longest interval that is not longer than what is asked for; the shortest for 0. */
    static Interval interval(Interval asked) {
        return asked.denominator() == 0
                ? INTERVALS.getLast()
                : INTERVALS.stream().filter(asked::reaches).findFirst().orElse(INTERVALS.getLast());
    }
}
