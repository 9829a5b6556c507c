package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a simulated camera sees: eight bars of colour (white, yellow, cyan, green, magenta, red, blue, black), and above and below them the
 * number of the frame as 32 white and black cells, the highest bit first. So whoever has a picture can tell which frame it is, and whether
 * it is one frame from its first line to its last.
 *
 * <p>Of YUYV and NV12 the colours are BT.601 in the limited range. Reading is thread-safe.
 */
public final class TestPattern {

    private static final int[] BARS = {0xffffff, 0xffff00, 0x00ffff, 0x00ff00, 0xff00ff, 0xff0000, 0x0000ff, 0x000000};
    private static final int WHITE = 0xffffff;
    private static final int BLACK = 0;
    private static final int BITS = Integer.SIZE;
    private static final long LOW_BITS = 0xffffffffL;
    /** Halfway between black and white, of Y and of green. */
    private static final int MIDDLE = 126;

    private final int fourcc;
    private final int width;
    private final int height;
    private final int strip;
    private final byte[] bars;
    private final byte[] barsOfChroma;

    TestPattern(int fourcc, int width, int height) {
        this.fourcc = fourcc;
        this.width = width;
        this.height = height;
        this.strip = height / 16 * 2;
        this.bars = new byte[lineBytes()];
        this.barsOfChroma = new byte[hasChroma() ? width : 0];
        for (int bar = 0; bar < BARS.length; bar++) {
            span(bars, barsOfChroma, edge(bar, BARS.length), edge(bar + 1, BARS.length), BARS[bar]);
        }
    }

    /**
     * Gives the pattern of a format and size.
     *
     * @param fourcc V4L2's code: that of YUYV, NV12, NM12 or XR24
     * @param width in pixels, an even number from 64 on
     * @param height in lines, an even number from 32 on
     * @return the pattern, which needs no camera
     * @throws IllegalArgumentException when no simulated camera gives such pictures
     */
    public static TestPattern of(int fourcc, int width, int height) {
        boolean known = CaptureFormat.of(SimulatedCamera.CAMERA_MPLANE).stream().anyMatch(format -> format.fourcc() == fourcc);
        if (!known || width < 2 * BITS || height < BITS || (width | height) % 2 != 0) {
            throw new IllegalArgumentException(
                    "no test pattern of format 0x" + Integer.toHexString(fourcc) + ", " + width + " x " + height);
        }
        return new TestPattern(fourcc, width, height);
    }

    private boolean hasChroma() {
        return fourcc == V4l2Uapi.PIX_FMT_NV12 || fourcc == V4l2Uapi.PIX_FMT_NV12M;
    }

    private int pixelBytes() {
        return hasChroma() ? 1 : fourcc == V4l2Uapi.PIX_FMT_YUYV ? 2 : Integer.BYTES;
    }

    private int lineBytes() {
        return width * pixelBytes();
    }

    /** Where the i-th of some parts of a line begins, in pixels; even, since two of them share their colour. */
    private int edge(int part, int parts) {
        return part * width / parts & ~1;
    }

    /**
     * Draws a frame, every line of it. By one thread at a time.
     *
     * @param number the frame's; its lower 32 bits are shown
     * @param buffer which buffer of the picture: 1 for the colours of NM12, else 0
     * @param stride bytes from one line to the next
     * @param target the buffer
     */
    void draw(long number, int buffer, int stride, MemorySegment target) {
        byte[] code = new byte[bars.length];
        byte[] codeOfChroma = new byte[barsOfChroma.length];
        for (int bit = 0; bit < BITS; bit++) {
            boolean set = (number >>> BITS - 1 - bit & 1) != 0;
            span(code, codeOfChroma, edge(bit, BITS), edge(bit + 1, BITS), set ? WHITE : BLACK);
        }
        long at = 0;
        if (buffer == 0) {
            lines(target, at, stride, height, strip, code, bars);
            at = (long) stride * height;
        }
        if (buffer == 1 || fourcc == V4l2Uapi.PIX_FMT_NV12) {
            lines(target, at, stride, height / 2, strip / 2, codeOfChroma, barsOfChroma);
        }
    }

    private static void lines(MemorySegment target, long at, int stride, int lines, int strip, byte[] code, byte[] bars) {
        MemorySegment codeLine = MemorySegment.ofArray(code);
        MemorySegment barLine = MemorySegment.ofArray(bars);
        for (int line = 0; line < lines; line++) {
            boolean coded = line < strip || line >= lines - strip;
            MemorySegment.copy(coded ? codeLine : barLine, 0, target, at + (long) line * stride, bars.length);
        }
    }

    /** Colours some pixels of a line, which begin and end at even ones. */
    private void span(byte[] line, byte[] chroma, int from, int to, int rgb) {
        int red = rgb >> 16 & 0xff;
        int green = rgb >> 8 & 0xff;
        int blue = rgb & 0xff;
        byte luma = (byte) (16 + Math.round((65.481 * red + 128.553 * green + 24.966 * blue) / 255));
        byte cb = (byte) (128 + Math.round((-37.797 * red - 74.203 * green + 112.0 * blue) / 255));
        byte cr = (byte) (128 + Math.round((112.0 * red - 93.786 * green - 18.214 * blue) / 255));
        for (int pixel = from; pixel < to; pixel += 2) {
            if (hasChroma()) {
                put(line, pixel, luma, luma);
                put(chroma, pixel, cb, cr);
            } else if (fourcc == V4l2Uapi.PIX_FMT_YUYV) {
                put(line, 2 * pixel, luma, cb, luma, cr);
            } else {
                put(line, 4 * pixel, (byte) blue, (byte) green, (byte) red, (byte) 0, (byte) blue, (byte) green, (byte) red, (byte) 0);
            }
        }
    }

    private static void put(byte[] line, int at, byte... bytes) {
        System.arraycopy(bytes, 0, line, at, bytes.length);
    }

    /**
     * Reads the number of a frame out of its picture.
     *
     * @param stride bytes from one line to the next
     * @param picture the picture; where it has several buffers, the first
     * @return the lower 32 bits of the number; empty when this is no picture of a simulated camera, or one that is torn: its lines tell
     *     different numbers
     * @throws IndexOutOfBoundsException when the picture has fewer lines
     */
    public OptionalLong number(int stride, MemorySegment picture) {
        long number = numberOf(picture, 0);
        for (int line : new int[] {strip - 1, height - strip, height - 1}) {
            if (numberOf(picture, (long) line * stride) != number) {
                return OptionalLong.empty();
            }
        }
        int middle = height / 2;
        boolean barred = MemorySegment.mismatch(
                picture, (long) middle * stride, (long) middle * stride + bars.length, MemorySegment.ofArray(bars), 0, bars.length) < 0;
        return barred ? OptionalLong.of(number) : OptionalLong.empty();
    }

    private long numberOf(MemorySegment picture, long line) {
        long number = 0;
        for (int bit = 0; bit < BITS; bit++) {
            int pixel = (edge(bit, BITS) + edge(bit + 1, BITS)) / 2;
            long at = line + (long) pixel * pixelBytes() + (pixelBytes() == Integer.BYTES ? 1 : 0);
            number = number << 1 | (Byte.toUnsignedInt(picture.get(JAVA_BYTE, at)) > MIDDLE ? 1 : 0);
        }
        return number;
    }

    /**
     * Looks at every byte of a picture.
     *
     * @param number the number of the frame
     * @param strides bytes from one line to the next, for each buffer
     * @param buffers the buffers of the picture; more than one for NM12 only
     * @return true when the picture is that frame, whole
     * @throws IndexOutOfBoundsException when a buffer has fewer lines
     */
    public boolean holds(long number, List<Integer> strides, List<MemorySegment> buffers) {
        for (int buffer = 0; buffer < buffers.size(); buffer++) {
            int stride = strides.get(buffer);
            MemorySegment expected = MemorySegment.ofArray(new byte[stride * lines(buffer)]);
            draw(number & LOW_BITS, buffer, stride, expected);
            for (int line = 0; line < lines(buffer); line++) {
                long at = (long) line * stride;
                if (MemorySegment.mismatch(buffers.get(buffer), at, at + bars.length, expected, at, at + bars.length) >= 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private int lines(int buffer) {
        return buffer == 1 ? height / 2 : fourcc == V4l2Uapi.PIX_FMT_NV12 ? height + height / 2 : height;
    }
}
