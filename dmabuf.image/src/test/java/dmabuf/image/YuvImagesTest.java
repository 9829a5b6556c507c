package dmabuf.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import java.awt.image.BufferedImage;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Brightness and colour difference, against the formula of the recommendations in whole numbers: no tolerance. */
class YuvImagesTest {

    private static int rgb(YuvMatrix matrix, YuvRange range, int y, int cb, int cr) {
        return new YuvToRgb(matrix, range).rgb((byte) y, (byte) cb, (byte) cr);
    }

    @ParameterizedTest(name = "{0} {1} {2},{3},{4} is {5}")
    @CsvSource({
        "BT601, LIMITED, 16, 128, 128, 000000",
        "BT601, LIMITED, 235, 128, 128, ffffff",
        "BT601, LIMITED, 126, 128, 128, 808080",
        "BT601, LIMITED, 81, 90, 240, fe0000",
        "BT601, LIMITED, 145, 54, 34, 00ff01",
        "BT601, LIMITED, 41, 240, 110, 0000ff",
        "BT601, LIMITED, 210, 16, 146, ffff00",
        "BT601, LIMITED, 0, 128, 128, 000000",
        "BT601, LIMITED, 255, 128, 128, ffffff",
        "BT601, FULL, 0, 128, 128, 000000",
        "BT601, FULL, 255, 128, 128, ffffff",
        "BT601, FULL, 76, 85, 255, fe0000",
        "BT709, LIMITED, 63, 102, 240, ff0100",
        "BT709, LIMITED, 173, 42, 26, 00ff01",
        "BT709, LIMITED, 32, 240, 118, 0100ff",
        "BT709, FULL, 128, 128, 128, 808080"
    })
    void knownColoursComeOut(YuvMatrix matrix, YuvRange range, int y, int cb, int cr, String expected) {
        assertEquals(expected, String.format("%06x", rgb(matrix, range, y, cb, cr)));
    }

    /** Red of an exact fraction, in 255ths, to the nearest. */
    private static int level(long numerator, long denominator) {
        return (int) Math.clamp(Math.floorDiv(2 * numerator + denominator, 2 * denominator), 0L, 255L);
    }

    /**
     * The formula of {@link YuvMatrix} in whole numbers: red's and blue's shares in ten-thousandths, brightness and difference in
     * fractions of their ranges.
     */
    private static int exact(YuvMatrix matrix, YuvRange range, int y, int cb, int cr) {
        long kr = matrix == YuvMatrix.BT601 ? 2990 : 2126;
        long kb = matrix == YuvMatrix.BT601 ? 1140 : 722;
        long kg = 10_000 - kr - kb;
        boolean limited = range == YuvRange.LIMITED;
        long luma = 255L * (limited ? y - 16 : y);
        long lumaSteps = limited ? 219 : 255;
        long chromaSteps = limited ? 224 : 255;
        long ofCb = 255L * 2 * (10_000 - kb) * (cb - 128);
        long ofCr = 255L * 2 * (10_000 - kr) * (cr - 128);
        int red = level(luma * chromaSteps * 10_000 + ofCr * lumaSteps, lumaSteps * chromaSteps * 10_000);
        int blue = level(luma * chromaSteps * 10_000 + ofCb * lumaSteps, lumaSteps * chromaSteps * 10_000);
        int green = level(luma * chromaSteps * 10_000 * kg - (ofCb * kb + ofCr * kr) * lumaSteps, lumaSteps * chromaSteps * 10_000 * kg);
        return red << 16 | green << 8 | blue;
    }

    @ParameterizedTest
    @EnumSource(YuvMatrix.class)
    void everyColourIsTheNearest(YuvMatrix matrix) {
        for (YuvRange range : YuvRange.values()) {
            YuvToRgb colours = new YuvToRgb(matrix, range);
            for (int colour = 0; colour < 1 << 24; colour++) {
                int y = colour >>> 16;
                int cb = colour >>> 8 & 0xff;
                int cr = colour & 0xff;
                int found = colours.rgb((byte) y, (byte) cb, (byte) cr);
                if (found != exact(matrix, range, y, cb, cr)) {
                    assertEquals(exact(matrix, range, y, cb, cr), found, matrix + " " + range + " " + y + "," + cb + "," + cr);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}x{1}")
    @CsvSource({"8, 6", "7, 5", "1, 1", "2, 1", "1, 2"})
    void fourPixelsShareTheColourOfNv12(int width, int height) {
        int lumaStride = width + 3;
        int chromaStride = width + 5;
        int lumaAt = 7;
        int chromaAt = lumaAt + height * lumaStride + 9;
        byte[] memory = new byte[chromaAt + (height + 1) / 2 * chromaStride];
        new Random(width * 100 + height).nextBytes(memory);
        FrameDescription frame = new FrameDescription(DrmFormat.NV12, DrmModifier.LINEAR, width, height,
                List.of(new FramePlane(lumaAt, lumaStride), new FramePlane(chromaAt, chromaStride)));
        BufferedImage image = FrameImages.standard().toImage(frame, MemorySegment.ofArray(memory));
        assertEquals(BufferedImage.TYPE_INT_RGB, image.getType());
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int pair = chromaAt + y / 2 * chromaStride + x / 2 * 2;
                int expected = exact(YuvMatrix.BT601, YuvRange.LIMITED, memory[lumaAt + y * lumaStride + x] & 0xff,
                        memory[pair] & 0xff, memory[pair + 1] & 0xff);
                assertEquals(0xff000000 | expected, image.getRGB(x, y), x + "," + y);
            }
        }
    }

    @ParameterizedTest(name = "{0}x{1}")
    @CsvSource({"8, 3", "7, 3", "1, 1"})
    void twoPixelsShareTheColourOfYuyv(int width, int height) {
        int stride = (width + 1) / 2 * 4 + 6;
        int at = 3;
        byte[] memory = new byte[at + height * stride];
        new Random(width * 100 + height).nextBytes(memory);
        FrameDescription frame =
                new FrameDescription(DrmFormat.YUYV, DrmModifier.LINEAR, width, height, List.of(new FramePlane(at, stride)));
        BufferedImage image = FrameImages.standard().yuv(YuvMatrix.BT709, YuvRange.FULL).toImage(frame, MemorySegment.ofArray(memory));
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int pair = at + y * stride + x / 2 * 4;
                int expected = exact(YuvMatrix.BT709, YuvRange.FULL, memory[pair + x % 2 * 2] & 0xff,
                        memory[pair + 1] & 0xff, memory[pair + 3] & 0xff);
                assertEquals(0xff000000 | expected, image.getRGB(x, y), x + "," + y);
            }
        }
    }

    @Test
    void standardIsTheLimitedRange() {
        assertEquals("BT601 LIMITED premultiplied alpha", FrameImages.standard().toString());
    }
}
