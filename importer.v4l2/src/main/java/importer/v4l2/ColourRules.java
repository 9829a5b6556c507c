package importer.v4l2;

import importer.v4l2.FrameColours.Encoding;
import importer.v4l2.FrameColours.Range;

/** What drivers mean by "default": {@code V4L2_MAP_YCBCR_ENC_DEFAULT} and {@code V4L2_MAP_QUANTIZATION_DEFAULT} of {@code videodev2.h}. */
final class ColourRules {

    // enum v4l2_colorspace
    static final int SMPTE240M = 2;
    static final int REC709 = 3;
    static final int JPEG = 7;
    static final int BT2020 = 10;
    static final int DCI_P3 = 12;
    // enum v4l2_ycbcr_encoding
    static final int ENC_DEFAULT = 0;
    static final int ENC_601 = 1;
    static final int ENC_709 = 2;
    static final int ENC_XV601 = 3;
    static final int ENC_XV709 = 4;
    /** {@code V4L2_YCBCR_ENC_SYCC}, which is no longer in the headers' visible part. */
    static final int ENC_SYCC = 5;
    static final int ENC_BT2020 = 6;
    static final int ENC_BT2020_CONST_LUM = 7;
    static final int ENC_SMPTE240M = 8;
    // enum v4l2_quantization
    static final int QUANTIZATION_DEFAULT = 0;
    static final int QUANTIZATION_FULL = 1;

    private ColourRules() {}

    static FrameColours resolve(int colorspace, int encoding, int quantization, boolean rgb) {
        Encoding resolved =
                switch (encoding == ENC_DEFAULT ? encodingOf(colorspace) : encoding) {
                    case ENC_601, ENC_XV601, ENC_SYCC -> Encoding.BT601;
                    case ENC_709, ENC_XV709 -> Encoding.BT709;
                    case ENC_BT2020, ENC_BT2020_CONST_LUM -> Encoding.BT2020;
                    case ENC_SMPTE240M -> Encoding.SMPTE240M;
                    default -> Encoding.OTHER;
                };
        boolean full = quantization == QUANTIZATION_DEFAULT ? rgb || colorspace == JPEG : quantization == QUANTIZATION_FULL;
        return new FrameColours(resolved, full ? Range.FULL : Range.LIMITED);
    }

    static int encodingOf(int colorspace) {
        return switch (colorspace) {
            case REC709, DCI_P3 -> ENC_709;
            case BT2020 -> ENC_BT2020;
            case SMPTE240M -> ENC_SMPTE240M;
            default -> ENC_601;
        };
    }
}
