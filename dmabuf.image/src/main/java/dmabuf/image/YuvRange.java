package dmabuf.image;

/** Which bytes black and white are: {@code DRM_COLOR_YCBCR_…_RANGE}, and {@code V4L2_QUANTIZATION_…}. Nothing in a format says it. */
public enum YuvRange {
    /** Y from 16 to 235, Cb and Cr from 16 to 240 around 128: video. Bytes beyond stand for colours beyond, which are cut off. */
    LIMITED(16, 219, 224),
    /** Y from 0 to 255, Cb and Cr likewise around 128: JPEG, many USB cameras. */
    FULL(0, 255, 255);

    private final int black;
    private final int lumaSteps;
    private final int chromaSteps;

    YuvRange(int black, int lumaSteps, int chromaSteps) {
        this.black = black;
        this.lumaSteps = lumaSteps;
        this.chromaSteps = chromaSteps;
    }

    /** Brightness of a byte: 0 is black, 1 is white. */
    double luma(int value) {
        return (value - black) / (double) lumaSteps;
    }

    /** Colour difference of a byte: 0 is none, from −½ to ½. */
    double chroma(int value) {
        return (value - 128) / (double) chromaSteps;
    }
}
