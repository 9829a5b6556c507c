package dmabuf.api;

import dmabuf.fd.KernelKind;
import dmabuf.frame.FrameFormats;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an importer needs of a source, or several importers together ({@link #and}). Immutable; start from {@link #none()} and refine.
 *
 * <p>A source meets them when {@link #refuse} finds nothing against it.
 */
public final class Requirements {

    private static final Requirements NONE = new Requirements(new Needs());

    /** Not changed any more. */
    private final Needs needs;

    private Requirements(Needs needs) {
        this.needs = needs;
    }

    private Requirements with(Consumer<Needs> change) {
        Needs more = needs.copy();
        change.accept(more);
        return new Requirements(more);
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
        return with(more -> more.size = Math.max(more.size, bytes));
    }

    /**
     * Requires that buffers can be mapped with one of these cache attributes, and implies {@link #mmap()}.
     *
     * <p>A real device is preferred to a simulated one, then a source with an attribute that is wanted more, then a higher ranking. Buffers
     * are exported with {@link ExportRequest#withCaching}, so that the mapping by default has the attribute.
     *
     * @param first the attribute that is wanted most
     * @param others further ones that will do, in order of preference
     * @return refined requirements; of several calls, as of several importers, only what they have in common remains, and what they
     *     together want most comes first
     */
    public Requirements caching(Caching first, Caching... others) {
        return with(more -> {
            more.caching = more.caching.and(Preferences.of(Caching.inOrder(first, others)));
            more.mmap = true;
        });
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
        Objects.requireNonNull(place, "place");
        return with(more -> more.placement = Needs.onlyOne("placement", more.placement, place));
    }

    /**
     * Requires that the CPU may map the buffers.
     *
     * @return refined requirements
     */
    public Requirements mmap() {
        return with(more -> more.mmap = true);
    }

    /**
     * Requires that memory which exists already can become a buffer.
     *
     * @return refined requirements
     */
    public Requirements wrap() {
        return with(more -> more.wrap = true);
    }

    /**
     * Requires that a buffer is one physical stretch, as a device without an IOMMU or scatter-gather needs it.
     *
     * @return refined requirements
     */
    public Requirements contiguous() {
        return with(more -> more.contiguous = true);
    }

    /**
     * Requires one driver.
     *
     * @param name the exporter's name, such as {@code udmabuf}
     * @return refined requirements
     * @throws IllegalArgumentException when another one is required already
     */
    public Requirements exporter(String name) {
        Objects.requireNonNull(name, "name");
        return with(more -> more.exporter = Needs.onlyOne("exporter", more.exporter, name));
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
        Objects.requireNonNull(path, "path");
        return with(more -> more.device = Needs.onlyOne("device", more.device, path));
    }

    /**
     * Requires one kind of kernel.
     *
     * @param kind the real one, or the simulated one
     * @return refined requirements
     * @throws IllegalArgumentException when the other one is required already
     */
    public Requirements kernel(KernelKind kind) {
        Objects.requireNonNull(kind, "kind");
        return with(more -> more.kernel = Needs.onlyOne("kernel", more.kernel, kind));
    }

    /**
     * Requires that the CPU may do this in a mapping, and implies {@link #mmap()}.
     *
     * @param what reading, writing or both; of several calls all of it
     * @return refined requirements
     */
    public Requirements access(Access what) {
        Objects.requireNonNull(what, "what");
        return with(more -> {
            more.access = Needs.both(more.access, what);
            more.mmap = true;
        });
    }

    /**
     * Requires a frame in one of these formats, each in one of its layouts. A layout that is implicit ({@link
     * dmabuf.frame.DrmModifier#INVALID}) is neither linear nor the same for two devices: it is left out as soon as two importers have a
     * say.
     *
     * @param formats formats with modifiers, in order of preference
     * @return refined requirements; of several calls, as of several importers, only what they have in common remains, and what they
     *     together want most comes first
     */
    public Requirements formats(FrameFormats formats) {
        Needs alone = new Needs();
        alone.formats = Preferences.of(formats.inOrder());
        return with(more -> more.merge(alone));
    }

    /**
     * Requires that the rows of a frame, and its planes, begin at multiples of something.
     *
     * @param bytes a power of two; of several calls the largest counts, which meets all
     * @return refined requirements
     * @throws IllegalArgumentException when it is no power of two
     */
    public Requirements strideAlignment(int bytes) {
        ExporterProperties.checkAlignment(bytes);
        return with(more -> more.strideAlignment = Math.max(more.strideAlignment, bytes));
    }

    /**
     * Requires that a device can attach to the buffer. It is tried when there is a buffer, together with all others that have to, and
     * undone; the buffer is given back when one cannot.
     *
     * @param importer who has to be able to, as {@link DmaBuf#attach(ImporterDevice)} takes it
     * @return refined requirements
     */
    public Requirements attach(ImporterDevice importer) {
        return attachedBy(new Attacher(Objects.requireNonNull(importer, "importer"), null));
    }

    /**
     * Requires that a device can attach to the buffer that lets go of its mappings when it is told. Its callback is not called: nothing is
     * mapped while it is tried.
     *
     * @param importer who has to be able to, as {@link DmaBuf#attach(ImporterDevice, ImporterOps)} takes it
     * @param ops is asked whether it is {@linkplain ImporterOps#revocable() revocable}
     * @return refined requirements
     */
    public Requirements attach(ImporterDevice importer, ImporterOps ops) {
        return attachedBy(new Attacher(Objects.requireNonNull(importer, "importer"), Objects.requireNonNull(ops, "ops")));
    }

    private Requirements attachedBy(Attacher attacher) {
        Needs alone = new Needs();
        alone.attachers = Set.of(attacher);
        return with(more -> more.merge(alone));
    }

    /**
     * Merges with the requirements of another importer of the same buffer. In whatever order several are merged, the same comes out.
     *
     * @param other what the other one needs
     * @return what meets both
     * @throws IllegalArgumentException when the two require different drivers, devices, kernels or placements
     */
    public Requirements and(Requirements other) {
        return with(more -> more.merge(other.needs));
    }

    /**
     * Tells how large the buffer will be.
     *
     * @return the size in bytes, 0 when nothing is said
     */
    public long size() {
        return needs.size;
    }

    /**
     * Tells which formats will do.
     *
     * @return those that all importers take, which may be none; empty when nobody says anything
     */
    public Optional<FrameFormats> formats() {
        return needs.formats.isAny() ? Optional.empty() : Optional.of(FrameFormats.of(needs.formats.common()));
    }

    /**
     * Tells what the rows of a frame have to begin at.
     *
     * @return a power of two in bytes, 1 when nothing is said
     */
    public int strideAlignment() {
        return needs.strideAlignment;
    }

    Needs needs() {
        return needs;
    }

    /**
     * Adds what is required to what a buffer shall be. What contradicts it is left out: no source meets that, and {@link #refuse} says so.
     *
     * @param request what the buffer shall be
     * @return a request for a buffer that meets the requirements
     */
    public ExportRequest refine(ExportRequest request) {
        List<Caching> wanted = caching(request);
        ExportRequest refined = wanted.isEmpty() ? request : request.withCaching(wanted);
        return refined.placement().isEmpty() && needs.placement != null ? refined.withPlacement(needs.placement) : refined;
    }

    /** What the request and these requirements have in common, in the order of the request if that has one. */
    private List<Caching> caching(ExportRequest request) {
        List<Caching> mine = needs.caching.common();
        if (request.caching().isEmpty()) {
            return mine;
        }
        return needs.caching.isAny() ? request.caching() : request.caching().stream().filter(mine::contains).toList();
    }

    /**
     * Adds what a request asks for.
     *
     * @param request what the buffer shall be
     * @return what a source must meet to be asked for it
     */
    public Requirements and(ExportRequest request) {
        return with(more -> {
            more.size = Math.max(more.size, request.size());
            more.wrap |= request.wrapsMemory();
            if (!request.caching().isEmpty()) {
                more.caching = Preferences.of(caching(request));
                more.mmap = true;
            }
            more.placement = Needs.onlyOne("placement", more.placement, request.placement().orElse(null));
        });
    }

    /**
     * Ranks the sources that {@link #refuse} lets pass.
     *
     * @param source the source's properties
     * @return 0 for one that has what is wanted most, and more the less it is wanted
     */
    public int preference(ExporterProperties source) {
        List<Caching> caching = needs.caching.common();
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
        return refusals(source).stream().findFirst();
    }

    /**
     * Looks for all requirements that a source does not meet.
     *
     * @param source the source's properties
     * @return the reasons in words, each with what is needed and what there is; empty when the source meets them all. A source that is not
     *     the one meant has one reason only
     */
    public List<String> refusals(ExporterProperties source) {
        return List.copyOf(new SourceCheck(needs, source).refusals());
    }

    /**
     * Looks for the first requirement that a buffer does not meet, wherever it came from. Only what a buffer says of itself is looked at:
     * size, mapping, caching and access by default, and who can attach, which is tried.
     *
     * @param buffer the buffer; only looked at, and as it was when this returns
     * @return the reason in words, with what is needed and what there is; empty when the buffer meets them
     */
    public Optional<String> refuse(DmaBuf buffer) {
        return new BufferCheck(needs, buffer).refusal();
    }

    /** Compares what is required; in which order it was said does not count. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Requirements that && needs.equals(that.needs);
    }

    @Override
    public int hashCode() {
        return needs.hashCode();
    }

    /** Lists what is required, for messages. */
    @Override
    public String toString() {
        List<String> words = needs.words();
        return words.isEmpty() ? "anything" : String.join(", ", words);
    }
}
