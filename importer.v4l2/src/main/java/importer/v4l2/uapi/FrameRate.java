package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct v4l2_frmivalenum} of {@code linux/videodev2.h}: the caller fills index, pixel format, width and height, the kernel the
 * rest.
 */
public final class FrameRate {

    /** The size of the struct in bytes. */
    public static final int SIZE = 52;
    /** {@code V4L2_FRMIVAL_TYPE_DISCRETE}: one interval; the other types are ranges. */
    public static final int DISCRETE = 1;

    static final int INDEX = 0;
    static final int PIXEL_FORMAT = 4;
    static final int WIDTH = 8;
    static final int HEIGHT = 12;
    static final int TYPE = 16;
    static final int FIRST = 20;
    static final int SECOND = 28;

    private FrameRate() {}

    /** Fills a struct that asks for one interval of a format and size. */
    public static MemorySegment fill(Arena arena, int index, int fourcc, int width, int height) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, INDEX, index);
        struct.set(JAVA_INT, PIXEL_FORMAT, fourcc);
        struct.set(JAVA_INT, WIDTH, width);
        struct.set(JAVA_INT, HEIGHT, height);
        return struct;
    }

    /** Reads whether it is one interval or a range. */
    public static int type(MemorySegment struct) {
        return struct.get(JAVA_INT, TYPE);
    }

    /** Reads numerator and denominator of the interval, or of the shortest one. */
    public static int[] first(MemorySegment struct) {
        return fraction(struct, FIRST);
    }

    /** Reads numerator and denominator of the longest interval of a range. */
    public static int[] last(MemorySegment struct) {
        return fraction(struct, type(struct) == DISCRETE ? FIRST : SECOND);
    }

    private static int[] fraction(MemorySegment struct, long offset) {
        return new int[] {struct.get(JAVA_INT, offset), struct.get(JAVA_INT, offset + Integer.BYTES)};
    }
}
