package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct v4l2_frmsizeenum} of {@code linux/videodev2.h}: the caller fills index and pixel format, the kernel the rest. */
public final class FrameSize {

    /** The size of the struct in bytes. */
    public static final int SIZE = 44;
    /** {@code V4L2_FRMSIZE_TYPE_DISCRETE}: one size; the other types are ranges. */
    public static final int DISCRETE = 1;

    static final int INDEX = 0;
    static final int PIXEL_FORMAT = 4;
    static final int TYPE = 8;
    static final int VALUES = 12;

    /** How many figures a range has: the least width, the most, its step, and the same of the height. */
    private static final int RANGE = 6;

    private FrameSize() {}

    /** Fills a struct that asks for one size of a format. */
    public static MemorySegment fill(Arena arena, int index, int fourcc) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, INDEX, index);
        struct.set(JAVA_INT, PIXEL_FORMAT, fourcc);
        return struct;
    }

    /** Reads whether it is one size or a range. */
    public static int type(MemorySegment struct) {
        return struct.get(JAVA_INT, TYPE);
    }

    /** Reads the least width, the most and its step, then those of the height. */
    public static int[] range(MemorySegment struct) {
        if (type(struct) == DISCRETE) {
            int width = struct.get(JAVA_INT, VALUES);
            int height = struct.get(JAVA_INT, VALUES + Integer.BYTES);
            return new int[] {width, width, 1, height, height, 1};
        }
        int[] range = new int[RANGE];
        for (int i = 0; i < RANGE; i++) {
            range[i] = struct.get(JAVA_INT, VALUES + (long) i * Integer.BYTES);
        }
        return range;
    }
}
