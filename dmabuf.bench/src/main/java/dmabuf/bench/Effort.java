package dmabuf.bench;

/**
 * How long is measured.
 *
 * @param rounds how often ours and the baseline take turns
 * @param warmups iterations that do not count, in each round
 * @param iterations iterations that count, in each round
 * @param millis how long an iteration is, in milliseconds
 * @param apart whether each benchmark of each round has a JVM of its own, as it should
 */
public record Effort(int rounds, int warmups, int iterations, int millis, boolean apart) {

    /** Enough to see whether a goal is met: the whole table in some minutes. */
    public static final Effort QUICK = new Effort(2, 3, 3, 250, true);

    /** For a table that is published. */
    public static final Effort FULL = new Effort(3, 5, 5, 500, true);

    /** Shows that the bench itself works, and nothing else: no figure of it means anything. */
    public static final Effort SMOKE = new Effort(1, 0, 1, 10, true);

    /**
     * The same on an emulated processor, which takes ten seconds for the start of a JVM: fewer rounds, and all benchmarks in one JVM.
     */
    Effort emulated() {
        return new Effort(Math.max(1, rounds / 2), warmups, iterations, millis, false);
    }

    /** Whether figures that come of it may be compared with goals. */
    boolean judges() {
        return !equals(SMOKE) && !equals(SMOKE.emulated());
    }
}
