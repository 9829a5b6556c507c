package dmabuf.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Runs the distribution that was built, as a user would: the script as a child process. Each command has a temporary folder of its own,
 * so that what it leaves behind is seen.
 */
final class Command implements AutoCloseable {

    /** Where the build has assembled it. */
    static final Path HOME = Path.of("target", "dmabuf").toAbsolutePath();

    private static final long PATIENCE_SECONDS = 60;

    private final Path folder;
    private final Path temporary;
    private final Process process;
    private final String words;
    private final long patience;

    private Command(Builder builder) {
        patience = builder.patience;
        try {
            folder = Files.createTempDirectory("command");
            temporary = Files.createDirectory(folder.resolve("tmp"));
            ProcessBuilder processes = new ProcessBuilder(builder.words)
                    .directory(builder.directory == null ? folder.toFile() : builder.directory)
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectError(folder.resolve("err").toFile());
            processes.environment().put("TMPDIR", temporary.toString());
            processes.environment().put("JAVA_HOME", System.getProperty("java.home"));
            processes.environment().putAll(builder.environment);
            builder.environment.forEach((name, value) -> {
                if (value.isEmpty()) {
                    processes.environment().remove(name);
                }
            });
            words = String.join(" ", builder.words);
            process = processes.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is to be run. */
    static final class Builder {

        private final List<String> words = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();
        private File directory;
        private long patience = PATIENCE_SECONDS;

        /** Sets how long it may take. */
        Builder within(long seconds) {
            patience = seconds;
            return this;
        }

        /** Sets a variable; an empty value unsets it. */
        Builder with(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Builder in(Path newDirectory) {
            directory = newDirectory.toFile();
            return this;
        }

        Command start() {
            return new Command(this);
        }

        /** Runs it to its end, without input. */
        Ended run() {
            try (Command command = start()) {
                command.input().close();
                return command.await();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Whether the first run is over, which prepares for a quick start, and says so. */
    private static boolean prepared;

    /** Prepares {@code dmabuf} with these arguments. */
    static synchronized Builder dmabuf(Object... arguments) {
        if (!prepared) {
            prepared = true;
            dmabuf("exporters").run();
        }
        return script(HOME.resolve("dmabuf"), arguments);
    }

    static Builder script(Path script, Object... arguments) {
        Builder builder = new Builder();
        builder.words.add(script.toString());
        Arrays.stream(arguments).map(Object::toString).forEach(builder.words::add);
        return builder;
    }

    /**
     * What came of it.
     *
     * @param words the command
     * @param status its exit status
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     * @param left the files that it left in its temporary folder
     */
    record Ended(String words, int status, String out, String err, List<String> left) {

        Ended succeeds() {
            assertEquals(0, status, this::toString);
            return leavesNothing();
        }

        /** Fails as it should: this status, one line of complaint with these words, and nothing else. */
        void fails(int expected, String... complaint) {
            assertEquals(expected, status, this::toString);
            assertEquals(1, err.lines().count(), this::toString);
            assertTrue(err.startsWith("dmabuf: "), this::toString);
            for (String part : complaint) {
                assertTrue(err.contains(part), () -> "\"" + part + "\" is missing: " + this);
            }
            leavesNothing();
        }

        Ended leavesNothing() {
            assertEquals(List.of(), left, this::toString);
            return this;
        }
    }

    long pid() {
        return process.pid();
    }

    BufferedWriter input() {
        return process.outputWriter();
    }

    /** Sends a signal, as kill(1) does. */
    void signal(String name) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor());
    }

    String out() {
        return read("out");
    }

    String err() {
        return read("err");
    }

    private String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until its standard output is as it should be. */
    String awaitOut(Predicate<String> expected) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!expected.test(out())) {
            if (System.nanoTime() > end || process.waitFor(20, TimeUnit.MILLISECONDS)) {
                return expected.test(out()) ? out() : fail("output never came: " + ended());
            }
        }
        return out();
    }

    /** Waits for its end. */
    Ended await() {
        try {
            if (!process.waitFor(patience, TimeUnit.SECONDS)) {
                return fail("does not end: " + ended());
            }
            return ended();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Ended ended() {
        try (Stream<Path> files = Files.list(temporary)) {
            return new Ended(words, process.isAlive() ? -1 : process.exitValue(), out(), err(),
                    files.map(file -> file.getFileName().toString()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it if it runs, and deletes its folder. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        new TemporaryFolder(folder).close();
    }
}
