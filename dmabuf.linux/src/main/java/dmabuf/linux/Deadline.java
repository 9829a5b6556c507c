package dmabuf.linux;

import java.time.Duration;

/**
 * The moment at which waiting ends: one for a whole conversation, however many system calls it takes and however often they are
 * interrupted. Immutable.
 */
public final class Deadline {

    private static final Deadline NEVER = new Deadline(0);
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** By {@link System#nanoTime}, so that a clock that is set does not matter. */
    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    /**
     * Waits this long from now.
     *
     * @param time how long; zero or less for not at all, more than a century for ever
     * @return the deadline
     */
    public static Deadline in(Duration time) {
        if (time.isNegative()) {
            return new Deadline(System.nanoTime());
        }
        return time.toDays() > 36_500 ? NEVER : new Deadline(System.nanoTime() + time.toNanos());
    }

    /**
     * Waits for ever.
     *
     * @return a deadline that never comes
     */
    public static Deadline never() {
        return NEVER;
    }

    /**
     * Gives the earlier of this and a time from now.
     *
     * @param time how long from now at most
     * @return this deadline, or an earlier one
     */
    public Deadline orIn(Duration time) {
        Deadline other = in(time);
        return other == NEVER || this != NEVER && end - other.end <= 0 ? this : other;
    }

    /**
     * Tells whether the time is up.
     *
     * @return true from the deadline on
     */
    public boolean isOver() {
        return this != NEVER && end - System.nanoTime() <= 0;
    }

    /**
     * Gives what is left, as poll(2) wants it: rounded up, so that it does not return a moment too early.
     *
     * @return milliseconds, 0 when the time is up, -1 for ever; a month at most, after which the caller asks again
     */
    public int remainingMillis() {
        if (this == NEVER) {
            return -1;
        }
        long nanos = Math.max(0, end - System.nanoTime());
        return (int) Math.min(Integer.MAX_VALUE, (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }
}
