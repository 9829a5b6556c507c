package dmabuf.api;

import dmabuf.frame.FrameFormat;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What several importers need of one buffer that they are to share. Immutable; start from {@link #ofFrame} or {@link #ofSize}, name every
 * importer, and end with {@link DmaBufs#negotiate}:
 *
 * <pre>{@code
 * Negotiation picture = Negotiation.ofFrame(1920, 1080)
 *         .importer("camera", Requirements.none().formats(FrameFormats.linear(NV12, YUYV)).strideAlignment(64))
 *         .importer("display", Requirements.none().formats(FrameFormats.linear(XRGB8888, NV12)).strideAlignment(256));
 * try (NegotiatedBuffer shared = dmaBufs.negotiate(picture)) {
 *     FrameDescription frame = shared.frame().orElseThrow();  // linear NV12, strides of multiples of 256
 *     …
 * }
 * }</pre>
 *
 * <p>Nobody comes first: in whatever order importers are named, the same buffer is agreed on.
 */
public final class Negotiation {

    private final long size;
    private final int width;
    private final int height;
    private final String name;
    private final Map<String, Requirements> importers;

    private Negotiation(long size, int width, int height, String name, Map<String, Requirements> importers) {
        this.size = size;
        this.width = width;
        this.height = height;
        this.name = name;
        this.importers = Collections.unmodifiableMap(importers);
    }

    /**
     * Begins with a frame. Its format is one that all importers take and that can be laid out here: linear, and
     * {@linkplain dmabuf.frame.DrmFormat#isKnown known}. Its strides meet the alignment of all of them, and of the exporter.
     *
     * @param width in pixels
     * @param height in rows
     * @return the negotiation, without importers
     * @throws IllegalArgumentException when one is less than 1
     */
    public static Negotiation ofFrame(int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a frame of " + width + "x" + height + " has no pixels");
        }
        return new Negotiation(0, width, height, "", Map.of());
    }

    /**
     * Begins with a number of bytes. If importers state formats, one is agreed on all the same, of any layout that has a name: the caller
     * knows how large it is.
     *
     * @param bytes the size, more than 0; rounded up to whole pages
     * @return the negotiation, without importers
     * @throws IllegalArgumentException when it is less than 1
     */
    public static Negotiation ofSize(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a buffer of " + bytes + " bytes is none");
        }
        return new Negotiation(bytes, 0, 0, "", Map.of());
    }

    /**
     * Adds somebody who is to use the buffer.
     *
     * @param importer its name, for messages
     * @param needs what it needs
     * @return a negotiation with one importer more
     * @throws IllegalArgumentException when there is an importer of this name already, or the name is empty
     */
    public Negotiation importer(String importer, Requirements needs) {
        Map<String, Requirements> more = new LinkedHashMap<>(importers);
        if (importer.isEmpty() || more.put(importer, Objects.requireNonNull(needs, "needs")) != null) {
            throw new IllegalArgumentException("importers have different names, and \"" + importer + "\" cannot be used here");
        }
        return new Negotiation(size, width, height, name, more);
    }

    /**
     * Names the buffer, as {@link ExportRequest#withName} does.
     *
     * @param newName at most 31 bytes in UTF-8; empty for none
     * @return a negotiation that differs in this name only
     */
    public Negotiation withName(String newName) {
        return new Negotiation(size, width, height, Objects.requireNonNull(newName, "newName"), importers);
    }

    /**
     * Lists the importers.
     *
     * @return what each needs, by name, in the order in which they were named
     */
    public Map<String, Requirements> importers() {
        return importers;
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
     * Tells whether a frame is to be laid out.
     *
     * @return true when this began with {@link #ofFrame}
     */
    public boolean hasFrame() {
        return width > 0;
    }

    /**
     * Gives the width of the frame.
     *
     * @return pixels, 0 when there is none
     */
    public int width() {
        return width;
    }

    /**
     * Gives the height of the frame.
     *
     * @return rows, 0 when there is none
     */
    public int height() {
        return height;
    }

    /**
     * Looks for what the importers cannot all have, whoever exports. Needs no exporter and asks none.
     *
     * @return what they differ in, empty when they can share a buffer
     */
    public List<Contradiction> contradictions() {
        return Contradictions.of(this);
    }

    /**
     * Merges what all of them need.
     *
     * @return requirements that meet every importer's; with the size, when this began with one
     * @throws IllegalArgumentException when they require different exporters, devices, kernels or placements
     */
    public Requirements merged() {
        Requirements all = Requirements.none().size(size);
        for (Requirements each : importers.values()) {
            all = all.and(each);
        }
        return all;
    }

    /**
     * Lists the formats to choose from.
     *
     * @return those that all importers take and that can be shared, and laid out where that is asked for; what they want most comes first
     * @throws IllegalArgumentException as {@link #merged()} says
     */
    public List<FrameFormat> formats() {
        return merged().formats().stream()
                .flatMap(formats -> formats.shareable().inOrder().stream())
                .filter(one -> !hasFrame() || Contradictions.canBeLaidOut(one))
                .toList();
    }

    /** Says what is negotiated, for messages: {@code 1920x1080 for camera, display}. */
    @Override
    public String toString() {
        return (name.isEmpty() ? "" : "\"" + name + "\" ") + (hasFrame() ? width + "x" + height : size + " bytes") + " for "
                + (importers.isEmpty() ? "nobody" : String.join(", ", importers.keySet()));
    }
}
