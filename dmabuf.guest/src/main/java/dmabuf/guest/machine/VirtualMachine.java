package dmabuf.guest.machine;

import dmabuf.guest.GuestException;
import dmabuf.guest.GuestMachine;
import dmabuf.guest.GuestOptions;
import dmabuf.guest.GuestResult;
import dmabuf.guest.JavaCommand;
import dmabuf.guest.Progress;
import dmabuf.guest.parts.AtExit;
import dmabuf.guest.parts.Parts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One run of a guest: power-on, a command, power-off, all within a time limit. Used once, by one thread. */
public final class VirtualMachine {

    private static final long LOOK_MILLIS = 50;
    /** How long a guest may take to switch off once the command's exit status is there. */
    private static final Duration POWER_OFF = Duration.ofSeconds(3);

    private final Parts parts;
    private final Path ramDisk;
    private final GuestMachine machine;
    private final String accelerator;
    private final GuestOptions options;
    private final Progress progress;
    private final Path folder;
    private final Path control;
    private final Console console;
    private final FileTail stdout;
    private final FileTail stderr;
    private final long start = System.nanoTime();
    private Progress.Step step;
    private int stagesSeen;
    private Duration boot = Duration.ZERO;

    /**
     * Prepares a run.
     *
     * @param parts kernel and QEMU
     * @param ramDisk the first root
     * @param machine what is in the machine
     * @param accelerator the value of QEMU's {@code -accel}
     * @param options how the command is run
     * @param folder an empty folder for this run; the caller deletes it
     * @param progress told how far the guest is
     */
    public VirtualMachine(
            Parts parts,
            Path ramDisk,
            GuestMachine machine,
            String accelerator,
            GuestOptions options,
            Path folder,
            Progress progress) {
        this.parts = parts;
        this.ramDisk = ramDisk;
        this.machine = machine;
        this.accelerator = accelerator;
        this.options = options;
        this.progress = progress;
        this.folder = folder;
        this.control = folder.resolve("control");
        this.console = new Console(folder.resolve("console"));
        this.stdout = new FileTail(control.resolve("stdout"), options.stdout());
        this.stderr = new FileTail(control.resolve("stderr"), options.stderr());
    }

    /**
     * Runs a command.
     *
     * @param command program and arguments
     * @return what the guest brought back
     * @throws GuestException when it dies, panics, takes too long, or brings no exit status back; with the end of its console
     * @throws IOException when a file of the run cannot be read or written, or the thread is interrupted
     */
    public GuestResult run(List<String> command) throws IOException, GuestException {
        leaveInstructions(command);
        requireQemu();
        QemuForBlobs qemuToStart = QemuForBlobs.of(parts, machine, folder, progress);
        List<String> line = QemuCommand.of(
                parts, qemuToStart.program(), ramDisk, qemuToStart.machine(), accelerator, folder, control, options.out());
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.redirectOutput(folder.resolve("qemu.log").toFile());
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("LD_LIBRARY_PATH", libraryPath());
        builder.environment().putAll(qemuToStart.environment());
        step = progress.begin("boot Linux");
        try {
            Process qemu = BoundToParent.start(builder);
            AtExit.kill(qemu);
            try {
                watch(qemu);
            } finally {
                AtExit.killNow(qemu);
            }
            qemu.waitFor();
            pump();
            return result(qemu.exitValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the guest was interrupted");
        } finally {
            step.close();
        }
    }

    private void requireQemu() throws GuestException {
        Path program = parts.qemu().program();
        if (!Files.isExecutable(program)) {
            throw new GuestException(GuestException.Reason.UNUSABLE, "QEMU cannot be started: " + program + " is no program");
        }
    }

    private String libraryPath() {
        String inherited = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
        String own = String.join(":", parts.qemu().libraries().stream().map(Path::toString).toList());
        return own.isEmpty() || inherited.isEmpty() ? own + inherited : own + ":" + inherited;
    }

    private void leaveInstructions(List<String> command) throws IOException {
        Files.createDirectories(control);
        if (options.out().isPresent()) {
            Files.createDirectories(options.out().get());
        }
        Path jdk = JavaCommand.home();
        Files.write(control.resolve("visible"), VisiblePaths.of(options, jdk));
        String out = options.out().map(path -> path + "\n").orElse("");
        Files.writeString(control.resolve("out"), out);
        var environment = CommandScript.environment(jdk, options.environment());
        Files.writeString(control.resolve("command"), CommandScript.of(command, options.workingFolder(), environment));
    }

    private void watch(Process qemu) throws InterruptedException, IOException, GuestException {
        long deadline = start + options.timeout().toNanos();
        long finished = 0;
        while (!qemu.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            pump();
            long now = System.nanoTime();
            if (finished == 0 && Files.exists(control.resolve("status"))) {
                finished = now;
            }
            if (finished != 0 && now - finished > POWER_OFF.toNanos()) {
                return;
            }
            if (finished == 0 && now - deadline > 0) {
                throw failure(
                        GuestException.Reason.TIMED_OUT,
                        "the guest took longer than " + options.timeout().toSeconds() + " s and was ended; it was at: " + stage());
            }
        }
    }

    private void pump() throws IOException {
        console.pump();
        List<String> stages = console.stages();
        for (String stage : stages.subList(stagesSeen, stages.size())) {
            reached(stage);
        }
        stagesSeen = stages.size();
        stdout.pump();
        stderr.pump();
    }

    private void reached(String stage) {
        if (stage.equals("command")) {
            boot = elapsed();
            String kernel = console.stages().getFirst();
            step.done(kernel);
            step = Progress.SILENT.begin("run");
        } else {
            step.detail(stage);
        }
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private String stage() {
        return console.stages().isEmpty() ? "power-on" : console.stages().getLast();
    }

    private GuestResult result(int qemuStatus) throws IOException, GuestException {
        Path status = control.resolve("status");
        if (!Files.exists(status)) {
            String why = console.complaint().map(line -> "\n  " + line.strip()).orElse("");
            throw failure(
                    GuestException.Reason.DIED,
                    "the guest ended after " + elapsed().toSeconds() + " s without an exit status of its command; QEMU's was "
                            + qemuStatus + "; it was at: " + stage() + why);
        }
        String text = Files.readString(status).strip();
        int exit;
        try {
            exit = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw failure(GuestException.Reason.DIED, "the guest left no exit status, but \"" + text + "\"");
        }
        return new GuestResult(exit, output("stdout"), output("stderr"), console.text(), options.out(), boot, elapsed());
    }

    private GuestException failure(GuestException.Reason reason, String message) throws IOException {
        pump();
        return new GuestException(
                reason,
                message
                        + Excerpt.of("the end of its console", console.text())
                        + Excerpt.of("what QEMU said", text(folder.resolve("qemu.log")).orElse(""))
                        + Excerpt.of("the end of the command's output", output("stdout"))
                        + Excerpt.of("the end of its error output", output("stderr")));
    }

    private String output(String name) throws IOException {
        return text(control.resolve(name)).orElse("");
    }

    private static Optional<String> text(Path file) throws IOException {
        // What a program writes need not be text: no strict decoding.
        return Files.exists(file) ? Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)) : Optional.empty();
    }
}
