package dmabuf.guest;

import dmabuf.tck.CaseAnswers;
import dmabuf.tck.CaseComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The real-kernel lane of {@code ./dmabuf test --guest}: asks a real Linux the case table and compares its answers with the simulation's,
 * then starts the container there, whose exporters must be on the real kernel, runs the demonstration on real dma-bufs, swaps an exporter of
 * real dma-bufs under load, captures from a real camera driver into udmabufs, looks at the screens of the kernel's sample displays, and
 * measures some rows of the bench on the real requests. One boot.
 *
 * <p>{@code RealKernelLane DISTRIBUTION REPORTS FILE}: the distribution's folder, the folder for what comes back, and the file that the
 * demonstration shares. Exit status 0 when everything held, 1 when not, 125 when there is no guest to be had.
 */
public final class RealKernelLane {

    private static final int NO_GUEST = 125;
    /** Where nobody says how long: five minutes on a machine that does nothing else. */
    private static final Duration PATIENCE = Duration.ofSeconds(600);
    /** Exporters that the guest has real devices for. */
    private static final List<String> REAL_EXPORTERS = List.of("udmabuf", "heap", "kms", "virtio");

    private final Path distribution;
    private final Path reports;
    private final Path file;
    private final ScreenCheck screens;
    private final BenchCheck bench;
    private final GuestSettings settings;
    private final List<String> failures = new ArrayList<>();

    private RealKernelLane(Path distribution, Path reports, Path file, GuestSettings settings) {
        this.settings = settings;
        this.distribution = distribution;
        this.reports = reports;
        this.screens = new ScreenCheck(reports.resolve("screens"));
        this.bench = new BenchCheck(reports, settings.isEmulated());
        this.file = file;
    }

    /**
     * Runs the lane, and ends with its exit status.
     *
     * @param arguments as above
     */
    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            System.err.println("usage: RealKernelLane DISTRIBUTION REPORTS FILE");
            System.exit(2);
        }
        Path[] paths = Stream.of(arguments).map(each -> Path.of(each).toAbsolutePath().normalize()).toArray(Path[]::new);
        try {
            System.exit(new RealKernelLane(paths[0], paths[1], paths[2], GuestSettings.ofEnvironment()).run() ? 0 : 1);
        } catch (GuestException | IOException e) {
            System.err.println("guest: " + e.getMessage());
            System.exit(NO_GUEST);
        }
    }

    private boolean run() throws IOException, GuestException {
        Files.createDirectories(reports.resolve("screens"));
        screens.clear();
        bench.clear();
        CaseAnswers simulated = SimulatedAnswers.ask();
        Guest guest = Guest.prepare(GuestMachine.full(), settings, ConsoleProgress.ofStandardError());
        GuestOptions options = GuestOptions.of(settings)
                .in(distribution)
                .withOut(reports)
                .withVisible(distribution)
                .withVisible(file)
                .withTimeout(settings.timeout().equals(GuestSettings.DEFAULT_TIMEOUT) ? PATIENCE : settings.timeout())
                .relayedTo(System.out, System.err);
        GuestResult result = guest.run(List.of("/bin/sh", "-c", script()), options);
        if (result.exit() != 0) {
            failures.add("the commands inside ended with exit status " + result.exit());
        }
        compare(simulated);
        checkExporters();
        checkCamera();
        failures.addAll(screens.failures());
        failures.addAll(bench.failures());
        double seconds = result.total().toMillis() / 1e3;
        System.out.printf(Locale.ROOT, "real kernel: %s, %.0f s%n", failures.isEmpty() ? "all held" : "FAILED", seconds);
        failures.forEach(failure -> System.out.println("  " + failure));
        return failures.isEmpty();
    }

    /** What runs inside, each to its end; the exit status counts those that failed. */
    private String script() throws IOException {
        String dmabuf = quoted(distribution.resolve("dmabuf").toString());
        return String.join(
                "\n",
                "failed=0",
                "part() {",
                "    name=$1 began=$(date +%s)",
                "    shift",
                "    \"$@\" || failed=$((failed + 1))",
                "    echo \"real kernel: $name, $(($(date +%s) - began)) s\" >&2",
                "}",
                "try() { \"$@\" || :; }",
                "part cases " + String.join(" ", JavaCommand.of(classPath(), "dmabuf.tck.CaseRun", List.of(
                                "--answers", answers().toString(), "--junit", reports.resolve("TEST-dmabuf.tck.CaseRun.xml").toString()))
                        .stream().map(RealKernelLane::quoted).toList()),
                // Listed once: a container takes its time to start on an emulated processor.
                "part exporters " + dmabuf + " exporters --json >" + quoted(exporters().toString()),
                "cat " + quoted(exporters().toString()),
                "part demo " + dmabuf + " demo " + quoted(file.toString()),
                "part soak " + dmabuf + " soak --swaps 6 --threads 2 --kernel linux",
                // Exit status 0 only if no frame was dropped, damaged or copied. Slowly, and alone: an emulated processor halts the driver
                // itself at times.
                "part camera " + dmabuf + " camera --frames 100 --rate 2 --from udmabuf --png "
                        + quoted(reports.resolve("vivid.png").toString()) + " >" + quoted(camera().toString()),
                "cat " + quoted(camera().toString()),
                "screens=" + quoted(reports.resolve("screens").toString()),
                "screens() {",
                screens.script(dmabuf),
                "}",
                "part screens try screens",
                bench.script(dmabuf, distribution),
                "exit $failed");
    }

    private List<Path> classPath() throws IOException {
        try (Stream<Path> lib = Files.list(distribution.resolve("lib"));
                Stream<Path> guest = Files.list(distribution.resolve("guest"))) {
            return Stream.concat(lib, guest).sorted().toList();
        }
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private Path answers() {
        return reports.resolve("linux.answers");
    }

    private Path exporters() {
        return reports.resolve("exporters.json");
    }

    private Path camera() {
        return reports.resolve("camera.txt");
    }

    private void compare(CaseAnswers simulated) throws IOException {
        simulated.write(reports.resolve("simulated.answers"));
        if (!Files.exists(answers())) {
            failures.add("Linux was not asked the case table");
            return;
        }
        CaseComparison comparison = CaseComparison.of(simulated, CaseAnswers.read(answers()));
        System.out.println(comparison);
        if (!comparison.holds()) {
            failures.add("simulation and Linux differ");
        }
    }

    private void checkExporters() throws IOException {
        String listed = Files.exists(exporters()) ? Files.readString(exporters()) : "";
        for (String exporter : REAL_EXPORTERS) {
            boolean real = listed.lines()
                    .anyMatch(line -> line.contains("\"exporter\": \"" + exporter + "\"") && line.contains("\"kernel\": \"linux\""));
            if (!real) {
                failures.add("no exporter " + exporter + " on the real kernel");
            }
        }
        if (listed.contains("\"kernel\": \"simulated\"")) {
            failures.add("a simulated exporter serves although there are real devices");
        }
    }

    private void checkCamera() throws IOException {
        String told = Files.exists(camera()) ? Files.readString(camera()) : "";
        if (told.contains("simulated") || !told.contains("100 frames in ") || !told.contains("0 dropped, 0 damaged, 0 copies")) {
            failures.add("the real camera did not give 100 frames without a drop or a copy");
        }
    }
}
