package dmabuf.guest.parts;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A program of this machine, run to its end and bounded in time. Not thread-safe. */
public final class HostCommand {

    private static final int LAST_LINES = 12;
    private static final long LOOK_MILLIS = 100;

    private final List<String> command;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private String name;
    private Path folder;
    private Path input;
    private Path output;
    private Duration limit = Duration.ofMinutes(2);
    private Runnable meanwhile = () -> {};

    /**
     * What came of it.
     *
     * @param status the exit status
     * @param output its standard output, unless that went to a file
     * @param errors its standard error
     */
    public record Outcome(int status, String output, String errors) {}

    private HostCommand(List<String> command) {
        this.command = new ArrayList<>(command);
    }

    /**
     * Says what messages call it, where the command line would be too long.
     *
     * @param words a few
     * @return this
     */
    public HostCommand named(String words) {
        name = words;
        return this;
    }

    /**
     * Starts a command line.
     *
     * @param command program and arguments
     * @return the command, not yet run
     */
    public static HostCommand of(List<String> command) {
        return new HostCommand(command);
    }

    /**
     * Starts a command line.
     *
     * @param command program and arguments
     * @return the command, not yet run
     */
    public static HostCommand of(String... command) {
        return new HostCommand(List.of(command));
    }

    /**
     * Adds arguments.
     *
     * @param arguments any number
     * @return this
     */
    public HostCommand with(String... arguments) {
        command.addAll(List.of(arguments));
        return this;
    }

    /**
     * Sets an environment variable.
     *
     * @param name its name
     * @param value its value
     * @return this
     */
    public HostCommand environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /**
     * Sets the working folder.
     *
     * @param where a folder
     * @return this
     */
    public HostCommand in(Path where) {
        folder = where;
        return this;
    }

    /**
     * Sets the standard input, which is empty otherwise.
     *
     * @param file a file
     * @return this
     */
    public HostCommand input(Path file) {
        input = file;
        return this;
    }

    /**
     * Sends the standard output to a file.
     *
     * @param file made or overwritten
     * @return this
     */
    public HostCommand output(Path file) {
        output = file;
        return this;
    }

    /**
     * Limits the time.
     *
     * @param time how long at most, 2 minutes if never called
     * @return this
     */
    public HostCommand limit(Duration time) {
        limit = time;
        return this;
    }

    /**
     * Says what to do while it runs.
     *
     * @param action called some times a second
     * @return this
     */
    public HostCommand meanwhile(Runnable action) {
        meanwhile = action;
        return this;
    }

    /**
     * Runs it to its end.
     *
     * @return what came of it, whatever its status
     * @throws IOException when it cannot be started, or takes too long and is ended
     */
    public Outcome run() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        builder.redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile());
        if (output != null) {
            builder.redirectOutput(output.toFile());
        }
        Process process = builder.start();
        AtExit.kill(process);
        try {
            CompletableFuture<String> text = read(process.getInputStream());
            CompletableFuture<String> errors = read(process.getErrorStream());
            await(process);
            return new Outcome(process.exitValue(), text.get(), errors.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(this + " was interrupted");
        } catch (ExecutionException e) {
            throw new IOException(this + ": its output cannot be read", e.getCause());
        } finally {
            AtExit.killNow(process);
        }
    }

    private void await(Process process) throws InterruptedException, IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            meanwhile.run();
            if (System.nanoTime() - end > 0) {
                throw new IOException(this + " took longer than " + limit.toSeconds() + " s and was ended");
            }
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }

    /**
     * Runs it to its end, which must be a good one.
     *
     * @return its standard output, unless that went to a file
     * @throws IOException when it cannot be started, takes too long, or fails: with the end of what it said
     */
    public String check() throws IOException {
        Outcome outcome = run();
        if (outcome.status() != 0) {
            String said = outcome.errors().isBlank() ? outcome.output() : outcome.errors();
            throw new IOException(this + " failed with status " + outcome.status() + ":\n" + end(said));
        }
        return outcome.output();
    }

    private static String end(String text) {
        List<String> lines = text.strip().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    /** Gives its name or its command line, for messages. */
    @Override
    public String toString() {
        return name == null ? String.join(" ", command) : name;
    }
}
