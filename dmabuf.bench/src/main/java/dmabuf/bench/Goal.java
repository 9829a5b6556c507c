package dmabuf.bench;

import java.util.Locale;

/**
 * What a row is to show, of our value and the baseline's.
 *
 * @param kind how the two are compared
 * @param limit the limit, in the unit of the row where it is an amount
 * @param unit the unit of the limit
 */
public record Goal(Kind kind, double limit, Unit unit) {

    /** How our value and the baseline's are compared. */
    public enum Kind {
        /** Ours is at most so many times the baseline. */
        AT_MOST_TIMES,
        /** Ours has at least this part of the baseline's speed. */
        SPEED_AT_LEAST,
        /** Ours is at least so many times as fast as the baseline. */
        FASTER_AT_LEAST,
        /** Ours is at most so much more than the baseline. */
        AT_MOST_MORE,
        /** Ours is at most so much, whatever the baseline is. */
        AT_MOST,
        /** Ours is at least this part of the baseline, where more is better. */
        AT_LEAST_TIMES,
        /** Nothing is promised. */
        SHOWN
    }

    /** Nothing is promised. */
    public static final Goal SHOWN = new Goal(Kind.SHOWN, 0, Unit.FACTOR);

    static Goal atMostTimes(double limit) {
        return new Goal(Kind.AT_MOST_TIMES, limit, Unit.FACTOR);
    }

    static Goal speedAtLeast(double limit) {
        return new Goal(Kind.SPEED_AT_LEAST, limit, Unit.FACTOR);
    }

    static Goal fasterAtLeast(double limit) {
        return new Goal(Kind.FASTER_AT_LEAST, limit, Unit.FACTOR);
    }

    static Goal atMostMore(double nanos) {
        return new Goal(Kind.AT_MOST_MORE, nanos, Unit.NANOS);
    }

    static Goal atMost(double limit, Unit unit) {
        return new Goal(Kind.AT_MOST, limit, unit);
    }

    static Goal atLeastTimes(double limit) {
        return new Goal(Kind.AT_LEAST_TIMES, limit, Unit.FACTOR);
    }

    /**
     * What is compared with the limit.
     *
     * @param ours our value
     * @param baseline the baseline's; anything where the goal needs none
     * @return the ratio, the difference, or our value
     */
    public double figure(double ours, double baseline) {
        return switch (kind) {
            case AT_MOST_TIMES, AT_LEAST_TIMES, SHOWN -> ours / baseline;
            case SPEED_AT_LEAST, FASTER_AT_LEAST -> baseline / ours;
            case AT_MOST_MORE -> ours - baseline;
            case AT_MOST -> ours;
        };
    }

    /** Whether a figure meets the goal. */
    public boolean isMetBy(double figure) {
        return switch (kind) {
            case AT_MOST_TIMES, AT_MOST_MORE, AT_MOST -> figure <= limit;
            case SPEED_AT_LEAST, FASTER_AT_LEAST, AT_LEAST_TIMES -> figure >= limit;
            case SHOWN -> true;
        };
    }

    /** A figure with its unit. */
    public String text(double figure) {
        if (Double.isNaN(figure)) {
            return "-";
        }
        return switch (kind) {
            case AT_MOST_MORE -> (figure < 0 ? "" : "+") + unit.text(figure);
            case AT_MOST -> unit.text(figure);
            case AT_MOST_TIMES, AT_LEAST_TIMES, SPEED_AT_LEAST, FASTER_AT_LEAST, SHOWN -> Unit.FACTOR.text(figure);
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AT_MOST_TIMES -> "≤ " + Unit.FACTOR.text(limit);
            case SPEED_AT_LEAST -> "≥ " + Unit.FACTOR.text(limit) + " its speed";
            case FASTER_AT_LEAST -> String.format(Locale.ROOT, "≥ %.0f x as fast", limit);
            case AT_MOST_MORE -> "≤ +" + unit.text(limit);
            case AT_MOST -> "≤ " + unit.text(limit);
            case AT_LEAST_TIMES -> "≥ " + Unit.FACTOR.text(limit);
            case SHOWN -> "shown";
        };
    }
}
