package dmabuf.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * What was measured of one side of a row, in the row's unit.
 *
 * @param values one value for each iteration, in the order of measuring
 * @param bytes bytes allocated on the heap for each operation; less than 0 when nobody counted
 */
public record Sample(double[] values, double bytes) {

    /** Refuses what is no measurement. */
    public Sample {
        if (values.length == 0 || !Arrays.stream(values).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("measured were " + Arrays.toString(values));
        }
    }

    /** Values of which nobody counted the allocations. */
    public static Sample of(double... values) {
        return new Sample(values, -1);
    }

    /** Both, with the larger number of bytes. */
    public Sample and(Sample other) {
        return new Sample(DoubleStream.concat(Arrays.stream(values), Arrays.stream(other.values)).toArray(), Math.max(bytes, other.bytes));
    }

    /** The value in the middle. */
    public double median() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The smallest value. */
    public double least() {
        return Arrays.stream(values).min().orElseThrow();
    }

    /** The largest value. */
    public double most() {
        return Arrays.stream(values).max().orElseThrow();
    }
}
