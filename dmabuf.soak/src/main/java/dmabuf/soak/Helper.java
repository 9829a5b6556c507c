package dmabuf.soak;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.linux.UnixListener;
import dmabuf.linux.UnixSocket;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The other process, {@code dmabuf import --check}, with a connection for each importer. Ends by itself when the connections are closed,
 * also when this process dies. For one thread at a time.
 */
final class Helper implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Who waits for a connection looks that often whether anybody is there who could make one. */
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final long END_SECONDS = 20;
    /** Ctrl-C reaches every process of the terminal; this one is to end in order, after the importers. */
    private static final List<String> DEAF_TO_INTERRUPT = List.of("/bin/sh", "-c", "trap '' INT; exec \"$0\" \"$@\"");

    private final Process process;
    private final Path said;
    private final List<UnixSocket> connections = new ArrayList<>();

    private Helper(Process process, Path said) {
        this.process = process;
        this.said = said;
    }

    /**
     * Starts it and waits until it has connected.
     *
     * @param folder for the socket and for what it says
     * @param count how many connections
     */
    static Helper start(Path folder, int count) {
        Path socket = folder.resolve("soak.sock");
        Path said = folder.resolve("checker");
        try (UnixListener listener = UnixListener.bind(socket)) {
            Helper helper = new Helper(launch(socket, said, count), said);
            try {
                helper.connect(listener, count);
            } catch (DmaBufException e) {
                helper.close();
                throw new IllegalStateException("the other process does not connect: " + e.getMessage() + " " + helper.words(), e);
            }
            return helper;
        }
    }

    private static Process launch(Path socket, Path said, int count) {
        List<String> words = new ArrayList<>(DEAF_TO_INTERRUPT);
        words.add(Path.of(System.getProperty("dmabuf.home", "."), "dmabuf").toString());
        words.addAll(List.of("import", "--socket", socket.toString(), "--check", Integer.toString(count)));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectInput(new File("/dev/null")).redirectOutput(said.toFile());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a second process: " + e.getMessage(), e);
        }
    }

    private void connect(UnixListener listener, int count) {
        Deadline deadline = Deadline.in(PATIENCE);
        while (connections.size() < count) {
            try {
                connections.add(listener.accept(Deadline.in(LOOK)));
            } catch (DmaBufException e) {
                if (e.errno() != Errno.ETIMEDOUT || deadline.isOver() || !process.isAlive()) {
                    throw e;
                }
            }
        }
    }

    /** One for each importer; they stay this object's. */
    List<UnixSocket> connections() {
        return List.copyOf(connections);
    }

    long pid() {
        return process.pid();
    }

    /**
     * Hangs up and waits for its end.
     *
     * @return its exit status, 0 when nothing was left over there
     */
    int end() throws InterruptedException {
        hangUp();
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return process.exitValue();
    }

    private void hangUp() {
        connections.forEach(UnixSocket::close);
    }

    /** What it said, which is nothing when all was well. */
    String words() {
        try {
            return Files.readString(said).strip();
        } catch (IOException e) {
            return "(what it said cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Hangs up, and ends it should it still run. */
    @Override
    public void close() {
        hangUp();
        process.destroy();
    }
}
