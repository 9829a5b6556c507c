package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct v4l2_requestbuffers} of {@code linux/videodev2.h}: the caller fills count, type and memory; the kernel says how many there
 * are, which may be more or fewer.
 */
public final class RequestBuffers {

    /** The size of the struct in bytes. */
    public static final int SIZE = 20;

    static final int COUNT = 0;
    static final int TYPE = 4;
    static final int MEMORY = 8;

    private RequestBuffers() {}

    /** Fills a struct. */
    public static MemorySegment fill(Arena arena, int count, int type, int memory) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, COUNT, count);
        struct.set(JAVA_INT, TYPE, type);
        struct.set(JAVA_INT, MEMORY, memory);
        return struct;
    }

    /** Reads how many buffers there are. */
    public static int count(MemorySegment struct) {
        return struct.get(JAVA_INT, COUNT);
    }
}
