package dmabuf.api;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

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
    private final List<Caching> caching;
    private final Placement placement;
    private final Map<String, String> options;

    private ExportRequest(Draft draft) {
        size = draft.size;
        ranges = draft.ranges;
        segments = draft.segments;
        name = draft.name;
        access = draft.access;
        caching = draft.caching;
        placement = draft.placement;
        options = draft.options;
    }

    /** The same fields, open: a refinement copies, changes one, and freezes. What they hold is immutable. */
    private static final class Draft {
        private long size;
        private List<MemoryRange> ranges = List.of();
        private List<MemorySegment> segments = List.of();
        private String name = "";
        private Access access = Access.READ_WRITE;
        private List<Caching> caching = List.of();
        private Placement placement;
        private Map<String, String> options = Map.of();

        private Draft(long size) {
            this.size = size;
        }
    }

    private Draft draft() {
        Draft draft = new Draft(size);
        draft.ranges = ranges;
        draft.segments = segments;
        draft.name = name;
        draft.access = access;
        draft.caching = caching;
        draft.placement = placement;
        draft.options = options;
        return draft;
    }

    /**
     * Asks for new memory, filled with zeroes.
     *
     * @param bytes how much; an exporter may round up to its page size
     * @return the request
     */
    public static ExportRequest ofSize(long bytes) {
        return new ExportRequest(new Draft(bytes));
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
        Draft draft = new Draft(total);
        draft.ranges = List.copyOf(ranges);
        return new ExportRequest(draft);
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
        Draft draft = new Draft(total);
        draft.segments = List.copyOf(segments);
        return new ExportRequest(draft);
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
        Draft draft = draft();
        draft.name = Objects.requireNonNull(newName, "newName");
        return new ExportRequest(draft);
    }

    /**
     * Says the most that anybody will do with the buffer.
     *
     * @param newAccess {@link Access#READ} for a buffer that nobody may map for writing
     * @return a request that differs in its access only
     */
    public ExportRequest withAccess(Access newAccess) {
        Draft draft = draft();
        draft.access = Objects.requireNonNull(newAccess, "newAccess");
        return new ExportRequest(draft);
    }

    /**
     * Says how the CPU shall map the buffer by default. An exporter with a choice chooses memory and mode for it; the buffer of one without
     * is refused when it turns out otherwise.
     *
     * @param first the attribute that is wanted most
     * @param others further ones that will do, in order of preference
     * @return a request that differs in its caching only
     */
    public ExportRequest withCaching(Caching first, Caching... others) {
        return withCaching(Caching.inOrder(first, others));
    }

    ExportRequest withCaching(List<Caching> inOrder) {
        Draft draft = draft();
        draft.caching = List.copyOf(inOrder);
        return new ExportRequest(draft);
    }

    /**
     * Says where the memory shall be.
     *
     * @param newPlacement the only place that will do
     * @return a request that differs in its placement only
     */
    public ExportRequest withPlacement(Placement newPlacement) {
        Draft draft = draft();
        draft.placement = Objects.requireNonNull(newPlacement, "newPlacement");
        return new ExportRequest(draft);
    }

    /**
     * Says something that means something to one driver only. Other drivers ignore it.
     *
     * @param key the exporter's name, a point, and what its documentation names
     * @param value what its documentation says
     * @return a request with one option more, or another value for it
     * @throws IllegalArgumentException when the key has no point
     */
    public ExportRequest withOption(String key, String value) {
        if (key.indexOf('.') < 1) {
            throw new IllegalArgumentException("an option is called EXPORTER.NAME, and not \"" + key + "\"");
        }
        Draft draft = draft();
        Map<String, String> more = new TreeMap<>(options);
        more.put(key, Objects.requireNonNull(value, "value"));
        draft.options = Collections.unmodifiableMap(more);
        return new ExportRequest(draft);
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

    /**
     * Tells how the CPU shall map the buffer by default.
     *
     * @return the attributes that will do, in order of preference; empty when any will
     */
    public List<Caching> caching() {
        return caching;
    }

    /**
     * Tells where the memory shall be.
     *
     * @return the only place that will do; empty when any will
     */
    public Optional<Placement> placement() {
        return Optional.ofNullable(placement);
    }

    /**
     * Gives what one driver is told.
     *
     * @param exporter the driver's name
     * @return its options, by key without the driver's name; empty for none
     */
    public Map<String, String> options(String exporter) {
        if (options.isEmpty()) {
            return Map.of();
        }
        Map<String, String> mine = new TreeMap<>();
        options.forEach((key, value) -> {
            if (key.startsWith(exporter + ".")) {
                mine.put(key.substring(exporter.length() + 1), value);
            }
        });
        return mine;
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
        if (!caching.isEmpty()) {
            words.add(Caching.anyOf(caching));
        }
        if (placement != null) {
            words.add("in memory of the " + placement.property());
        }
        options.forEach((key, value) -> words.add(key + "=" + value));
        return String.join(" ", words);
    }
}
