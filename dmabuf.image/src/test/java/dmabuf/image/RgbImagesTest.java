package dmabuf.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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

/** Red, green and blue, bit by bit. */
class RgbImagesTest {

    private static FrameDescription frame(DrmFormat format, int width, int height, long offset, long stride) {
        return new FrameDescription(format, DrmModifier.LINEAR, width, height, List.of(new FramePlane(offset, stride)));
    }

    private static MemorySegment bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return MemorySegment.ofArray(bytes);
    }

    /** A pixel whose bytes in memory are 0x10, 0x20, 0x40 and 0x80. */
    @ParameterizedTest
    @CsvSource({"XR24, 0xff402010", "XB24, 0xff102040"})
    void bytesStandForTheRightColours(String format, String expected) {
        BufferedImage image =
                FrameImages.standard().toImage(frame(DrmFormat.of(format), 1, 1, 0, 4), bytes(0x10, 0x20, 0x40, 0x80));
        assertEquals(BufferedImage.TYPE_INT_RGB, image.getType());
        assertEquals(Integer.parseUnsignedInt(expected, 2, 10, 16), image.getRGB(0, 0));
        assertEquals(image.getRGB(0, 0) & 0xffffff, ((int[]) image.getRaster().getDataElements(0, 0, null))[0], "what means nothing is 0");
    }

    @ParameterizedTest
    @CsvSource({"AR24, 0x80402010", "AB24, 0x80102040"})
    void alphaIsTakenOver(String format, String expected) {
        FrameDescription frame = frame(DrmFormat.of(format), 1, 1, 0, 4);
        MemorySegment pixel = bytes(0x10, 0x20, 0x40, 0x80);
        int word = Integer.parseUnsignedInt(expected, 2, 10, 16);
        BufferedImage straight = FrameImages.standard().straightAlpha().toImage(frame, pixel);
        assertEquals(BufferedImage.TYPE_INT_ARGB, straight.getType());
        assertEquals(word, straight.getRGB(0, 0));
        BufferedImage premultiplied = FrameImages.standard().toImage(frame, pixel);
        assertEquals(BufferedImage.TYPE_INT_ARGB_PRE, premultiplied.getType());
        assertArrayEquals(new int[] {word}, (int[]) premultiplied.getRaster().getDataElements(0, 0, null));
    }

    @Test
    void fiveAndSixBitsAreTakenOver() {
        MemorySegment pixels = bytes(0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00, 0x34, 0x12);
        BufferedImage image = FrameImages.standard().toImage(frame(DrmFormat.RGB565, 4, 1, 0, 8), pixels);
        assertEquals(BufferedImage.TYPE_USHORT_565_RGB, image.getType());
        assertEquals(0xffff0000, image.getRGB(0, 0));
        assertEquals(0xff00ff00, image.getRGB(1, 0));
        assertEquals(0xff0000ff, image.getRGB(2, 0));
        assertArrayEquals(new short[] {0x1234}, (short[]) image.getRaster().getDataElements(3, 0, null));
    }

    @ParameterizedTest
    @CsvSource({"XR24, 4", "AR24, 4", "XB24, 4", "AB24, 4", "RG16, 2"})
    void everyPixelIsFoundWhateverTheStrideAndTheOffset(String fourcc, int bytesPerPixel) {
        DrmFormat format = DrmFormat.of(fourcc);
        int width = 13;
        int height = 7;
        long offset = 5;
        long stride = width * bytesPerPixel + 11;
        byte[] memory = new byte[(int) (offset + height * stride)];
        new Random(fourcc.hashCode()).nextBytes(memory);
        BufferedImage image =
                FrameImages.standard().straightAlpha().toImage(frame(format, width, height, offset, stride), MemorySegment.ofArray(memory));
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (int) (offset + y * stride + x * bytesPerPixel);
                assertEquals(expected(format, memory, at), pixel(image, x, y), fourcc + " " + x + "," + y);
            }
        }
    }

    private static int pixel(BufferedImage image, int x, int y) {
        Object element = image.getRaster().getDataElements(x, y, null);
        return element instanceof short[] half ? half[0] & 0xffff : ((int[]) element)[0];
    }

    /** The format by its definition, byte by byte. */
    private static int expected(DrmFormat format, byte[] memory, int at) {
        int first = memory[at] & 0xff;
        int second = memory[at + 1] & 0xff;
        if (format.equals(DrmFormat.RGB565)) {
            return second << 8 | first;
        }
        int third = memory[at + 2] & 0xff;
        int alpha = format.equals(DrmFormat.ARGB8888) || format.equals(DrmFormat.ABGR8888) ? memory[at + 3] << 24 : 0;
        boolean blueFirst = format.equals(DrmFormat.XRGB8888) || format.equals(DrmFormat.ARGB8888);
        return alpha | (blueFirst ? third : first) << 16 | second << 8 | (blueFirst ? first : third);
    }
}
