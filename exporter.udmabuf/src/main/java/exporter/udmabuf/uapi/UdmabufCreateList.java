package exporter.udmabuf.uapi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.MemoryRange;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * {@code struct udmabuf_create_list} of {@code linux/udmabuf.h} with its {@code struct udmabuf_create_item}s behind it: every field is
 * filled by the caller, and the pad of an item stays 0.
 */
public final class UdmabufCreateList {

    /** The size of the struct without its items, in bytes. */
    public static final int HEADER_SIZE = 8;

    /** The size of an item in bytes. */
    public static final int ITEM_SIZE = 24;

    static final int FLAGS = 0;
    static final int COUNT = 4;
    static final int ITEM_MEMFD = 0;
    static final int ITEM_OFFSET = 8;
    static final int ITEM_LENGTH = 16;

    private UdmabufCreateList() {}

    /** Fills a struct for a list of ranges, in order. */
    public static MemorySegment fill(Arena arena, List<MemoryRange> ranges) {
        MemorySegment struct = arena.allocate(HEADER_SIZE + (long) ITEM_SIZE * ranges.size(), Long.BYTES);
        struct.set(JAVA_INT, FLAGS, Udmabuf.FLAGS_CLOEXEC);
        struct.set(JAVA_INT, COUNT, ranges.size());
        long item = HEADER_SIZE;
        for (MemoryRange range : ranges) {
            struct.set(JAVA_INT, item + ITEM_MEMFD, range.file().number());
            struct.set(JAVA_LONG, item + ITEM_OFFSET, range.offset());
            struct.set(JAVA_LONG, item + ITEM_LENGTH, range.length());
            item += ITEM_SIZE;
        }
        return struct;
    }
}
