package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.linux.PeerCredentials;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.UnixSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BufferServerTest {

    @TempDir
    private Path folder;

    private final Bench bench = new Bench();
    private final LinkedBlockingQueue<RuntimeException> failures = new LinkedBlockingQueue<>();
    private Path path;
    private DmaBuf buffer;

    @BeforeEach
    void makeBuffer() {
        path = folder.resolve("socket");
        buffer = bench.simulated(2);
    }

    @AfterEach
    void close() {
        buffer.close();
        bench.close();
        assertFalse(Files.exists(path), "the socket file stayed behind");
    }

    private BufferOffer offer() {
        return BufferOffer.of(buffer).reportingTo(failures::add);
    }

    private static <T> CompletableFuture<T> inThread(Supplier<T> action) {
        return CompletableFuture.supplyAsync(action, task -> Thread.ofPlatform().start(task));
    }

    private static Errno errnoOf(CompletableFuture<?> future) {
        return ((DmaBufException) assertThrows(CompletionException.class, future::join).getCause()).errno();
    }

    @Test
    void takersAreServedOneAfterTheOther() {
        try (BufferServer server = offer().listen(path)) {
            assertEquals(path, server.path());
            CompletableFuture<PeerCredentials> first = inThread(server::serveOne);
            try (ReceivedBuffer one = bench.taker().take(path)) {
                assertEquals(PeerCredentials.self(), first.join());
                CompletableFuture<PeerCredentials> second = inThread(() -> server.serveOne(Bench.LONG));
                try (ReceivedBuffer two = bench.taker().take(path)) {
                    assertEquals(PeerCredentials.self(), second.join());
                    assertEquals(one.buffer().id(), two.buffer().id());
                    Bench.put(one.buffer(), 9, (byte) 9);
                    assertEquals(9, Bench.get(two.buffer(), 9, 1)[0]);
                }
            }
        }
    }

    @Test
    void takersAreServedAtTheSameTimeBySeveralThreads() {
        try (BufferServer server = offer().listen(path)) {
            List<CompletableFuture<PeerCredentials>> serving = Stream.generate(() -> inThread(server::serveOne)).limit(4).toList();
            List<CompletableFuture<ReceivedBuffer>> taking =
                    Stream.generate(() -> inThread(() -> bench.taker().take(path))).limit(4).toList();
            taking.forEach(taken -> taken.join().close());
            serving.forEach(CompletableFuture::join);
        }
    }

    @Test
    void serverKeepsTheBufferUntilItIsClosed() {
        BufferServer server = offer().listen(path);
        buffer.close();
        CompletableFuture<PeerCredentials> served = inThread(server::serveOne);
        bench.taker().take(path).close();
        served.join();
        server.close();
        assertTrue(bench.giver.census().isEmpty());
    }

    @Test
    void socketFileIsForItsOwnerOnly() throws Exception {
        try (BufferServer server = offer().listen(path)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(server.path())));
        }
    }

    @Test
    void nobodyComesUntilTheTimeIsUp() {
        try (BufferServer server = offer().listen(path)) {
            assertEquals(Errno.ETIMEDOUT, assertThrows(DmaBufException.class, () -> server.serveOne(Bench.SHORT)).errno());
        }
    }

    @Test
    void takersThatFailAreReportedAndDoNotCount() throws Exception {
        try (BufferServer server = offer().within(Bench.SHORT).listen(path)) {
            CompletableFuture<PeerCredentials> served = inThread(() -> server.serveOne(Bench.LONG));
            UnixSocket.connect(path, Bench.LONG).close();
            assertEquals(Errno.EPIPE, nextFailure());
            try (UnixSocket silent = UnixSocket.connect(path, Bench.LONG)) {
                assertEquals(Errno.ETIMEDOUT, nextFailure(), silent::toString);
            }
            try (UnixSocket rude = UnixSocket.connect(path, Bench.LONG)) {
                rude.send("what?".getBytes(), Deadline.in(Bench.LONG));
                assertEquals(Errno.EPROTO, nextFailure());
            }
            assertEquals(Errno.ENODEV, assertThrows(DmaBufException.class, () -> BufferTaker.into(bench.taker).take(path)).errno());
            assertEquals(Errno.ENODEV, nextFailure());
            assertFalse(served.isDone());
            bench.taker().take(path).close();
            assertEquals(PeerCredentials.self(), served.join());
            assertTrue(failures.isEmpty(), failures::toString);
        }
    }

    private Errno nextFailure() throws InterruptedException {
        return ((DmaBufException) failures.poll(20, TimeUnit.SECONDS)).errno();
    }

    @Test
    void takerThatIsNotWelcomeIsRefusedAndTheNextServed() throws Exception {
        ConcurrentLinkedQueue<Boolean> answers = new ConcurrentLinkedQueue<>(List.of(false, true));
        try (BufferServer server = offer().toPeers(peer -> answers.remove()).listen(path)) {
            CompletableFuture<PeerCredentials> served = inThread(server::serveOne);
            assertEquals(Errno.EACCES, assertThrows(DmaBufException.class, () -> bench.taker().take(path)).errno());
            assertEquals(Errno.EACCES, nextFailure());
            bench.taker().take(path).close();
            served.join();
        }
    }

    @Test
    void patienceEndsAlsoWhileTakerIsSilent() {
        try (BufferServer server = offer().listen(path); UnixSocket silent = UnixSocket.connect(path, Bench.LONG)) {
            assertEquals(Errno.ETIMEDOUT,
                    assertThrows(DmaBufException.class, () -> server.serveOne(Duration.ofMillis(200))).errno(), silent::toString);
        }
    }

    @Test
    void closingWakesWhoWaitsForTaker() throws Exception {
        BufferServer server = offer().listen(path);
        CompletableFuture<PeerCredentials> served = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> complete(served, server::serveOne));
        awaitPolling(thread);
        server.close();
        assertEquals(Errno.ECANCELED, errnoOf(served));
        assertEquals(Errno.EBADF, assertThrows(DmaBufException.class, server::serveOne).errno());
        server.close();
        thread.join();
    }

    @Test
    void closingWakesWhoServesSilentTaker() throws Exception {
        BufferServer server = offer().listen(path);
        try (UnixSocket silent = UnixSocket.connect(path, Bench.LONG)) {
            CompletableFuture<PeerCredentials> served = inThread(server::serveOne);
            silent.receive(Wire.MAX_MESSAGE, Deadline.in(Bench.LONG)).close();
            server.close();
            assertEquals(Errno.ECANCELED, errnoOf(served));
            assertEquals(0, silent.receive(10, Deadline.in(Bench.LONG)).bytes().length, "the taker sees the end");
        }
        assertTrue(failures.isEmpty(), failures::toString);
    }

    @Test
    void closingAtAnyMomentHarmsNobody() {
        for (int round = 0; round < 30; round++) {
            BufferServer server = offer().listen(path);
            CompletableFuture<PeerCredentials> served = inThread(server::serveOne);
            CompletableFuture<ReceivedBuffer> taken = inThread(() -> bench.taker().take(path));
            if (round % 2 == 0) {
                Thread.onSpinWait();
            }
            server.close();
            // The taker may have it, or not; nobody hangs, nothing leaks.
            taken.handle((received, refused) -> received).thenAccept(received -> {
                if (received != null) {
                    received.close();
                }
            }).join();
            served.handle((peer, cancelled) -> peer).join();
        }
        failures.clear();
    }

    private static <T> void complete(CompletableFuture<T> future, Supplier<T> action) {
        try {
            future.complete(action.get());
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }

    private static void awaitPolling(Thread thread) {
        Deadline deadline = Deadline.in(Bench.LONG);
        while (!deadline.isOver()) {
            for (StackTraceElement frame : thread.getStackTrace()) {
                if (frame.getMethodName().equals("poll")) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the thread never came to wait");
    }

    @Test
    void pathThatIsTakenIsRefusedAndTheBufferReleased() throws Exception {
        ProcessResources open = ProcessResources.now();
        Files.writeString(path, "precious");
        assertEquals(Errno.EADDRINUSE, assertThrows(DmaBufException.class, () -> offer().listen(path)).errno());
        assertEquals("precious", Files.readString(path));
        Files.delete(path);
        Path longPath = folder.resolve("x".repeat(200));
        assertEquals(Errno.ENAMETOOLONG, assertThrows(DmaBufException.class, () -> offer().listen(longPath)).errno());
        assertEquals(open, ProcessResources.now());
        assertEquals(1, bench.giver.census().getFirst().handles());
    }

    @Test
    void bufferThatCannotTravelIsSaidBeforeListening() {
        try (DmaBuf large = bench.simulated(253)) {
            assertEquals(Errno.E2BIG, assertThrows(DmaBufException.class, () -> BufferOffer.of(large).listen(path)).errno());
        }
        DmaBuf closed = bench.simulated(1);
        BufferOffer offer = BufferOffer.of(closed);
        closed.close();
        assertEquals(Errno.EBADF, assertThrows(DmaBufException.class, () -> offer.listen(path)).errno());
    }

    @Test
    void nobodyListensThere() {
        assertEquals(Errno.ENOENT, assertThrows(DmaBufException.class, () -> bench.taker().take(path)).errno());
    }
}
