package dmabuf.api;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What one buffer shall be: new memory of a size, or memory that exists already. Immutable; made by one of the {@code of…} methods and
 * refined by the {@code with…} methods.
 *
 * <p>Nothing is checked here that only an exporter can judge: a size of 0 is refused by the exporter, with its errno.
 */
public final class ExportRequest {

    private final long size;
    private final List<MemoryRange> ranges;
    private final List<MemorySegment> segments;
    private final String name;
    private final Access access;

    private ExportRequest(long size, List<MemoryRange> ranges, List<MemorySegment> segments, String name, Access access) {
        this.size = size;
        this.ranges = ranges;
        this.segments = segments;
        this.name = name;
        this.access = access;
    }

    /**
     * Asks for new memory, filled with zeroes.
     *
     * @param bytes how much; an exporter may round up to its page size
     * @return the request
     */
    public static ExportRequest ofSize(long bytes) {
        return new ExportRequest(bytes, List.of(), List.of(), "", Access.READ_WRITE);
    }

    /**
     * Asks for existing memory as one buffer: the ranges, in order, aliased and not copied. A range may occur more than once.
     *
     * @param ranges pieces of memfds
     * @return the request
     */
    public static ExportRequest ofRanges(List<MemoryRange> ranges) {
        long total = 0;
        for (MemoryRange range : ranges) {
            total = saturatedSum(total, range.length());
        }
        return new ExportRequest(total, List.copyOf(ranges), List.of(), "", Access.READ_WRITE);
    }

    /**
     * Asks for existing memory of this process as one buffer, as the udmabuf proposal of 2018 did with its list of {@code iovec}s. Each
     * segment must be a shared mapping of a memfd that this process has open; the exporter finds that memfd.
     *
     * @param segments pieces of memory, in order, page-aligned
     * @return the request
     */
    public static ExportRequest ofSegments(List<MemorySegment> segments) {
        long total = 0;
        for (MemorySegment segment : segments) {
            total = saturatedSum(total, segment.byteSize());
        }
        return new ExportRequest(total, List.of(), List.copyOf(segments), "", Access.READ_WRITE);
    }

    private static long saturatedSum(long a, long b) {
        return a > 0 && b > Long.MAX_VALUE - a ? Long.MAX_VALUE : a + b;
    }

    /**
     * Names the buffer, as {@code DMA_BUF_SET_NAME} does: shown in {@code /proc/PID/fdinfo}, for whoever looks for leaks.
     *
     * @param newName at most 31 bytes in UTF-8; empty for none
     * @return a request that differs in its name only
     */
    public ExportRequest withName(String newName) {
        return new ExportRequest(size, ranges, segments, Objects.requireNonNull(newName, "newName"), access);
    }

    /**
     * Says the most that anybody will do with the buffer.
     *
     * @param newAccess {@link Access#READ} for a buffer that nobody may map for writing
     * @return a request that differs in its access only
     */
    public ExportRequest withAccess(Access newAccess) {
        return new ExportRequest(size, ranges, segments, name, Objects.requireNonNull(newAccess, "newAccess"));
    }

    /**
     * Tells how many bytes are asked for.
     *
     * @return the size, or the sum of the pieces; {@link Long#MAX_VALUE} when the sum overflows
     */
    public long size() {
        return size;
    }

    /**
     * Tells whether memory that exists already is to become the buffer.
     *
     * @return true when {@link #ranges()} or {@link #segments()} say which
     */
    public boolean wrapsMemory() {
        return !ranges.isEmpty() || !segments.isEmpty();
    }

    /**
     * Gives the pieces of memfds to make the buffer of.
     *
     * @return the ranges in order, empty unless made by {@link #ofRanges}
     */
    public List<MemoryRange> ranges() {
        return ranges;
    }

    /**
     * Gives the pieces of this process's memory to make the buffer of.
     *
     * @return the segments in order, empty unless made by {@link #ofSegments}
     */
    public List<MemorySegment> segments() {
        return segments;
    }

    /**
     * Gives the name that the buffer shall have.
     *
     * @return the name, empty for none
     */
    public String name() {
        return name;
    }

    /**
     * Gives the most that anybody will do with the buffer.
     *
     * @return the access
     */
    public Access access() {
        return access;
    }

    /** Says what is asked for, for messages. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (!name.isEmpty()) {
            words.add("\"" + name + "\"");
        }
        words.add(size + " bytes");
        if (wrapsMemory()) {
            words.add("in " + Math.max(ranges.size(), segments.size()) + " ranges");
        }
        return String.join(" ", words);
    }
}
