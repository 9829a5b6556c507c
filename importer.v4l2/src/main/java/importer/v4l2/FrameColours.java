package importer.v4l2;

import java.util.Objects;

/**
 * Which colours the numbers of a frame stand for, with the driver's "default" resolved as {@code linux/videodev2.h} says. Immutable.
 *
 * @param encoding how brightness and colour differences are made of red, green and blue; of no meaning to formats of those
 * @param range which numbers black and white are
 */
public record FrameColours(Encoding encoding, Range range) {

    /** {@code enum v4l2_ycbcr_encoding}. */
    public enum Encoding {
        /** ITU-R BT.601: cameras, JPEG, video of standard definition. */
        BT601,
        /** ITU-R BT.709: video of high definition. */
        BT709,
        /** ITU-R BT.2020, with constant brightness or without. */
        BT2020,
        /** SMPTE 240M, an early high definition. */
        SMPTE240M,
        /** Another one, newer than this class. */
        OTHER
    }

    /** {@code enum v4l2_quantization}. */
    public enum Range {
        /** From 0 to 255. */
        FULL,
        /** Y from 16 to 235, Cb and Cr from 16 to 240. */
        LIMITED
    }

    /** Checks that nothing is missing. */
    public FrameColours {
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(range, "range");
    }
}
