package dmabuf.image;

/**
 * Makes colours of Y, Cb and Cr, by tables of what each byte contributes. Results are rounded to the nearest, what is right in the middle up,
 * and cut off at 0 and 255.
 */
final class YuvToRgb {

    private static final int VALUES = 256;

    /** More than a half by more than doubles err, and by less than any result other than a middle is off one: the tests try all colours. */
    private static final double HALF = 0.5 + 1e-10;

    private final double[] luma = new double[VALUES];
    private final double[] redOfCr = new double[VALUES];
    private final double[] greenOfCb = new double[VALUES];
    private final double[] greenOfCr = new double[VALUES];
    private final double[] blueOfCb = new double[VALUES];

    YuvToRgb(YuvMatrix matrix, YuvRange range) {
        for (int value = 0; value < VALUES; value++) {
            luma[value] = 255 * range.luma(value);
            double chroma = 255 * range.chroma(value);
            redOfCr[value] = matrix.redOfCr() * chroma;
            greenOfCb[value] = matrix.greenOfCb() * chroma;
            greenOfCr[value] = matrix.greenOfCr() * chroma;
            blueOfCb[value] = matrix.blueOfCb() * chroma;
        }
    }

    /** A pixel as {@code TYPE_INT_RGB} has it, of three bytes, whose signs do not count. */
    int rgb(byte y, byte cb, byte cr) {
        double bright = luma[y & 0xff];
        return level(bright + redOfCr[cr & 0xff]) << 16
                | level(bright + greenOfCb[cb & 0xff] + greenOfCr[cr & 0xff]) << 8
                | level(bright + blueOfCb[cb & 0xff]);
    }

    private static int level(double value) {
        return Math.clamp((long) Math.floor(value + HALF), 0, 255);
    }
}
