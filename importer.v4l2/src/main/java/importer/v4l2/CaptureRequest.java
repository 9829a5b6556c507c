package importer.v4l2;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.Requirements;
import dmabuf.frame.DrmFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is wanted of a camera. Immutable; start from {@link #any()} and refine. What is not said is left to the driver.
 *
 * <p>A driver grants what comes nearest, and says nothing of it: {@link CaptureFormat#changes} does.
 */
public final class CaptureRequest {

    /** How many buffers there are if nothing is said: one that the driver writes, one that is next, and two for users. */
    public static final int DEFAULT_BUFFERS = 4;
    /** {@code VIDEO_MAX_FRAME}. */
    public static final int MOST_BUFFERS = 32;

    /** The name under which the camera takes part in a negotiation. */
    static final String CAMERA = "camera";
    private static final String READER = "reader";
    private static final CaptureRequest ANY = new CaptureRequest(new Draft());

    private final Draft wishes;

    /** The same fields, open: a refinement copies, changes one, and freezes. What they hold is immutable. */
    private static final class Draft {

        private int width;
        private int height;
        private List<DrmFormat> formats = List.of();
        private boolean planesApart;
        private FrameInterval interval;
        private CaptureMemory memory = CaptureMemory.DMABUF;
        private int buffers = DEFAULT_BUFFERS;
        private Requirements source = Requirements.none();
        private Map<String, Requirements> importers = Map.of();
        private List<DmaBuf> into = List.of();
        private boolean exact;
        private WhenExporterGoes whenExporterGoes = WhenExporterGoes.KEEP_BUFFERS;

        private Draft copy() {
            Draft copy = new Draft();
            copy.width = width;
            copy.height = height;
            copy.formats = formats;
            copy.planesApart = planesApart;
            copy.interval = interval;
            copy.memory = memory;
            copy.buffers = buffers;
            copy.source = source;
            copy.importers = importers;
            copy.into = into;
            copy.exact = exact;
            copy.whenExporterGoes = whenExporterGoes;
            return copy;
        }
    }

    private CaptureRequest(Draft wishes) {
        this.wishes = wishes;
    }

    private CaptureRequest with(Consumer<Draft> change) {
        Draft draft = wishes.copy();
        change.accept(draft);
        return new CaptureRequest(draft);
    }

    /**
     * Wants frames of any size and format, as the camera is set, in {@value #DEFAULT_BUFFERS} buffers of the exporter that suits best a
     * reader of the CPU's.
     *
     * @return the request to refine
     */
    public static CaptureRequest any() {
        return ANY;
    }

    /**
     * Wants a size.
     *
     * @param width in pixels
     * @param height in rows
     * @return a request that differs in this only
     * @throws IllegalArgumentException when one is less than 1
     */
    public CaptureRequest size(int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a frame of " + width + "x" + height + " has no pixels");
        }
        return with(draft -> {
            draft.width = width;
            draft.height = height;
        });
    }

    /**
     * Wants one of these formats, whatever V4L2 calls it.
     *
     * @param first the format that is wanted most
     * @param others further ones that will do, in order of preference
     * @return a request that differs in this only
     */
    public CaptureRequest formats(DrmFormat first, DrmFormat... others) {
        List<DrmFormat> all = new ArrayList<>();
        all.add(Objects.requireNonNull(first, "first"));
        all.addAll(List.of(others));
        return with(draft -> draft.formats = List.copyOf(all));
    }

    /**
     * Wants each plane in a buffer of its own, as some devices do. Without this, one buffer is preferred.
     *
     * @return a request that takes no other formats
     */
    public CaptureRequest planesApart() {
        return with(draft -> draft.planesApart = true);
    }

    /**
     * Wants frames in an interval.
     *
     * @param interval from one frame to the next
     * @return a request that differs in this only
     */
    public CaptureRequest interval(FrameInterval interval) {
        Objects.requireNonNull(interval, "interval");
        return with(draft -> draft.interval = interval);
    }

    /**
     * Says whose memory to capture into.
     *
     * @param memory any exporter's, or the camera's own
     * @return a request that differs in this only
     */
    public CaptureRequest memory(CaptureMemory memory) {
        Objects.requireNonNull(memory, "memory");
        return with(draft -> draft.memory = memory);
    }

    /**
     * Wants a number of buffers. More of them let users keep frames longer before any is dropped. The driver may need more, and then gets
     * more.
     *
     * @param count 1 to {@value #MOST_BUFFERS}; {@value #DEFAULT_BUFFERS} if this is never called
     * @return a request that differs in this only
     * @throws IllegalArgumentException for another number
     */
    public CaptureRequest buffers(int count) {
        if (count < 1 || count > MOST_BUFFERS) {
            throw new IllegalArgumentException("a camera has 1 to " + MOST_BUFFERS + " buffers, and not " + count);
        }
        return with(draft -> draft.buffers = count);
    }

    /**
     * Says what the exporter must be, or be able to do: {@code Requirements.none().exporter("udmabuf")}, or
     * {@code Requirements.none().contiguous()} for a camera that needs one physical stretch, which no driver tells.
     *
     * @param needs what the camera needs of its buffers
     * @return a request that differs in this only
     */
    public CaptureRequest from(Requirements needs) {
        Objects.requireNonNull(needs, "needs");
        return with(draft -> draft.source = needs);
    }

    /**
     * Names somebody who uses the frames. The buffers, the format, and the strides where the driver lets them be chosen, suit the camera
     * and all of those named. If nobody is named, it is a reader of the CPU's, who wants cached memory.
     *
     * @param name for messages
     * @param needs what it needs, formats and stride alignment among it
     * @return a request with one user more
     * @throws IllegalArgumentException when there is one of this name already, or the name is empty
     */
    public CaptureRequest importer(String name, Requirements needs) {
        Map<String, Requirements> more = new LinkedHashMap<>(wishes.importers);
        if (name.isEmpty() || name.equals(CAMERA) || more.put(name, Objects.requireNonNull(needs, "needs")) != null) {
            throw new IllegalArgumentException("importers have different names, and \"" + name + "\" cannot be used here");
        }
        return with(draft -> draft.importers = Collections.unmodifiableMap(more));
    }

    /**
     * Brings the buffers. Nothing is negotiated then.
     *
     * @param buffers one for each frame; plane by plane where each plane has a buffer of its own. They stay the caller's: the stream takes
     *     handles of its own
     * @return a request that differs in this only
     */
    public CaptureRequest into(List<DmaBuf> buffers) {
        List<DmaBuf> copy = List.copyOf(buffers);
        return with(draft -> draft.into = copy);
    }

    /**
     * Wants what was asked for and nothing else: a driver that grants another size, format or interval is an error.
     *
     * @return a request that differs in this only
     */
    public CaptureRequest exactly() {
        return with(draft -> draft.exact = true);
    }

    /**
     * Says what becomes of the stream when the exporter of its buffers goes.
     *
     * @param what {@link WhenExporterGoes#KEEP_BUFFERS} if this is never called
     * @return a request that differs in this only
     */
    public CaptureRequest whenExporterGoes(WhenExporterGoes what) {
        Objects.requireNonNull(what, "what");
        return with(draft -> draft.whenExporterGoes = what);
    }

    int width() {
        return wishes.width;
    }

    int height() {
        return wishes.height;
    }

    boolean hasSize() {
        return wishes.width > 0;
    }

    List<DrmFormat> formats() {
        return wishes.formats;
    }

    boolean hasPlanesApart() {
        return wishes.planesApart;
    }

    Optional<FrameInterval> interval() {
        return Optional.ofNullable(wishes.interval);
    }

    CaptureMemory memory() {
        return wishes.memory;
    }

    int buffers() {
        return wishes.buffers;
    }

    Requirements source() {
        return wishes.source;
    }

    /** Who uses the frames, by name. */
    Map<String, Requirements> importers() {
        return wishes.importers.isEmpty()
                ? Map.of(READER, Requirements.none().cachedReads().access(Access.READ))
                : wishes.importers;
    }

    /** Those who use the frames and were named, which a reader that nobody spoke of is not. */
    Map<String, Requirements> named() {
        return wishes.importers;
    }

    List<DmaBuf> into() {
        return wishes.into;
    }

    boolean exact() {
        return wishes.exact;
    }

    WhenExporterGoes whenExporterGoes() {
        return wishes.whenExporterGoes;
    }
}
