package dmabuf.frame;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The formats that a device takes, with the modifiers of each, in order of preference: what the kernel tells in a plane's {@code IN_FORMATS}
 * and a Wayland compositor in {@code zwp_linux_dmabuf_v1}. Immutable; start from {@link #linear} or {@link #of}, and add with {@link #or}.
 */
public final class FrameFormats {

    private final List<FrameFormat> inOrder;

    private FrameFormats(Collection<FrameFormat> inOrder) {
        this.inOrder = List.copyOf(inOrder);
    }

    /**
     * Takes formats in the linear layout.
     *
     * @param first the format that is wanted most
     * @param others further ones that will do, in order of preference
     * @return those formats
     */
    public static FrameFormats linear(DrmFormat first, DrmFormat... others) {
        FrameFormats all = of(first, DrmModifier.LINEAR);
        for (DrmFormat other : others) {
            all = all.or(other, DrmModifier.LINEAR);
        }
        return all;
    }

    /**
     * Takes one format.
     *
     * @param format the format
     * @param first the modifier that is wanted most
     * @param others further ones that will do, in order of preference
     * @return that format
     */
    public static FrameFormats of(DrmFormat format, DrmModifier first, DrmModifier... others) {
        return new FrameFormats(List.of()).or(format, first, others);
    }

    /**
     * Takes what is in a list.
     *
     * @param inOrder formats in order of preference; each counts once
     * @return those formats, which may be none
     */
    public static FrameFormats of(Collection<FrameFormat> inOrder) {
        return new FrameFormats(new LinkedHashSet<>(inOrder));
    }

    /**
     * Takes another format as well, which is wanted less than those there are.
     *
     * @param format the format
     * @param first the modifier that is wanted most
     * @param others further ones that will do, in order of preference
     * @return more formats
     */
    public FrameFormats or(DrmFormat format, DrmModifier first, DrmModifier... others) {
        Set<FrameFormat> more = new LinkedHashSet<>(inOrder);
        more.add(new FrameFormat(format, Objects.requireNonNull(first, "first")));
        for (DrmModifier other : others) {
            more.add(new FrameFormat(format, other));
        }
        return new FrameFormats(more);
    }

    /**
     * Leaves what means the same to every device that knows it.
     *
     * @return these formats without those of the modifier {@link DrmModifier#INVALID}
     */
    public FrameFormats shareable() {
        return new FrameFormats(inOrder.stream().filter(one -> one.modifier().isShareable()).toList());
    }

    /**
     * Lists the formats with their modifiers.
     *
     * @return each once, the one that is wanted most first
     */
    public List<FrameFormat> inOrder() {
        return inOrder;
    }

    /**
     * Lists the modifiers of a format.
     *
     * @param format the format
     * @return its modifiers, the one that is wanted most first; none when the format is not taken
     */
    public List<DrmModifier> modifiers(DrmFormat format) {
        return inOrder.stream().filter(one -> one.format().equals(format)).map(FrameFormat::modifier).toList();
    }

    /**
     * Tells whether no format is left.
     *
     * @return true when there is none
     */
    public boolean isEmpty() {
        return inOrder.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FrameFormats that && inOrder.equals(that.inOrder);
    }

    @Override
    public int hashCode() {
        return inOrder.hashCode();
    }

    /** Says them in words: {@code linear XRGB8888 or linear NV12}. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        inOrder.forEach(one -> words.add(one.toString()));
        return words.isEmpty() ? "no format" : String.join(" or ", words);
    }
}
