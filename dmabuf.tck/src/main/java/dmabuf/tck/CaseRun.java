package dmabuf.tck;

import dmabuf.api.DmaBufException;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the kernel of this machine the whole table: {@code CaseRun [--answers FILE] [--junit FILE] [--only TEXT]}. Or asks one device what
 * is safe to ask it, and prints a {@link DeviceReport}: {@code CaseRun --device NODE}.
 *
 * <p>Exit status 0 when everything is there and as the table expects; 1 when not; 2 when nothing could be asked.
 */
public final class CaseRun {

    private Optional<Path> answers = Optional.empty();
    private Optional<Path> junit = Optional.empty();
    private String only = "";
    private String device = "";

    private CaseRun() {}

    /**
     * Runs.
     *
     * @param arguments as above
     */
    public static void main(String[] arguments) {
        System.exit(new CaseRun().run(arguments));
    }

    private int run(String[] arguments) {
        try {
            read(arguments);
            LinuxSyscalls kernel = new LinuxSyscalls();
            if (!device.isEmpty()) {
                DeviceReport report = DeviceReport.ask(kernel, device);
                System.out.print(report);
                return report.holds() ? 0 : 1;
            }
            return report(ask(kernel));
        } catch (IllegalArgumentException | CaseSyntaxException | DmaBufException e) {
            System.err.println(e.getMessage());
        } catch (IOException e) {
            System.err.println("cannot write the results: " + e);
        }
        return 2;
    }

    private void read(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--answers" -> answers = Optional.of(Path.of(value(arguments, ++i)));
                case "--junit" -> junit = Optional.of(Path.of(value(arguments, ++i)));
                case "--only" -> only = value(arguments, ++i);
                case "--device" -> device = value(arguments, ++i);
                default -> throw usage("no such argument: " + arguments[i]);
            }
        }
    }

    private static String value(String[] arguments, int at) {
        if (at >= arguments.length) {
            throw usage(arguments[at - 1] + " needs a value");
        }
        return arguments[at];
    }

    private static IllegalArgumentException usage(String problem) {
        return new IllegalArgumentException(
                problem + "\nusage: CaseRun [--answers FILE] [--junit FILE] [--only TEXT], or CaseRun --device NODE");
    }

    private List<CaseResult> ask(Syscalls kernel) {
        CaseRunner runner = new CaseRunner(kernel);
        List<CaseResult> results = new ArrayList<>();
        for (Case each : CaseTable.cases()) {
            if (each.name().contains(only) || each.file().contains(only)) {
                results.add(runner.run(each));
            }
        }
        return results;
    }

    private int report(List<CaseResult> results) throws IOException {
        List<CaseResult> asked = results.stream().filter(result -> !result.leftUnconfirmed()).toList();
        if (answers.isPresent()) {
            CaseAnswers.of(results).write(answers.get());
        }
        if (junit.isPresent()) {
            JunitReport.write(junit.get(), "linux", asked);
        }
        List<CaseResult> failed = asked.stream().filter(result -> !result.asExpected()).toList();
        failed.forEach(result ->
                System.out.println("FAILED: " + result.asked().name() + "\n" + result.describe().indent(4).stripTrailing()));
        System.out.println("cases " + results.size() + ", as expected " + (asked.size() - failed.size()) + ", not " + failed.size()
                + (asked.size() < results.size() ? ", for lack of a device left unconfirmed " + (results.size() - asked.size()) : ""));
        return failed.isEmpty() && !asked.isEmpty() ? 0 : 1;
    }
}
