package dmabuf.image;

/**
 * Which colours Y, Cb and Cr stand for: {@code DRM_COLOR_YCBCR_…}, and {@code V4L2_YCBCR_ENC_…}. Nothing in a format says it.
 *
 * <p>With the shares of red and blue in brightness, K<sub>R</sub> and K<sub>B</sub>, K<sub>G</sub> = 1 − K<sub>R</sub> − K<sub>B</sub>,
 * Y from 0 to 1 and Cb and Cr from −½ to ½:
 *
 * <pre>
 * R = Y + 2 (1 − KR) Cr
 * G = Y − 2 (1 − KB) KB / KG Cb − 2 (1 − KR) KR / KG Cr
 * B = Y + 2 (1 − KB) Cb
 * </pre>
 */
public enum YuvMatrix {
    /** ITU-R BT.601: K<sub>R</sub> = 0.299, K<sub>B</sub> = 0.114. Cameras, JPEG, video of standard definition. */
    BT601(0.299, 0.114),
    /** ITU-R BT.709: K<sub>R</sub> = 0.2126, K<sub>B</sub> = 0.0722. Video of high definition. */
    BT709(0.2126, 0.0722);

    private final double red;
    private final double blue;

    YuvMatrix(double red, double blue) {
        this.red = red;
        this.blue = blue;
    }

    /** How much red comes of Cr, for Cr from −½ to ½. */
    double redOfCr() {
        return 2 * (1 - red);
    }

    double blueOfCb() {
        return 2 * (1 - blue);
    }

    double greenOfCb() {
        return -blueOfCb() * blue / (1 - red - blue);
    }

    double greenOfCr() {
        return -redOfCr() * red / (1 - red - blue);
    }
}
