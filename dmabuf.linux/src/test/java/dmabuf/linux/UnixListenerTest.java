package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnixListenerTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final byte[] HELLO = {1, 2, 3};

    @TempDir
    private Path folder;

    private Path path;
    private ProcessResources before;

    @BeforeEach
    void start() {
        path = folder.resolve("socket");
        JdkSocket.warmUp();
        before = ProcessResources.now();
    }

    @AfterEach
    void nothingLeaks() {
        ProcessResources left = ProcessResources.now().since(before);
        assertTrue(left.isNothing(), left::toString);
    }

    private static DmaBufException refused(Path path) {
        return assertThrows(DmaBufException.class, () -> UnixListener.bind(path));
    }

    @Test
    void whoConnectsIsAcceptedAndHeard() {
        try (UnixListener listener = UnixListener.bind(path);
                UnixSocket client = UnixSocket.connect(path, LONG);
                UnixSocket server = listener.accept(Deadline.in(LONG))) {
            client.send(HELLO, Deadline.in(LONG));
            assertArrayEquals(HELLO, server.receive(10, Deadline.in(LONG)).bytes());
            assertEquals(PeerCredentials.self(), server.peer());
            assertEquals(PeerCredentials.self(), client.peer());
        }
    }

    @Test
    void socketFileIsForItsOwnerOnly() throws Exception {
        try (UnixListener listener = UnixListener.bind(path)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            assertEquals(path, listener.path());
        }
    }

    @Test
    void socketFileIsBornWithItsMode() {
        // Nothing but bind(2) itself makes the file, and any umask takes bits away only.
        int number = LinuxSockets.INSTANCE.socket(0);
        try {
            assertEquals(0, LinuxSockets.INSTANCE.fchmod(number, 0600));
            assertEquals(0, LinuxSockets.INSTANCE.bind(number, SocketPath.encode(path, "bind")));
            assertEquals(0600, SocketPath.look(path).mode() & 0777);
        } finally {
            LinuxSockets.INSTANCE.kernel().close(number);
        }
    }

    @Test
    void closeRemovesTheFileAndFreesThePath() {
        UnixListener.bind(path).close();
        assertFalse(Files.exists(path, LinkOption.NOFOLLOW_LINKS));
        UnixListener again = UnixListener.bind(path);
        again.close();
        again.close();
        assertEquals(Errno.EBADF, assertThrows(DmaBufException.class, () -> again.accept(Deadline.in(LONG))).errno());
    }

    @Test
    void fileThatSomebodyElsePutThereIsNotRemoved() throws Exception {
        UnixListener listener = UnixListener.bind(path);
        Files.delete(path);
        Files.writeString(path, "mine");
        listener.close();
        assertEquals("mine", Files.readString(path));
    }

    @Test
    void listenerThatTookThePathOverIsNotRemoved() throws Exception {
        UnixListener first = UnixListener.bind(path);
        Files.delete(path);
        try (UnixListener second = UnixListener.bind(path)) {
            first.close();
            UnixSocket.connect(second.path(), LONG).close();
        }
    }

    @Test
    void pathAtWhichSomebodyListensIsRefused() {
        try (UnixListener listener = UnixListener.bind(path)) {
            DmaBufException e = refused(path);
            assertEquals(Errno.EADDRINUSE, e.errno());
            assertTrue(e.getMessage().contains("somebody listens there"), e::getMessage);
            assertTrue(Files.exists(listener.path()));
        }
    }

    @Test
    void pathAtWhichSomebodyListensWithFullQueueIsRefused() {
        List<UnixSocket> waiting = new ArrayList<>();
        try (UnixListener listener = UnixListener.bind(path)) {
            assertEquals(Errno.ETIMEDOUT, assertThrows(DmaBufException.class, () -> {
                while (true) {
                    waiting.add(UnixSocket.connect(listener.path(), Duration.ofMillis(100)));
                }
            }).errno());
            assertEquals(Errno.EADDRINUSE, refused(path).errno());
        } finally {
            waiting.forEach(UnixSocket::close);
        }
    }

    @Test
    void pathAtWhichStreamSocketListensIsRefused() throws IOException {
        try (var server = JdkSocket.listen(path)) {
            assertTrue(server.isOpen());
            assertEquals(Errno.EADDRINUSE, refused(path).errno());
        }
    }

    @Test
    void socketThatWasLeftBehindIsReplaced() throws IOException {
        // The JDK leaves the file of a closed channel behind.
        JdkSocket.listen(path).close();
        assertTrue(Files.exists(path));
        try (UnixListener listener = UnixListener.bind(path); UnixSocket client = UnixSocket.connect(path, LONG)) {
            listener.accept(Deadline.in(LONG)).close();
            assertEquals(0, client.receive(10, Deadline.in(LONG)).bytes().length);
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void socketOfAnotherUserIsLeftAlone() throws IOException {
        assumeTrue(PeerCredentials.self().uid() == 0, "only root can give a file away");
        JdkSocket.listen(path).close();
        Files.setAttribute(path, "unix:uid", 12345);
        DmaBufException e = refused(path);
        assertEquals(Errno.EADDRINUSE, e.errno());
        assertTrue(e.getMessage().contains("belongs to uid 12345"), e::getMessage);
        assertTrue(Files.exists(path));
    }

    @Test
    void whatIsNotSocketIsLeftAlone() throws IOException {
        Files.writeString(path, "precious");
        DmaBufException e = refused(path);
        assertEquals(Errno.EADDRINUSE, e.errno());
        assertTrue(e.getMessage().contains("not a socket"), e::getMessage);
        assertEquals("precious", Files.readString(path));
        assertEquals(Errno.EADDRINUSE, refused(folder).errno());
        assertTrue(Files.isDirectory(folder));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("dangling"));
        assertEquals(Errno.EADDRINUSE, refused(link).errno());
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void pathMayHaveOneHundredSevenBytes() {
        Path longest = folder.resolve("x".repeat(107 - folder.toString().length() - 1));
        assertEquals(107, longest.toString().length());
        UnixListener.bind(longest).close();
        DmaBufException e = refused(folder.resolve("x".repeat(108 - folder.toString().length() - 1)));
        assertEquals(Errno.ENAMETOOLONG, e.errno());
        assertTrue(e.getMessage().contains("107 bytes, this one has 108"), e::getMessage);
        assertEquals(Errno.EINVAL, refused(Path.of("")).errno());
    }

    @Test
    void lengthOfPathIsCountedInBytes() {
        int room = 107 - folder.toString().length() - 1;
        assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "paths are not in UTF-8 here");
        UnixListener.bind(folder.resolve("ü".repeat(room / 2))).close();
        assertEquals(Errno.ENAMETOOLONG, refused(folder.resolve("ü".repeat(room / 2 + 1))).errno());
    }

    @Test
    void folderThatDoesNotExistIsSaid() {
        DmaBufException e = refused(folder.resolve("none/socket"));
        assertEquals(Errno.ENOENT, e.errno());
        assertTrue(e.getMessage().contains("folder"), e::getMessage);
    }

    @Test
    void nobodyComesUntilTheDeadline() {
        try (UnixListener listener = UnixListener.bind(path)) {
            Deadline soon = Deadline.in(Duration.ofMillis(50));
            assertEquals(Errno.ETIMEDOUT, assertThrows(DmaBufException.class, () -> listener.accept(soon)).errno());
        }
    }

    @Test
    void closingFromAnotherThreadWakesWhoWaits() throws Exception {
        UnixListener listener = UnixListener.bind(path);
        CompletableFuture<Errno> waiting = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> waiting.complete(
                assertThrows(DmaBufException.class, () -> listener.accept(Deadline.never())).errno()));
        UnixSocketTest.awaitPolling(thread);
        listener.close();
        assertEquals(Errno.ECANCELED, waiting.get(20, TimeUnit.SECONDS));
        thread.join();
        assertFalse(Files.exists(path));
    }

    @Test
    void closingWhileManyWaitAndComeHarmsNobody() throws Exception {
        for (int round = 0; round < 50; round++) {
            UnixListener listener = UnixListener.bind(path);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        while (true) {
                            listener.accept(Deadline.in(LONG)).close();
                        }
                    } catch (DmaBufException ended) {
                        assertTrue(ended.errno() == Errno.ECANCELED || ended.errno() == Errno.EBADF, ended::getMessage);
                    }
                }));
            }
            UnixSocket.connect(path, LONG).close();
            listener.close();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
