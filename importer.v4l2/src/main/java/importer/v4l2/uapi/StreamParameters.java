package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct v4l2_streamparm} of {@code linux/videodev2.h} with {@code v4l2_captureparm} in it: the caller fills the type and the
 * interval it wants, the kernel what it does.
 */
public final class StreamParameters {

    /** The size of the struct in bytes. */
    public static final int SIZE = 204;

    static final int TYPE = 0;
    static final int CAPABILITY = 4;
    static final int NUMERATOR = 12;
    static final int DENOMINATOR = 16;

    private StreamParameters() {}

    /** Fills a struct; 0 and 0 for no wish. */
    public static MemorySegment fill(Arena arena, int type, int numerator, int denominator) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, TYPE, type);
        struct.set(JAVA_INT, NUMERATOR, numerator);
        struct.set(JAVA_INT, DENOMINATOR, denominator);
        return struct;
    }

    /** Tells whether the driver lets the interval be set. */
    public static boolean canBeSet(MemorySegment struct) {
        return (struct.get(JAVA_INT, CAPABILITY) & Videodev.CAP_TIMEPERFRAME) != 0;
    }

    /** Reads numerator and denominator of the interval in seconds. */
    public static int[] interval(MemorySegment struct) {
        return new int[] {struct.get(JAVA_INT, NUMERATOR), struct.get(JAVA_INT, DENOMINATOR)};
    }
}
