package dmabuf.image;

import dmabuf.frame.FrameDescription;
import dmabuf.frame.PlaneRows;
import java.awt.image.BufferedImage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;

/** Formats of red, green and blue. Each pixel is a little-endian word, whatever the machine. */
final class RgbReaders {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int COLOURS = 0xff_ffff;

    private RgbReaders() {}

    static BufferedImage xrgb(FrameDescription frame, MemorySegment buffer, FrameImages how) {
        return words(frame, buffer, BufferedImage.TYPE_INT_RGB, word -> word & COLOURS);
    }

    static BufferedImage argb(FrameDescription frame, MemorySegment buffer, FrameImages how) {
        return words(frame, buffer, how.alphaType(), IntUnaryOperator.identity());
    }

    static BufferedImage xbgr(FrameDescription frame, MemorySegment buffer, FrameImages how) {
        return words(frame, buffer, BufferedImage.TYPE_INT_RGB, word -> Integer.reverseBytes(word) >>> Byte.SIZE);
    }

    static BufferedImage abgr(FrameDescription frame, MemorySegment buffer, FrameImages how) {
        return words(frame, buffer, how.alphaType(), word -> Integer.rotateRight(Integer.reverseBytes(word), Byte.SIZE));
    }

    static BufferedImage rgb565(FrameDescription frame, MemorySegment buffer, FrameImages how) {
        BufferedImage image = new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_USHORT_565_RGB);
        PlaneRows rows = frame.rows(0, buffer);
        short[] pixels = new short[frame.width()];
        for (int y = 0; y < rows.count(); y++) {
            MemorySegment.copy(buffer, HALF, rows.offset(y), pixels, 0, pixels.length);
            PixelReader.put(image, y, pixels);
        }
        return image;
    }

    private static BufferedImage words(FrameDescription frame, MemorySegment buffer, int type, IntUnaryOperator toPixel) {
        BufferedImage image = new BufferedImage(frame.width(), frame.height(), type);
        PlaneRows rows = frame.rows(0, buffer);
        int[] pixels = new int[frame.width()];
        for (int y = 0; y < rows.count(); y++) {
            MemorySegment.copy(buffer, WORD, rows.offset(y), pixels, 0, pixels.length);
            for (int x = 0; x < pixels.length; x++) {
                pixels[x] = toPixel.applyAsInt(pixels[x]);
            }
            PixelReader.put(image, y, pixels);
        }
        return image;
    }
}
