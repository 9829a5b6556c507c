package dmabuf.bench;

import dmabuf.bench.jmh.AccessBenchmark;
import dmabuf.bench.jmh.CopyBenchmark;
import dmabuf.bench.jmh.DowncallBenchmark;
import dmabuf.bench.jmh.ExportBenchmark;
import dmabuf.bench.jmh.MapBenchmark;
import dmabuf.bench.jmh.ScopeBenchmark;
import dmabuf.bench.jmh.SelectBenchmark;
import dmabuf.bench.jmh.ThroughputBenchmark;
import dmabuf.bench.process.Arrival;
import dmabuf.bench.process.Footprint;
import dmabuf.bench.process.HandOver;
import dmabuf.bench.process.StopTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All rows of the table. */
final class Rows {

    private static final double MICROSECOND = 1_000;
    private static final double MILLISECOND = 1_000_000;
    private static final int ANY = -1;
    private static final int NONE = 0;
    private static final int FRAME = 8 << 20;
    /** 3840 x 2160 in four bytes each. */
    private static final int LARGE_FRAME = 33_177_600;

    private final CProbe.Workshop workshop;
    private final Path home;
    private final int real = BenchKernel.isReal() ? 1 : 0;
    private final String kernel = BenchKernel.label();
    private final List<Row> rows = new ArrayList<>();

    private Rows(CProbe.Workshop workshop, Path home) {
        this.workshop = workshop;
        this.home = home;
    }

    /** The rows of the class path and of child processes. */
    static List<Row> all(CProbe.Workshop workshop, Path home, StartUp startUp) {
        Rows made = new Rows(workshop, home);
        made.access();
        made.lifeOfABuffer();
        made.handOver();
        made.framework(startUp);
        return made.rows;
    }

    /** Those with these names, or all. */
    static List<Row> chosen(List<Row> rows, List<String> names) {
        List<String> known = rows.stream().map(Row::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new UsageException("there is no row " + name + "; there are " + String.join(", ", known));
            }
        }
        return rows.stream().filter(row -> names.isEmpty() || names.contains(row.name())).toList();
    }

    private CProbe c(String name, Object... arguments) {
        return CProbe.of(workshop, name, arguments);
    }

    private void add(
            String name, String what, Unit unit, Probe ours, String against, Probe baseline, Goal goal, int bytes) {
        rows.add(new Row(name, what, unit, ours, against, baseline, goal, bytes));
    }

    private void access() {
        JmhProbe scope = JmhProbe.of(ScopeBenchmark.class, "scope");
        add("scope", "CPU-access scope, begin and end (" + kernel + ")", Unit.NANOS, scope, "the same two ioctls in C, in a process with threads",
                c("scope", real), Goal.atMostTimes(1.10), NONE);
        add("scope-beyond", "the same, beyond its downcalls", Unit.NANOS, scope, "two bare FFM downcalls",
                JmhProbe.of(ScopeBenchmark.class, "bare"), Goal.atMostMore(30), NONE);
        add("scope-simulated", "the same on a simulated buffer", Unit.NANOS, scope.with("kernel", "simulated"), "-", null, Goal.SHOWN, ANY);
        add("typed", "typed read and write through a mapping", Unit.NANOS,
                JmhProbe.of(AccessBenchmark.class, "mapping").per(AccessBenchmark.VALUES), "a plain native segment",
                JmhProbe.of(AccessBenchmark.class, "plain").per(AccessBenchmark.VALUES), Goal.speedAtLeast(0.95), NONE);
        add("iosys", "typed read and write through an IosysMap of system memory", Unit.NANOS,
                JmhProbe.of(AccessBenchmark.class, "iosys").per(AccessBenchmark.VALUES), "a plain native segment",
                JmhProbe.of(AccessBenchmark.class, "plainByOffset").per(AccessBenchmark.VALUES), Goal.speedAtLeast(0.95), NONE);
        add("copy", "64 MiB copied out of a mapping, scope included", Unit.NANOS, JmhProbe.of(CopyBenchmark.class, "copy"), "memcpy in C",
                c("copy", CopyBenchmark.BYTES, real), Goal.speedAtLeast(0.95), ANY);
    }

    private void lifeOfABuffer() {
        add("export", "4 MiB exported and closed (" + kernel + ")", Unit.NANOS, JmhProbe.of(ExportBenchmark.class, "export"),
                "its system calls alone", JmhProbe.of(ExportBenchmark.class, "bare"), Goal.atMostMore(10 * MICROSECOND), ANY);
        add("export-simulated", "the same on the simulated kernel", Unit.NANOS,
                JmhProbe.of(ExportBenchmark.class, "export").with("kernel", "simulated"), "its system calls alone",
                JmhProbe.of(ExportBenchmark.class, "bare").with("kernel", "simulated"), Goal.atMostMore(10 * MICROSECOND), ANY);
        CProbe map = c("map", MapBenchmark.BYTES, real);
        add("map-confined", "4 MiB mapped for one thread, a byte written, unmapped", Unit.NANOS,
                JmhProbe.of(MapBenchmark.class, "confined"), "the same in C", map, Goal.atMostMore(3 * MICROSECOND), ANY);
        add("map-shared", "the same for all threads", Unit.NANOS, JmhProbe.of(MapBenchmark.class, "shared"),
                "the same in C, and a shared arena closed",
                new DerivedProbe(map, JmhProbe.of(MapBenchmark.class, "sharedArena"), Double::sum), Goal.atMostMore(3 * MICROSECOND), ANY);
        JmhProbe frame = JmhProbe.of(ThroughputBenchmark.class, "frame");
        add("scaling", "throughput of export, map, write, close: 2 threads to 1", Unit.FACTOR, scaling(frame, frame.on(2)),
                "the same in C", scaling(throughputInC(1), throughputInC(2)), Goal.atLeastTimes(0.9), ANY);
        add("stop", "an exporter stopped with 1,000 mapped buffers", Unit.NANOS, JvmProbe.of(StopTime.class, 1_000), "-", null,
                Goal.atMost(50 * MILLISECOND, Unit.NANOS), ANY);
        add("stop-grows", "the same with 10,000, each buffer", Unit.NANOS, perBuffer(10_000), "with 1,000, each buffer",
                perBuffer(1_000), Goal.atMostTimes(1.5), ANY);
        add("heap", "heap of an open, mapped buffer, 10,000 at once", Unit.BYTES, JvmProbe.of(Footprint.class, 10_000), "-", null,
                Goal.atMost(1024, Unit.BYTES), ANY);
    }

    private CProbe throughputInC(int threads) {
        return c("throughput", ThroughputBenchmark.BYTES, real, threads);
    }

    private static Probe perBuffer(int buffers) {
        JvmProbe all = JvmProbe.of(StopTime.class, buffers);
        return effort -> {
            Sample sample = all.take(effort);
            return Sample.of(Arrays.stream(sample.values()).map(nanos -> nanos / buffers).toArray());
        };
    }

    /** How many times as much two threads do as one, of what an operation costs each thread. */
    private static Probe scaling(Probe one, Probe two) {
        return new DerivedProbe(one, two, (alone, together) -> 2 * alone / together);
    }

    private void handOver() {
        JvmProbe large = JvmProbe.of(HandOver.class, "share", LARGE_FRAME);
        JvmProbe small = JvmProbe.of(HandOver.class, "share", FRAME);
        add("hand-over", "33 MB handed to another process, until it has read a byte", Unit.NANOS, large, "the bytes through a Unix socket",
                JvmProbe.of(HandOver.class, "socket", LARGE_FRAME), Goal.fasterAtLeast(30), ANY);
        add("hand-over-8", "8 MiB handed over", Unit.NANOS, small, "the bytes through a Unix socket",
                JvmProbe.of(HandOver.class, "socket", FRAME), Goal.SHOWN, ANY);
        add("hand-over-flat", "33 MB handed over", Unit.NANOS, large, "8 MiB handed over", small, Goal.atMostTimes(1.25), ANY);
    }

    private void framework(StartUp startUp) {
        add("downcall", "a C function called, errno kept; no system call", Unit.NANOS, JmhProbe.of(DowncallBenchmark.class, "ffm"),
                "JNA, interface mapping", JmhProbe.of(DowncallBenchmark.class, "jna"), Goal.fasterAtLeast(10), NONE);
        add("select", "an exporter picked from 1,000 by requirement", Unit.NANOS, JmhProbe.of(SelectBenchmark.class, "select"),
                "one hash look-up", JmhProbe.of(SelectBenchmark.class, "lookUp"), Goal.atMost(100, Unit.NANOS), NONE);
        add("arrival", "from an exporter's registration until it is chosen", Unit.NANOS, JvmProbe.of(Arrival.class, home, 0), "-", null,
                Goal.atMost(5 * MILLISECOND, Unit.NANOS), ANY);
        add("start", "from the start of the process until the exporters are listed", Unit.NANOS, startUp.ours(),
                "Felix with " + startUp.bundles() + " empty bundles", startUp.bare(), Goal.atMostTimes(1.25), ANY);
    }
}
