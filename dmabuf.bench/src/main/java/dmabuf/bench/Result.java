package dmabuf.bench;

/**
 * What came out of a row. Goes into the JSON as it is.
 *
 * @param row its name
 * @param what what ours does
 * @param against what the baseline is
 * @param unit what the values count
 * @param ours the median of our side
 * @param least its smallest value
 * @param most its largest
 * @param baseline the median of the baseline; NaN where there is none
 * @param figure what is compared with the goal
 * @param figureText the same with its unit
 * @param goal the goal
 * @param bytes heap allocated by ours for each operation; less than 0 where nobody counted
 * @param met whether the goal is met
 * @param failure why there is no result; null when there is one
 */
public record Result(
        String row,
        String what,
        String against,
        Unit unit,
        double ours,
        double least,
        double most,
        double baseline,
        double figure,
        String figureText,
        String goal,
        double bytes,
        boolean met,
        String failure) {}
