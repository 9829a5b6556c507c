package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct v4l2_fmtdesc} of {@code linux/videodev2.h}: the caller fills index and type, the kernel the rest. */
public final class FormatDescription {

    /** The size of the struct in bytes. */
    public static final int SIZE = 64;

    static final int INDEX = 0;
    static final int TYPE = 4;
    static final int FLAGS = 8;
    static final int DESCRIPTION = 12;
    static final int PIXELFORMAT = 44;

    private static final int DESCRIPTION_LENGTH = 32;

    private FormatDescription() {}

    /** Fills a struct that asks for one format of a type of buffers. */
    public static MemorySegment fill(Arena arena, int index, int type) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, INDEX, index);
        struct.set(JAVA_INT, TYPE, type);
        return struct;
    }

    /** Reads the flags. */
    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, FLAGS);
    }

    /** Reads the name, for people. */
    public static String description(MemorySegment struct) {
        return Text.of(struct, DESCRIPTION, DESCRIPTION_LENGTH);
    }

    /** Reads the four characters. */
    public static int fourcc(MemorySegment struct) {
        return struct.get(JAVA_INT, PIXELFORMAT);
    }
}
