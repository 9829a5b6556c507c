package dmabuf.bench;

import java.io.IOException;
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
        int status;
        try {
            status = run(Options.parse(arguments), Path.of(System.getProperty("dmabuf.home"))) ? 0 : 1;
        } catch (UsageException e) {
            System.err.println("dmabuf: " + e.getMessage() + "; see: dmabuf help bench");
            status = 2;
        } catch (IOException e) {
            System.err.println("dmabuf: " + e.getMessage());
            status = 1;
        }
        System.exit(status);
    }

    private static boolean run(Options options, Path home) throws Exception {
        if (options.compile() != null) {
            CProbe.Workshop.fill(options.compile());
            return true;
        }
        Places.check(options);
        if (options.from() != null) {
            Page.write(options.doc(), Report.read(options.from()));
            return true;
        }
        Report report = measureAll(options, home);
        if (options.json() != null) {
            report.write(options.json());
        }
        if (options.doc() != null) {
            Page.write(options.doc(), report);
        }
        return report.holds();
    }

    private static Report measureAll(Options options, Path home) throws Exception {
        Machine machine = Machine.here();
        Effort effort = machine.emulated() ? options.effort().emulated() : options.effort();
        List<Result> results = new ArrayList<>();
        try (CProbe.Workshop workshop = CProbe.Workshop.open(options.programs());
                StartUp startUp = StartUp.of(home)) {
            List<Row> rows = Rows.chosen(Rows.all(workshop, home, startUp), options.rows());
            workshop.requirePrograms();
            Judge judge = new Judge(machine, effort);
            TableText table = new TableText(judge);
            System.out.println(machine);
            System.out.print(judge.note());
            System.out.println(table.head());
            for (Row row : rows) {
                Result result = measure(row, effort);
                results.add(result);
                System.out.println(table.line(result));
            }
            System.out.println(table.summary(results));
        }
        List<Curve> curves = options.rows().isEmpty() && (options.json() != null || options.doc() != null)
                ? Curve.all(effort) : List.of();
        return Report.of(machine, effort, results, curves);
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
