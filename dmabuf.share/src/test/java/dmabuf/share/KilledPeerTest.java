package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.PeerCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The other process is killed with SIGKILL, at every step of a hand-over, in both directions. Who stays hears of it, and loses nothing. */
@Timeout(120)
class KilledPeerTest {

    private static final int SIGKILL_STATUS = 128 + 9;

    @TempDir
    private Path folder;

    private final Bench bench = new Bench();
    private Process process;
    private BufferedReader output;

    @AfterEach
    void nothingIsLeftOpen() {
        process.destroyForcibly();
        bench.close();
    }

    private void start(String who, Path path, Enum<?> step) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                        "-cp", System.getProperty("java.class.path"), DyingPeer.class.getName(), who, path.toString(), step.name())
                .redirectErrorStream(true)
                .start();
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    private void kill(Enum<?> step) throws Exception {
        assertEquals(step.name(), output.readLine());
        process.destroyForcibly(); // SIGKILL
        assertEquals(SIGKILL_STATUS, process.waitFor());
    }

    @ParameterizedTest
    @EnumSource(DyingPeer.Taker.class)
    void giverOutlivesItsTaker(DyingPeer.Taker step) throws Exception {
        Path path = folder.resolve("socket");
        BlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();
        try (DmaBuf buffer = bench.simulated(2);
                BufferServer server = BufferOffer.of(buffer).reportingTo(failures::add).listen(path)) {
            CompletableFuture<PeerCredentials> served =
                    CompletableFuture.supplyAsync(() -> server.serveOne(Bench.LONG), task -> Thread.ofPlatform().start(task));
            start("taker", path, step);
            kill(step);
            if (step == DyingPeer.Taker.ACKNOWLEDGED) {
                assertEquals(process.pid(), served.get(20, TimeUnit.SECONDS).pid());
            } else {
                DmaBufException failure = (DmaBufException) failures.poll(20, TimeUnit.SECONDS);
                assertEquals(step == DyingPeer.Taker.REFUSED ? Errno.ENOMEM : Errno.EPIPE, failure.errno(), failure::getMessage);
                // It goes on for the next taker.
                try (ReceivedBuffer received = bench.taker().take(path)) {
                    assertEquals(buffer.id(), received.buffer().id());
                }
                assertEquals(PeerCredentials.self(), served.get(20, TimeUnit.SECONDS));
            }
            assertEquals(1, Bench.get(buffer, Bench.PAGE, 1)[0], "contents");
        }
    }

    @ParameterizedTest
    @EnumSource(DyingPeer.Giver.class)
    void takerOutlivesItsGiver(DyingPeer.Giver step) throws Exception {
        Path path = folder.resolve("socket");
        start("giver", path, step);
        if (step == DyingPeer.Giver.LISTENING) {
            kill(step);
            assertEquals(Errno.ECONNREFUSED, assertThrows(DmaBufException.class, () -> bench.taker().take(path)).errno());
            return;
        }
        assertEquals("bound", output.readLine());
        CompletableFuture<ReceivedBuffer> taken =
                CompletableFuture.supplyAsync(() -> bench.taker().take(path), task -> Thread.ofPlatform().start(task));
        kill(step);
        if (Set.of(DyingPeer.Giver.SENT, DyingPeer.Giver.ANSWERED).contains(step)) {
            // What was sent has arrived, whatever became of who sent it.
            try (ReceivedBuffer received = taken.get(20, TimeUnit.SECONDS)) {
                assertEquals(1, Bench.get(received.buffer(), Bench.PAGE, 1)[0], "contents");
                Bench.put(received.buffer(), 0, (byte) 42);
                assertEquals(42, Bench.get(received.buffer(), 0, 1)[0]);
            }
        } else {
            CompletionException failure = assertThrows(CompletionException.class, () -> taken.orTimeout(20, TimeUnit.SECONDS).join());
            assertTrue(failure.getCause() instanceof DmaBufException e && e.errno() == Errno.EPIPE, failure::toString);
        }
    }
}
