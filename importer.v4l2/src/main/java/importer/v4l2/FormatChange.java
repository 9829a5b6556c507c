package importer.v4l2;

import java.util.Objects;

/**
 * Something that a driver has granted otherwise than it was asked for, which V4L2 does without a word. Immutable.
 *
 * @param what what it is: {@code width}, {@code height}, {@code pixel format}, {@code field} or {@code frame interval}
 * @param asked what was asked for
 * @param granted what there is instead
 */
public record FormatChange(String what, String asked, String granted) {

    /** Checks that nothing is missing. */
    public FormatChange {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(asked, "asked");
        Objects.requireNonNull(granted, "granted");
    }

    /** Says it in words: {@code width: asked for 1000, granted 960}. */
    @Override
    public String toString() {
        return what + ": asked for " + asked + ", granted " + granted;
    }
}
