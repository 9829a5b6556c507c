package dmabuf.api;

import dmabuf.fd.KernelKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an importer needs of a source, or several importers together ({@link #and}). Immutable; start from {@link #none()} and refine.
 *
 * <p>A source meets them when {@link #refuse} finds nothing against it.
 */
public final class Requirements {

    private static final Requirements NONE = new Requirements(new Draft());

    private final long size;
    /** In order of preference; null for any. */
    private final List<Caching> caching;
    private final Placement placement;
    private final boolean mmap;
    private final boolean wrap;
    private final boolean contiguous;
    private final String exporter;
    private final String device;
    private final KernelKind kernel;

    private Requirements(Draft draft) {
        size = draft.size;
        caching = draft.caching;
        placement = draft.placement;
        mmap = draft.mmap;
        wrap = draft.wrap;
        contiguous = draft.contiguous;
        exporter = draft.exporter;
        device = draft.device;
        kernel = draft.kernel;
    }

    /** The same fields, open: a refinement copies, changes one, and freezes. */
    private static final class Draft {
        private long size;
        private List<Caching> caching;
        private Placement placement;
        private boolean mmap;
        private boolean wrap;
        private boolean contiguous;
        private String exporter;
        private String device;
        private KernelKind kernel;
    }

    private Draft draft() {
        Draft draft = new Draft();
        draft.size = size;
        draft.caching = caching;
        draft.placement = placement;
        draft.mmap = mmap;
        draft.wrap = wrap;
        draft.contiguous = contiguous;
        draft.exporter = exporter;
        draft.device = device;
        draft.kernel = kernel;
        return draft;
    }

    /**
     * Requires nothing: any source will do.
     *
     * @return the requirements that every source meets
     */
    public static Requirements none() {
        return NONE;
    }

    /**
     * Requires room for a buffer.
     *
     * @param bytes the buffer's size; of several calls the largest counts
     * @return refined requirements
     */
    public Requirements size(long bytes) {
        Draft draft = draft();
        draft.size = Math.max(size, bytes);
        return new Requirements(draft);
    }

    /**
     * Requires that buffers can be mapped with one of these cache attributes, and implies {@link #mmap()}.
     *
     * <p>A real device is preferred to a simulated one, then a source with an attribute that is wanted more, then a higher ranking. Buffers
     * are exported with {@link ExportRequest#withCaching}, so that the mapping by default has the attribute.
     *
     * @param first the attribute that is wanted most
     * @param others further ones that will do, in order of preference
     * @return refined requirements; of several calls only what they have in common remains, in the order of the first
     */
    public Requirements caching(Caching first, Caching... others) {
        Draft draft = draft();
        draft.caching = common(caching, Caching.inOrder(first, others));
        draft.mmap = true;
        return new Requirements(draft);
    }

    private static List<Caching> common(List<Caching> mine, List<Caching> theirs) {
        if (mine == null || theirs == null) {
            return mine == null ? theirs : mine;
        }
        return mine.stream().filter(theirs::contains).toList();
    }

    /**
     * Requires that the CPU reads what a device has written, at the speed of its caches: {@link Caching#CACHED}.
     *
     * @return refined requirements
     */
    public Requirements cachedReads() {
        return caching(Caching.CACHED);
    }

    /**
     * Requires that the CPU can write a stream which it will not read back: {@link Caching#WRITE_COMBINED} at best, which leaves the caches
     * to others, or {@link Caching#CACHED}.
     *
     * @return refined requirements
     */
    public Requirements streamingWrites() {
        return caching(Caching.WRITE_COMBINED, Caching.CACHED);
    }

    /**
     * Requires a place for the memory.
     *
     * @param place the only place that will do
     * @return refined requirements
     * @throws IllegalArgumentException when the other one is required already
     */
    public Requirements placement(Placement place) {
        Draft draft = draft();
        draft.placement = onlyOne("placement", placement, place);
        return new Requirements(draft);
    }

    /**
     * Requires that the CPU may map the buffers.
     *
     * @return refined requirements
     */
    public Requirements mmap() {
        Draft draft = draft();
        draft.mmap = true;
        return new Requirements(draft);
    }

    /**
     * Requires that memory which exists already can become a buffer.
     *
     * @return refined requirements
     */
    public Requirements wrap() {
        Draft draft = draft();
        draft.wrap = true;
        return new Requirements(draft);
    }

    /**
     * Requires that a buffer is one physical stretch, as a device without an IOMMU or scatter-gather needs it.
     *
     * @return refined requirements
     */
    public Requirements contiguous() {
        Draft draft = draft();
        draft.contiguous = true;
        return new Requirements(draft);
    }

    /**
     * Requires one driver.
     *
     * @param name the exporter's name, such as {@code udmabuf}
     * @return refined requirements
     * @throws IllegalArgumentException when another one is required already
     */
    public Requirements exporter(String name) {
        Draft draft = draft();
        draft.exporter = onlyOne("exporter", exporter, name);
        return new Requirements(draft);
    }

    /**
     * Requires one device. A simulated device never meets this unless {@link #kernel} asks for the simulation as well: who names a
     * device means the real one.
     *
     * @param path the device node
     * @return refined requirements
     * @throws IllegalArgumentException when another one is required already
     */
    public Requirements device(String path) {
        Draft draft = draft();
        draft.device = onlyOne("device", device, path);
        return new Requirements(draft);
    }

    /**
     * Requires one kind of kernel.
     *
     * @param kind the real one, or the simulated one
     * @return refined requirements
     * @throws IllegalArgumentException when the other one is required already
     */
    public Requirements kernel(KernelKind kind) {
        Draft draft = draft();
        draft.kernel = onlyOne("kernel", kernel, kind);
        return new Requirements(draft);
    }

    private static <T> T onlyOne(String what, T before, T now) {
        Objects.requireNonNull(now, what);
        if (before != null && !before.equals(now)) {
            throw new IllegalArgumentException("two importers require a different " + what + ": " + before + " and " + now);
        }
        return now;
    }

    /**
     * Merges with the requirements of another importer of the same buffer.
     *
     * @param other what the other one needs
     * @return what meets both
     * @throws IllegalArgumentException when the two require different drivers, devices, kernels or placements
     */
    public Requirements and(Requirements other) {
        Draft draft = draft();
        draft.size = Math.max(size, other.size);
        draft.caching = common(caching, other.caching);
        draft.placement = other.placement == null ? placement : onlyOne("placement", placement, other.placement);
        draft.mmap |= other.mmap;
        draft.wrap |= other.wrap;
        draft.contiguous |= other.contiguous;
        draft.exporter = other.exporter == null ? exporter : onlyOne("exporter", exporter, other.exporter);
        draft.device = other.device == null ? device : onlyOne("device", device, other.device);
        draft.kernel = other.kernel == null ? kernel : onlyOne("kernel", kernel, other.kernel);
        return new Requirements(draft);
    }

    /**
     * Tells how large the buffer will be.
     *
     * @return the size in bytes, 0 when nothing is said
     */
    public long size() {
        return size;
    }

    /**
     * Adds what is required to what a buffer shall be. What contradicts it is left out: no source meets that, and {@link #refuse} says so.
     *
     * @param request what the buffer shall be
     * @return a request for a buffer that meets the requirements
     */
    public ExportRequest refine(ExportRequest request) {
        List<Caching> wanted = common(request.caching().isEmpty() ? null : request.caching(), caching);
        ExportRequest refined = wanted == null || wanted.isEmpty() ? request : request.withCaching(wanted);
        return refined.placement().isEmpty() && placement != null ? refined.withPlacement(placement) : refined;
    }

    /**
     * Adds what a request asks for.
     *
     * @param request what the buffer shall be
     * @return what a source must meet to be asked for it
     */
    public Requirements and(ExportRequest request) {
        Draft draft = draft();
        draft.size = Math.max(size, request.size());
        draft.wrap |= request.wrapsMemory();
        if (!request.caching().isEmpty()) {
            draft.caching = common(request.caching(), caching);
            draft.mmap = true;
        }
        draft.placement = request.placement().map(place -> onlyOne("placement", placement, place)).orElse(placement);
        return new Requirements(draft);
    }

    /**
     * Ranks the sources that {@link #refuse} lets pass.
     *
     * @param source the source's properties
     * @return 0 for one that has what is wanted most, and more the less it is wanted
     */
    public int preference(ExporterProperties source) {
        if (caching == null) {
            return 0;
        }
        int place = 0;
        while (place < caching.size() && !source.caching().contains(caching.get(place))) {
            place++;
        }
        return place;
    }

    /**
     * Looks for the first requirement that a source does not meet.
     *
     * @param source the source's properties
     * @return the reason in words, with what is needed and what there is; empty when the source meets them all
     */
    public Optional<String> refuse(ExporterProperties source) {
        if (exporter != null && !exporter.equals(source.exporter())) {
            return Optional.of("exporter is " + source.exporter() + ", needed is " + exporter);
        }
        if (device != null && !device.equals(source.device())) {
            return Optional.of("device is " + source.device() + ", needed is " + device);
        }
        if (kernel != null && kernel != source.kernel()) {
            return Optional.of("kernel is " + source.kernel().property() + ", needed is " + kernel.property());
        }
        if (device != null && kernel == null && source.kernel() == KernelKind.SIMULATED) {
            return Optional.of("the device is simulated, and a request that names a device means the real one");
        }
        if (mmap && !source.mmap()) {
            return Optional.of("its buffers cannot be mapped by the CPU");
        }
        if (caching != null && Collections.disjoint(caching, source.caching())) {
            return Optional.of("caching is " + words(source.caching()) + ", needed is " + words(caching));
        }
        if (placement != null && !source.placements().contains(placement)) {
            return Optional.of("it has no memory of the " + placement.property());
        }
        if (wrap && !source.wrap()) {
            return Optional.of("it cannot make a buffer of existing memory");
        }
        if (contiguous && !source.contiguous()) {
            return Optional.of("its buffers need not be one physical stretch");
        }
        if (size > source.maxSize()) {
            return Optional.of("its limit is " + source.maxSize() + " bytes, needed are " + size);
        }
        return Optional.empty();
    }

    private static String words(Collection<Caching> caching) {
        return caching.isEmpty()
                ? "nothing that all importers agree on"
                : String.join(" or ", caching.stream().map(Caching::property).toList());
    }

    /** Lists what is required, for messages. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (exporter != null) {
            words.add("exporter " + exporter);
        }
        if (device != null) {
            words.add("device " + device);
        }
        if (kernel != null) {
            words.add("kernel " + kernel.property());
        }
        if (mmap) {
            words.add(caching == null ? "mmap" : "mmap " + words(caching));
        }
        if (wrap) {
            words.add("wraps memory");
        }
        if (contiguous) {
            words.add("contiguous");
        }
        if (placement != null) {
            words.add("memory of the " + placement.property());
        }
        if (size > 0) {
            words.add(size + " bytes");
        }
        return words.isEmpty() ? "anything" : String.join(", ", words);
    }
}
