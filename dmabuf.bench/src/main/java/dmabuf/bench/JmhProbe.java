package dmabuf.bench;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A JMH benchmark with its allocations counted, in a process of its own unless the {@link Effort} says otherwise.
 *
 * @param owner the class of the benchmark
 * @param method its method
 * @param parameters values of its {@code @Param} fields
 * @param threads how many threads run it
 * @param operations how often the operation of the row is done by one of JMH's; values are divided by it
 */
public record JmhProbe(Class<?> owner, String method, Map<String, String> parameters, int threads, int operations) implements Probe {

    /** An emulated processor, for which a JVM is shared, takes its time to compile what it runs. */
    private static final int SLOW_WARMUP = 8;

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    /** A benchmark without parameters, on one thread. */
    public static JmhProbe of(Class<?> owner, String method) {
        return new JmhProbe(owner, method, Map.of(), 1, 1);
    }

    /** The same with a parameter. */
    public JmhProbe with(String name, Object value) {
        Map<String, String> all = new TreeMap<>(parameters);
        all.put(name, value.toString());
        return new JmhProbe(owner, method, all, threads, operations);
    }

    /** The same with operations in it. */
    public JmhProbe per(int count) {
        return new JmhProbe(owner, method, parameters, threads, count);
    }

    /** The same on several threads. */
    public JmhProbe on(int count) {
        return new JmhProbe(owner, method, parameters, count, operations);
    }

    /** Nanoseconds for each operation. */
    @Override
    public Sample take(Effort effort) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + owner.getName().replace(".", "\\.") + "\\." + method + "$")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(effort.apart() ? 1 : 0)
                .threads(threads)
                .warmupIterations(effort.warmups())
                .warmupTime(TimeValue.milliseconds((long) effort.millis() * (effort.apart() ? 1 : SLOW_WARMUP)))
                .measurementIterations(effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.millis()))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        Collection<RunResult> results = new Runner(options.build()).run();
        if (results.size() != 1) {
            throw new IllegalStateException(owner.getName() + "." + method + " is " + results.size() + " benchmarks");
        }
        return sample(results.iterator().next());
    }

    private Sample sample(RunResult run) {
        double[] values = run.getBenchmarkResults().stream()
                .map(BenchmarkResult::getIterationResults)
                .flatMap(Collection::stream)
                .mapToDouble(iteration -> nanos(iteration) / operations)
                .toArray();
        Result<?> allocated = run.getSecondaryResults().get(ALLOCATED);
        return new Sample(values, allocated == null ? -1 : allocated.getScore() / operations);
    }

    private static double nanos(IterationResult iteration) {
        return iteration.getPrimaryResult().getScore();
    }
}
