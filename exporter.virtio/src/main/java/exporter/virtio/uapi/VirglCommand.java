package exporter.virtio.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code VIRGL_CCMD_PIPE_RESOURCE_CREATE} of {@code virgl_protocol.h}, the command by which virglrenderer makes what becomes a blob: a
 * header word and 11 words, all by the caller. The kernel passes it on unread.
 */
public final class VirglCommand {

    /** The length behind the header, in words. */
    public static final int LENGTH = 11;

    private static final int PIPE_RESOURCE_CREATE = 48;
    private static final int LENGTH_SHIFT = 16;
    private static final int TARGET = 1;
    private static final int FORMAT = 2;
    private static final int BIND = 3;
    private static final int WIDTH = 4;
    private static final int HEIGHT = 5;
    private static final int DEPTH = 6;
    private static final int ARRAY_SIZE = 7;
    private static final int FLAGS = 10;
    private static final int BLOB_ID = 11;

    /** {@code VIRGL_RESOURCE_FLAG_MAP_PERSISTENT} and {@code _COHERENT}: what can be mapped for as long as it lives. */
    private static final int MAP_PERSISTENT_COHERENT = 1 << 1 | 1 << 2;

    private VirglCommand() {}

    /** Makes a command for a buffer of so many bytes, as a blob of a number. */
    public static MemorySegment createBuffer(Arena arena, int bytes, int blobId) {
        MemorySegment words = arena.allocate((1L + LENGTH) * Integer.BYTES, Integer.BYTES);
        words.setAtIndex(JAVA_INT, 0, PIPE_RESOURCE_CREATE | LENGTH << LENGTH_SHIFT);
        words.setAtIndex(JAVA_INT, TARGET, ResourceCreate.TARGET_BUFFER);
        words.setAtIndex(JAVA_INT, FORMAT, ResourceCreate.FORMAT_R8);
        words.setAtIndex(JAVA_INT, BIND, ResourceCreate.BIND_VERTEX_BUFFER);
        words.setAtIndex(JAVA_INT, WIDTH, bytes);
        words.setAtIndex(JAVA_INT, HEIGHT, 1);
        words.setAtIndex(JAVA_INT, DEPTH, 1);
        words.setAtIndex(JAVA_INT, ARRAY_SIZE, 1);
        words.setAtIndex(JAVA_INT, FLAGS, MAP_PERSISTENT_COHERENT);
        words.setAtIndex(JAVA_INT, BLOB_ID, blobId);
        return words;
    }
}
