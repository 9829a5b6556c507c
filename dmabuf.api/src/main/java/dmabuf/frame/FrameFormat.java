package dmabuf.frame;

import java.util.Comparator;
import java.util.Objects;

/**
 * A format in one layout: what two devices have to agree on before they can look at the same frame. Immutable.
 *
 * @param format what the pixels are
 * @param modifier how they are laid out
 */
public record FrameFormat(DrmFormat format, DrmModifier modifier) implements Comparable<FrameFormat> {

    private static final Comparator<FrameFormat> ORDER =
            Comparator.comparing((FrameFormat one) -> one.format.fourcc()).thenComparing(one -> one.modifier.value());

    /** Checks that nothing is missing. */
    public FrameFormat {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(modifier, "modifier");
    }

    /** Orders by number, which means nothing but is always the same. */
    @Override
    public int compareTo(FrameFormat other) {
        return ORDER.compare(this, other);
    }

    /** Says both: {@code linear XRGB8888}. */
    @Override
    public String toString() {
        return modifier + " " + format;
    }
}
