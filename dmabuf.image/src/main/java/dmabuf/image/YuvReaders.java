package dmabuf.image;

import dmabuf.frame.FrameDescription;
import dmabuf.frame.PlaneRows;
import java.awt.image.BufferedImage;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Formats of brightness and colour difference. */
final class YuvReaders {

    private YuvReaders() {}

    static BufferedImage nv12(FrameDescription frame, MemorySegment buffer, FrameImages how) {
        BufferedImage image = new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
        YuvToRgb colours = how.colours();
        PlaneRows luma = frame.rows(0, buffer);
        PlaneRows chroma = frame.rows(1, buffer);
        byte[] y = new byte[(int) luma.rowBytes()];
        byte[] cbcr = new byte[(int) chroma.rowBytes()];
        int[] pixels = new int[frame.width()];
        for (int row = 0; row < frame.height(); row++) {
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, luma.offset(row), y, 0, y.length);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, chroma.offset(row / 2), cbcr, 0, cbcr.length);
            for (int x = 0; x < pixels.length; x++) {
                int pair = x & ~1;
                pixels[x] = colours.rgb(y[x], cbcr[pair], cbcr[pair + 1]);
            }
            PixelReader.put(image, row, pixels);
        }
        return image;
    }

    static BufferedImage yuyv(FrameDescription frame, MemorySegment buffer, FrameImages how) {
        BufferedImage image = new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
        YuvToRgb colours = how.colours();
        PlaneRows rows = frame.rows(0, buffer);
        byte[] bytes = new byte[Math.toIntExact(rows.rowBytes())];
        int[] pixels = new int[frame.width()];
        for (int row = 0; row < frame.height(); row++) {
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, rows.offset(row), bytes, 0, bytes.length);
            for (int x = 0; x < pixels.length; x++) {
                int pair = (x & ~1) * 2;
                pixels[x] = colours.rgb(bytes[x * 2], bytes[pair + 1], bytes[pair + 3]);
            }
            PixelReader.put(image, row, pixels);
        }
        return image;
    }
}
