package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.linux.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** {@code struct v4l2_exportbuffer} of {@code linux/videodev2.h}: the caller fills all but the descriptor, which the kernel does. */
public final class ExportBuffer {

    /** The size of the struct in bytes. */
    public static final int SIZE = 64;

    static final int TYPE = 0;
    static final int INDEX = 4;
    static final int PLANE = 8;
    static final int FLAGS = 12;
    static final int FD = 16;

    private ExportBuffer() {}

    /** Fills a struct that asks for a dma-buf to read and write, which is closed on exec. */
    public static MemorySegment fill(Arena arena, int type, int index, int plane) {
        MemorySegment struct = arena.allocate(SIZE, Integer.BYTES);
        struct.set(JAVA_INT, TYPE, type);
        struct.set(JAVA_INT, INDEX, index);
        struct.set(JAVA_INT, PLANE, plane);
        struct.set(JAVA_INT, FLAGS, Posix.O_CLOEXEC | Posix.O_RDWR);
        return struct;
    }

    /** Reads the descriptor that the kernel has filled in. */
    public static int fd(MemorySegment struct) {
        return struct.get(JAVA_INT, FD);
    }
}
