package dmabuf.demo;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.PeerCredentials;
import dmabuf.share.BufferDescription;
import dmabuf.share.BufferOffer;
import dmabuf.share.BufferServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another process: {@code dmabuf import}, which takes the buffer over a socket, hashes it, and writes a pattern into it. Thread-safe:
 * {@link #stop} may come at any time.
 */
final class SecondProcess {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern INODE = Pattern.compile("inode (\\d+)");
    /** Of the pattern that the other process writes. */
    static final int SEED = 42;

    private volatile Process process;

    /**
     * What came of it.
     *
     * @param pid the other process, as the kernel told the giver
     * @param sha256 of the buffer, as the other process found it
     * @param inode of the buffer, as the other process saw it
     * @param time from its start to its end
     */
    record Answer(int pid, String sha256, long inode, String time) {}

    /** Hands a buffer over and waits until the other process has done its work. */
    Answer takeAndWrite(DmaBuf buffer, long content, Path socket, Path output) {
        Stopwatch time = Stopwatch.start();
        BufferOffer offer = BufferOffer.of(buffer).describedAs(BufferDescription.of(buffer).content(content).build());
        try (BufferServer server = offer.listen(socket)) {
            Process other = start(socket, output);
            CompletableFuture<Process> gone = other.onExit().whenComplete((ended, problem) -> stopWaiting(server));
            PeerCredentials taker = serve(server, output);
            int status = gone.join().exitValue();
            String said = read(output);
            if (status != 0) {
                throw new Checks.CheckFailed("exit status of the second process", 0, status + ": " + said.strip());
            }
            Matcher inode = INODE.matcher(said);
            String sha256 = said.lines().reduce("", (first, last) -> last);
            return new Answer(taker.pid(), sha256, inode.find() ? Long.parseLong(inode.group(1)) : 0, time.toString());
        } finally {
            stop();
        }
    }

    /** Who dies before it comes leaves nobody to wait for. */
    private static void stopWaiting(BufferServer server) {
        server.close();
    }

    private Process start(Path socket, Path output) {
        String launcher = Path.of(System.getProperty("dmabuf.home", "."), "dmabuf").toString();
        ProcessBuilder builder = new ProcessBuilder(
                launcher, "import", "--socket", socket.toString(), "--sha256", "--pattern", Integer.toString(SEED), "--verbose");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectInput(new File("/dev/null")).redirectOutput(output.toFile());
        try {
            process = builder.start();
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a second process: " + e.getMessage(), e);
        }
    }

    private static PeerCredentials serve(BufferServer server, Path output) {
        try {
            return server.serveOne(PATIENCE);
        } catch (DmaBufException e) {
            throw e.errno() != Errno.ECANCELED && e.errno() != Errno.EBADF
                    ? e
                    : new Checks.CheckFailed("the second process", "takes the buffer", "ended: " + read(output).strip());
        }
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it, should it run. */
    void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
        }
    }
}
