package dmabuf.bench;

/**
 * One line of the table: what is measured, against what, and what it is to show.
 *
 * @param name a short name, for {@code --row}
 * @param what what ours does, for people
 * @param unit what both sides count
 * @param ours our side
 * @param against what the baseline is, for people
 * @param baseline the baseline; null where the goal is an amount
 * @param goal what it is to show
 * @param bytes how many bytes of heap ours may allocate for each operation; less than 0 for any number
 */
public record Row(
        String name, String what, Unit unit, Probe ours, String against, Probe baseline, Goal goal, double bytes) {

    /**
     * So many bytes for each operation are nobody's: what JMH itself allocates, and code that the compiler has not come to yet. The smallest
     * object has 16, so that one for each operation is seen.
     */
    private static final double NOISE = 4;

    /**
     * Measures both sides in turns, since a machine is not equally fast all the time.
     *
     * @throws Exception what either probe throws
     */
    public Result measure(Effort effort) throws Exception {
        Sample mine = ours.take(effort);
        Sample theirs = baseline == null ? null : baseline.take(effort);
        for (int round = 1; round < effort.rounds(); round++) {
            mine = mine.and(ours.take(effort));
            theirs = baseline == null ? null : theirs.and(baseline.take(effort));
        }
        double reference = theirs == null ? Double.NaN : theirs.median();
        double figure = goal.figure(mine.median(), reference);
        boolean met = goal.isMetBy(figure) && (bytes < 0 || mine.bytes() < bytes + NOISE);
        return new Result(
                name, what, against, unit, mine.median(), mine.least(), mine.most(), reference,
                figure, goal.text(figure), goal.toString(), mine.bytes(), met, null);
    }

    /** What is told of a row that could not be measured. */
    public Result failed(Exception reason) {
        return new Result(
                name, what, against, unit, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
                Double.NaN, "-", goal.toString(), -1, false, reason.toString());
    }
}
