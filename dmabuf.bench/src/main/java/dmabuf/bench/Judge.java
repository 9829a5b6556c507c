package dmabuf.bench;

/**
 * What is said of results: compared with their goals where that means something, and as bare ratios where not.
 *
 * @param machine where was measured
 * @param effort how long
 */
record Judge(Machine machine, Effort effort) {

    /** Whether goals are compared with anything. */
    boolean judges() {
        return !machine.emulated() && effort.judges();
    }

    /** A line that says why goals are not; nothing where they are. */
    String note() {
        if (!effort.judges()) {
            return "A trial of the benchmarks themselves: no figure here means anything.\n";
        }
        return machine.emulated()
                ? "Emulated CPU, ratios only: ours to the baseline, of each row. What anything costs, and whether a goal is met, cannot be"
                        + " told there.\n"
                : "";
    }

    /** The result, compared with the baseline as its goal wants it. */
    String ratio(Result result) {
        return judges() ? result.figureText() : Unit.FACTOR.text(result.ours() / result.baseline());
    }

    String goal(Result result) {
        return judges() ? result.goal() : "-";
    }

    String verdict(Result result) {
        return !judges() ? "-" : result.met() ? "met" : "**missed**";
    }

    /** Whether a row is not as it has to be: without a result, at least. */
    boolean misses(Result result) {
        return result.failure() != null || judges() && !result.met();
    }
}
