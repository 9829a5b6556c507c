package dmabuf.bench;

/**
 * How long is measured.
 *
 * @param rounds how often ours and the baseline take turns, each time in a process of its own
 * @param warmups iterations that do not count, in each round
 * @param iterations iterations that count, in each round
 * @param millis how long an iteration is, in milliseconds
 */
public record Effort(int rounds, int warmups, int iterations, int millis) {

    /** Enough to see whether a goal is met: the whole table in some minutes. */
    public static final Effort QUICK = new Effort(2, 2, 3, 250);

    /** For a table that is published. */
    public static final Effort FULL = new Effort(5, 4, 5, 500);
}
