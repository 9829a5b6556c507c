package importer.v4l2;

import java.time.Duration;
import java.util.Locale;

/**
 * The time from one frame to the next, {@code struct v4l2_fract}: 1/30 for thirty frames a second. Immutable; equal when the fractions are
 * written alike, see {@link #isSameAs}.
 *
 * @param numerator seconds, more than 0
 * @param denominator what they are divided by, more than 0
 */
public record FrameInterval(int numerator, int denominator) {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * Checks the figures.
     *
     * @throws IllegalArgumentException when one is less than 1
     */
    public FrameInterval {
        if (numerator < 1 || denominator < 1) {
            throw new IllegalArgumentException("a frame interval of " + numerator + "/" + denominator + " s is none");
        }
    }

    /**
     * Takes a number of frames a second.
     *
     * @param frames more than 0
     * @return the interval
     * @throws IllegalArgumentException when it is less than 1
     */
    public static FrameInterval perSecond(int frames) {
        return new FrameInterval(1, frames);
    }

    /**
     * Compares values, and not how they are written.
     *
     * @param other another interval
     * @return true when both last equally long
     */
    public boolean isSameAs(FrameInterval other) {
        return (long) numerator * other.denominator == (long) other.numerator * denominator;
    }

    /**
     * Gives the interval as time.
     *
     * @return how long, to the nanosecond
     */
    public Duration duration() {
        return Duration.ofNanos(numerator * NANOS_PER_SECOND / denominator);
    }

    /** Says it in words: {@code 1/30 s (30.00 a second)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d/%d s (%.2f a second)", numerator, denominator, denominator / (double) numerator);
    }
}
