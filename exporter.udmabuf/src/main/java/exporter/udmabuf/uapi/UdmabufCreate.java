package exporter.udmabuf.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct udmabuf_create} of {@code linux/udmabuf.h}: every field is filled by the caller. */
public final class UdmabufCreate {

    /** The size of the struct in bytes. */
    public static final int SIZE = 24;

    static final int MEMFD = 0;
    static final int FLAGS = 4;
    static final int OFFSET = 8;
    static final int LENGTH = 16;

    private UdmabufCreate() {}

    /** Fills a struct for one range of one memfd. */
    public static MemorySegment fill(Arena arena, int memfd, long offset, long length) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, MEMFD, memfd);
        struct.set(JAVA_INT, FLAGS, Udmabuf.FLAGS_CLOEXEC);
        struct.set(JAVA_LONG, OFFSET, offset);
        struct.set(JAVA_LONG, LENGTH, length);
        return struct;
    }
}
