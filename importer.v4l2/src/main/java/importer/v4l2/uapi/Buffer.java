package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct v4l2_buffer} of {@code linux/videodev2.h}, on 64-bit machines, with its {@code struct v4l2_plane}s where a frame has a
 * buffer for each plane. The caller fills index, type, memory and, to queue, what each plane's memory is; the kernel what became of it.
 * Reused from call to call; not thread-safe.
 */
public final class Buffer {

    /** The size of the struct in bytes, without its planes. */
    public static final int SIZE = 88;

    static final int INDEX = 0;
    static final int TYPE = 4;
    static final int BYTESUSED = 8;
    static final int FLAGS = 12;
    static final int FIELD = 16;
    static final int SECONDS = 24;
    static final int MICROSECONDS = 32;
    static final int SEQUENCE = 56;
    static final int MEMORY = 60;
    static final int M = 64;
    static final int LENGTH = 72;

    /** The size of {@code struct v4l2_plane}. */
    static final int PLANE_SIZE = 64;
    static final int PLANE_BYTESUSED = 0;
    static final int PLANE_LENGTH = 4;
    static final int PLANE_M = 8;
    static final int PLANE_DATA_OFFSET = 16;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MICROSECOND = 1_000;

    private final MemorySegment struct;
    private final MemorySegment planes;
    private final int type;
    private final int memory;
    private final int count;

    /**
     * Makes a struct.
     *
     * @param type of buffers; decides whether planes are apart
     * @param count how many buffers a frame has
     */
    public Buffer(Arena arena, int type, int memory, int count) {
        this.struct = arena.allocate(SIZE, Long.BYTES);
        this.planes = type == Videodev.VIDEO_CAPTURE_MPLANE ? arena.allocate((long) count * PLANE_SIZE, Long.BYTES) : null;
        this.type = type;
        this.memory = memory;
        this.count = count;
    }

    /** Empties it for a call about one buffer; of no meaning to DQBUF, which says which one it is. */
    public Buffer about(int index) {
        struct.fill((byte) 0);
        struct.set(JAVA_INT, INDEX, index);
        struct.set(JAVA_INT, TYPE, type);
        struct.set(JAVA_INT, MEMORY, memory);
        if (planes != null) {
            planes.fill((byte) 0);
            struct.set(ADDRESS, M, planes);
            struct.set(JAVA_INT, LENGTH, count);
        }
        return this;
    }

    /** Says which dma-buf a plane lies in, and how long that is. */
    public void plane(int plane, int fd, long length) {
        int unsigned = (int) Math.min(length, 0xffff_ffffL);
        if (planes == null) {
            struct.set(JAVA_INT, M, fd);
            struct.set(JAVA_INT, LENGTH, unsigned);
        } else {
            planes.set(JAVA_INT, at(plane) + PLANE_M, fd);
            planes.set(JAVA_INT, at(plane) + PLANE_LENGTH, unsigned);
        }
    }

    private static long at(int plane) {
        return (long) plane * PLANE_SIZE;
    }

    private static long unsigned(MemorySegment memory, long offset) {
        return Integer.toUnsignedLong(memory.get(JAVA_INT, offset));
    }

    /** The struct to pass to the kernel. */
    public MemorySegment struct() {
        return struct;
    }

    /** Reads which buffer it is. */
    public int index() {
        return struct.get(JAVA_INT, INDEX);
    }

    /** Reads the flags. */
    public int flags() {
        return struct.get(JAVA_INT, FLAGS);
    }

    /** Reads the number of the frame, an unsigned 32-bit number. */
    public long sequence() {
        return unsigned(struct, SEQUENCE);
    }

    /** Reads when the frame was taken, in nanoseconds of the clock that the flags name; to the microsecond. */
    public long timestampNanos() {
        return struct.get(JAVA_LONG, SECONDS) * NANOS_PER_SECOND + struct.get(JAVA_LONG, MICROSECONDS) * NANOS_PER_MICROSECOND;
    }

    /** Reads how many bytes of a plane's memory the driver has written, what lies before the picture included. */
    public long bytesUsed(int plane) {
        return planes == null ? unsigned(struct, BYTESUSED) : unsigned(planes, at(plane) + PLANE_BYTESUSED);
    }

    /** Reads where in a plane's memory the picture begins. */
    public long dataOffset(int plane) {
        return planes == null ? 0 : unsigned(planes, at(plane) + PLANE_DATA_OFFSET);
    }

    /** Reads how long a plane's memory is. */
    public long length(int plane) {
        return planes == null ? unsigned(struct, LENGTH) : unsigned(planes, at(plane) + PLANE_LENGTH);
    }
}
