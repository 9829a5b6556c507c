package dmabuf.display.impl;

import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.PlaneRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Pixels of alpha, red, green and blue, each 8 bits, the colours multiplied with alpha already. Not thread-safe. */
final class ColourImage {

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int OPAQUE = 0xff00_0000;
    private static final int FULL = 255;

    /** Reads a pixel. */
    @FunctionalInterface
    private interface Reader {
        int argb(MemorySegment memory, long at);
    }

    /**
     * A format.
     *
     * @param bytes of a pixel
     */
    private record Format(int bytes, Reader reader) {}

    private static final Map<DrmFormat, Format> FORMATS = Map.of(
            DrmFormat.XRGB8888, new Format(4, (memory, at) -> OPAQUE | memory.get(WORD, at)),
            DrmFormat.ARGB8888, new Format(4, (memory, at) -> memory.get(WORD, at)),
            DrmFormat.XBGR8888, new Format(4, (memory, at) -> OPAQUE | swapped(memory.get(WORD, at))),
            DrmFormat.ABGR8888, new Format(4, (memory, at) -> swapped(memory.get(WORD, at))),
            DrmFormat.RGB888, new Format(3, (memory, at) -> OPAQUE | bytes(memory, at, 0, 1, 2)),
            DrmFormat.BGR888, new Format(3, (memory, at) -> OPAQUE | bytes(memory, at, 2, 1, 0)),
            DrmFormat.RGB565, new Format(2, (memory, at) -> OPAQUE | widened(memory.get(HALF, at))));

    private final int width;
    private final int height;
    private final int[] pixels;

    private ColourImage(int width, int height) {
        this.width = width;
        this.height = height;
        this.pixels = new int[width * height];
    }

    /** Names what can be read. */
    static String formats() {
        return FORMATS.keySet().stream().map(DrmFormat::toString).sorted().collect(Collectors.joining(", "));
    }

    /** Reads a linear picture; empty when its format is none of these, or it has more pixels than an array. */
    static Optional<ColourImage> of(FrameDescription frame, MemorySegment memory) {
        Format format = FORMATS.get(frame.format());
        if (format == null || (long) frame.width() * frame.height() > Integer.MAX_VALUE / Integer.BYTES) {
            return Optional.empty();
        }
        ColourImage image = new ColourImage(frame.width(), frame.height());
        PlaneRows rows = frame.rows(0, memory);
        for (int y = 0; y < frame.height(); y++) {
            long row = rows.offset(y);
            for (int x = 0; x < frame.width(); x++) {
                image.pixels[y * image.width + x] = format.reader.argb(memory, row + (long) x * format.bytes);
            }
        }
        return Optional.of(image);
    }

    private static int swapped(int abgr) {
        return abgr & 0xff00ff00 | (abgr & 0xff) << 16 | abgr >>> 16 & 0xff;
    }

    private static int bytes(MemorySegment memory, long at, int blue, int green, int red) {
        return part(memory, at + red) << 16 | part(memory, at + green) << 8 | part(memory, at + blue);
    }

    private static int part(MemorySegment memory, long at) {
        return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, at));
    }

    /** The upper bits again below: so black stays black and white white. */
    private static int widened(int rgb) {
        int red = rgb >>> 11 & 0x1f;
        int green = rgb >>> 5 & 0x3f;
        int blue = rgb & 0x1f;
        return (red << 3 | red >>> 2) << 16 | (green << 2 | green >>> 4) << 8 | blue << 3 | blue >>> 2;
    }

    /** Draws another one over this, with its upper left corner at a place that may be outside. */
    void draw(ColourImage other, int left, int top) {
        int firstRow = within(other.height, -(long) top);
        int lastRow = within(other.height, (long) height - top);
        int firstColumn = within(other.width, -(long) left);
        int lastColumn = within(other.width, (long) width - left);
        for (int y = firstRow; y < lastRow; y++) {
            for (int x = firstColumn; x < lastColumn; x++) {
                int at = (top + y) * width + left + x;
                pixels[at] = over(other.pixels[y * other.width + x], pixels[at]);
            }
        }
    }

    private static int within(int length, long place) {
        return Math.clamp(place, 0, length);
    }

    /** Porter and Duff's "over", of colours that are multiplied already; what is brighter than its alpha permits stays within 8 bits. */
    private static int over(int above, int below) {
        int rest = FULL - (above >>> 24);
        int result = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int mixed = (above >>> shift & FULL) + ((below >>> shift & FULL) * rest + FULL / 2) / FULL;
            result |= Math.min(mixed, FULL) << shift;
        }
        return result;
    }

    FrameDescription frame() {
        return FrameDescription.packed(DrmFormat.XRGB8888, width, height);
    }

    /** As {@link #frame} says. */
    MemorySegment pixels() {
        MemorySegment memory = MemorySegment.ofArray(new byte[pixels.length * Integer.BYTES]);
        MemorySegment.copy(pixels, 0, memory, WORD, 0, pixels.length);
        return memory;
    }
}
