package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/**
 * What of the host's renderer is simulated: that a command makes a buffer, under a number by which it becomes a blob, once. Commands are
 * those of {@code virgl_protocol.h}: a word with the command and the length in words, and then so many words. The guest is not told what
 * the host thinks of them.
 *
 * <p>Thread-safe.
 */
final class VirglBlobs {

    private static final int PIPE_RESOURCE_CREATE = 48;
    private static final int PIPE_RESOURCE_CREATE_LENGTH = 11;
    /** Words from the command's first. */
    private static final int BLOB_ID = 11;

    private final Set<Long> made = new HashSet<>();

    /** Does what can be understood of some commands. */
    synchronized void submit(MemorySegment commands) {
        long words = commands.byteSize() / Integer.BYTES;
        for (long at = 0; at < words; ) {
            int header = commands.getAtIndex(JAVA_INT, at);
            int length = header >>> 16;
            boolean whole = length < words - at;
            if (whole && (header & 0xff) == PIPE_RESOURCE_CREATE && length == PIPE_RESOURCE_CREATE_LENGTH) {
                made.add(Integer.toUnsignedLong(commands.getAtIndex(JAVA_INT, at + BLOB_ID)));
            }
            at += 1L + length;
        }
    }

    /** Takes a buffer, which has no number any more then; false when there is none. */
    synchronized boolean take(long number) {
        return made.remove(number);
    }
}
