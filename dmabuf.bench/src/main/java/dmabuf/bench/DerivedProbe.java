package dmabuf.bench;

import java.util.function.DoubleBinaryOperator;

/**
 * A value that is made of two measurements, one right after the other: how something scales, for instance.
 *
 * @param first the first
 * @param second the second
 * @param combine what is made of their medians
 */
record DerivedProbe(Probe first, Probe second, DoubleBinaryOperator combine) implements Probe {

    @Override
    public Sample take(Effort effort) throws Exception {
        Sample one = first.take(effort);
        Sample two = second.take(effort);
        return new Sample(new double[] {combine.applyAsDouble(one.median(), two.median())}, Math.max(one.bytes(), two.bytes()));
    }
}
