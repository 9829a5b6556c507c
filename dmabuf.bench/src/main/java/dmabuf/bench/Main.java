package dmabuf.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code ./dmabuf bench}: what the framework costs, as ratios to baselines that are measured in the same run. */
public final class Main {

    private Main() {}

    /** Measures, prints the table; exit status 1 when a goal is missed, 2 when the command line is not understood. */
    public static void main(String[] arguments) throws Exception {
        // Two runs at once would measure each other; but a crashed one must not forbid the next.
        System.setProperty("jmh.ignoreLock", "true");
        Path home = Path.of(System.getProperty("dmabuf.home"));
        int status;
        try {
            status = run(Options.parse(arguments), home) ? 0 : 1;
        } catch (UsageException e) {
            System.err.println("dmabuf: " + e.getMessage() + "\n" + Options.USAGE);
            status = 2;
        }
        System.exit(status);
    }

    private static boolean run(Options options, Path home) throws Exception {
        if (options.from() != null) {
            Page.write(options.doc(), Report.read(options.from()));
            return true;
        }
        Report report = measureAll(options, home);
        System.out.println(TableText.summary(report.results()));
        if (options.json() != null) {
            report.write(options.json());
        }
        if (options.doc() != null) {
            Page.write(options.doc(), report);
        }
        return report.results().stream().allMatch(Result::met);
    }

    private static Report measureAll(Options options, Path home) throws Exception {
        Machine machine = Machine.here();
        List<Result> results = new ArrayList<>();
        try (CProbe.Workshop workshop = new CProbe.Workshop();
                StartUp startUp = StartUp.of(home)) {
            List<Row> rows = Rows.chosen(Rows.all(workshop, home, startUp), options.rows());
            System.out.println(machine);
            System.out.println(TableText.head());
            for (Row row : rows) {
                Result result = measure(row, options.effort());
                results.add(result);
                System.out.println(TableText.line(result));
            }
        }
        List<Curve> curves = options.rows().isEmpty() && (options.json() != null || options.doc() != null)
                ? Curve.all(options.effort()) : List.of();
        return Report.of(machine, results, curves);
    }

    private static Result measure(Row row, Effort effort) throws InterruptedException {
        try {
            return row.measure(effort);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return row.failed(e);
        }
    }
}
