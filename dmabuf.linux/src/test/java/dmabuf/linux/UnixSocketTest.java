package dmabuf.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnixSocketTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final byte[] HELLO = "hello".getBytes(UTF_8);

    private final LinuxSyscalls kernel = new LinuxSyscalls();
    private ProcessResources before;
    private UnixSocket here;
    private UnixSocket there;

    @BeforeEach
    void connect() {
        JdkSocket.warmUp();
        before = ProcessResources.now();
        UnixSocket[] pair = UnixSocket.pair();
        here = pair[0];
        there = pair[1];
    }

    @AfterEach
    void nothingLeaks() {
        here.close();
        there.close();
        ProcessResources left = ProcessResources.now().since(before);
        assertTrue(left.isNothing(), left::toString);
    }

    private static Errno errnoOf(Executable action) {
        return assertThrows(DmaBufException.class, action).errno();
    }

    @Test
    void messageArrivesWholeWithItsDescriptor() throws Exception {
        try (Fd memfd = Memfd.sealed(kernel, "dmabuf-test", 4096)) {
            here.send(HELLO, new int[] {memfd.number()}, Deadline.in(LONG));
            FileStatus sent = FileStatus.of(memfd.number());
            try (SocketMessage message = there.receive(100, Deadline.in(LONG))) {
                assertArrayEquals(HELLO, message.bytes());
                assertEquals(1, message.descriptors());
                try (Fd received = message.take(0)) {
                    assertTrue(sent.sameFile(FileStatus.of(received.number())));
                    assertEquals(1, kernel.fcntl(received.number(), Posix.F_GETFD, 0), "closed on exec");
                    assertThrows(IllegalStateException.class, () -> message.take(0));
                }
            }
        }
    }

    @Test
    void messagesKeepTheirBoundaries() {
        here.send(HELLO, Deadline.in(LONG));
        here.send(new byte[] {1}, Deadline.in(LONG));
        assertArrayEquals(HELLO, there.receive(100, Deadline.in(LONG)).bytes());
        assertArrayEquals(new byte[] {1}, there.receive(100, Deadline.in(LONG)).bytes());
    }

    @Test
    void twoHundredFiftyThreeDescriptorsAreTheMost() {
        try (Fd memfd = Memfd.sealed(kernel, "dmabuf-test", 4096)) {
            int[] most = new int[UnixSocket.MAX_DESCRIPTORS];
            Arrays.fill(most, memfd.number());
            here.send(HELLO, most, Deadline.in(LONG));
            try (SocketMessage message = there.receive(100, Deadline.in(LONG))) {
                assertEquals(253, message.descriptors());
            }
            assertEquals(Errno.E2BIG, errnoOf(() -> here.send(HELLO, Arrays.copyOf(most, 254), Deadline.in(LONG))));
        }
    }

    @Test
    void kernelItselfRefusesTheTwoHundredFiftyFourth() throws Exception {
        // net/scm.h is not for user space, so the number is asked of the kernel.
        String c = """
                #define _GNU_SOURCE
                #include <errno.h>
                #include <stdio.h>
                #include <string.h>
                #include <sys/socket.h>
                int main(void) {
                    int s[2];
                    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s);
                    for (int n = 253; n <= 254; n++) {
                        static char control[CMSG_SPACE(4 * 254)];
                        struct iovec iov = {"x", 1};
                        struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(4 * n)};
                        struct cmsghdr *h = CMSG_FIRSTHDR(&m);
                        h->cmsg_level = SOL_SOCKET; h->cmsg_type = SCM_RIGHTS; h->cmsg_len = CMSG_LEN(4 * n);
                        memset(CMSG_DATA(h), 0, 4 * n);
                        printf("%d\\n", sendmsg(s[0], &m, 0) < 0 ? errno : 0);
                    }
                    return 0;
                }
                """;
        assertEquals("0\n" + Errno.EINVAL.number() + "\n", CLayout.compileAndRun(c));
    }

    @Test
    void descriptorsThatNobodyTakesAreClosedWithTheMessage() {
        try (Fd memfd = Memfd.sealed(kernel, "dmabuf-test", 4096)) {
            here.send(HELLO, new int[] {memfd.number(), memfd.number()}, Deadline.in(LONG));
            SocketMessage message = there.receive(100, Deadline.in(LONG));
            assertEquals(3, ProcessResources.now().since(before).memfds());
            message.close();
            assertEquals(1, ProcessResources.now().since(before).memfds());
        }
    }

    @Test
    void tooLongMessageIsRefusedAndItsDescriptorsAreClosed() {
        try (Fd memfd = Memfd.sealed(kernel, "dmabuf-test", 4096)) {
            here.send(HELLO, new int[] {memfd.number()}, Deadline.in(LONG));
            assertEquals(Errno.EMSGSIZE, errnoOf(() -> there.receive(4, Deadline.in(LONG))));
        }
    }

    @Test
    void messageBeyondTheSendBufferIsEmsgsize() {
        assertEquals(Errno.EMSGSIZE, errnoOf(() -> here.send(new byte[64 << 20], Deadline.in(LONG))));
    }

    @Test
    void emptyMessageIsRefusedSinceItWouldLookLikeTheEnd() {
        assertThrows(IllegalArgumentException.class, () -> here.send(new byte[0], Deadline.in(LONG)));
    }

    @Test
    void closedDescriptorIsEbadf() {
        Fd memfd = Memfd.sealed(kernel, "dmabuf-test", 4096);
        int number = memfd.number();
        memfd.close();
        assertEquals(Errno.EBADF, errnoOf(() -> here.send(HELLO, new int[] {number}, Deadline.in(LONG))));
    }

    @Test
    void closingOneEndEndsTheOther() {
        here.close();
        assertEquals(0, there.receive(100, Deadline.in(LONG)).bytes().length);
        assertEquals(Errno.EPIPE, errnoOf(() -> there.send(HELLO, Deadline.in(LONG))));
        assertEquals(Errno.EBADF, errnoOf(() -> here.send(HELLO, Deadline.in(LONG))));
        assertEquals(Errno.EBADF, errnoOf(() -> here.receive(100, Deadline.in(LONG))));
        assertEquals(Errno.EBADF, errnoOf(here::peer));
    }

    @Test
    void lastWordIsHeardAlthoughItsSpeakerDidNotListen() {
        here.send(HELLO, Deadline.in(LONG));
        there.send(new byte[] {1}, Deadline.in(LONG));
        there.close();
        assertArrayEquals(new byte[] {1}, here.receive(100, Deadline.in(LONG)).bytes());
        assertEquals(0, here.receive(100, Deadline.in(LONG)).bytes().length);
    }

    @Test
    void goingWithoutReadingIsEconnreset() {
        here.send(HELLO, Deadline.in(LONG));
        there.close();
        assertEquals(Errno.ECONNRESET, errnoOf(() -> here.receive(100, Deadline.in(LONG))));
    }

    @Test
    void silenceEndsAtTheDeadline() {
        long start = System.nanoTime();
        assertEquals(Errno.ETIMEDOUT, errnoOf(() -> there.receive(100, Deadline.in(Duration.ofMillis(50)))));
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis >= 50, () -> "after " + millis + " ms");
    }

    @Test
    void sendingToOneWhoDoesNotReadEndsAtTheDeadline() {
        assertEquals(Errno.ETIMEDOUT, errnoOf(() -> {
            while (true) {
                here.send(new byte[4096], Deadline.in(Duration.ofMillis(50)));
            }
        }));
    }

    @Test
    void closingFromAnotherThreadWakesWhoWaits() throws Exception {
        CompletableFuture<Errno> waiting = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> waiting.complete(errnoOf(() -> there.receive(100, Deadline.never()))));
        awaitPolling(thread);
        there.close();
        assertEquals(Errno.ECANCELED, waiting.get(20, TimeUnit.SECONDS));
        thread.join();
    }

    /** Waits until a thread of this process is in poll(2): for a Java thread in a downcall, its native state says nothing. */
    static void awaitPolling(Thread thread) throws Exception {
        Deadline deadline = Deadline.in(LONG);
        while (!deadline.isOver()) {
            for (StackTraceElement frame : thread.getStackTrace()) {
                if (frame.getMethodName().equals("poll") && frame.getClassName().equals(LinuxSyscalls.class.getName())) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("the thread never came to wait");
    }

    @Test
    void peerIsThisProcess() {
        assertEquals(PeerCredentials.self(), here.peer());
        assertEquals(ProcessHandle.current().pid(), here.peer().pid());
    }

    @Test
    void descriptorTableThatIsFullIsSaidAndNothingLeaks() throws Exception {
        // In a process of its own, whose limit can be lowered without harm to this one.
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process child = new ProcessBuilder("/bin/sh", "-c", "ulimit -n 64; exec \"$0\" \"$@\"", java.toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), FullTable.class.getName())
                .redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, child.waitFor(), output);
        assertTrue(output.startsWith("EMFILE, left over: no dma-bufs, no memfds"), output);
    }

    /** Sends more descriptors than the table has room for. */
    static final class FullTable {

        private FullTable() {}

        public static void main(String[] arguments) {
            UnixSocket[] pair = UnixSocket.pair();
            Fd memfd = Memfd.sealed(LinuxSockets.INSTANCE.kernel(), "dmabuf-test", 4096);
            int[] many = new int[60];
            Arrays.fill(many, memfd.number());
            pair[0].send(HELLO, many, Deadline.in(LONG));
            ProcessResources before = ProcessResources.now();
            Errno errno = errnoOf(() -> pair[1].receive(100, Deadline.in(LONG)));
            System.out.println(errno + ", left over: " + ProcessResources.now().since(before));
        }
    }

    @Test
    void connectingToNothingSaysSo(@TempDir Path folder) throws Exception {
        assertEquals(Errno.ENOENT, errnoOf(() -> UnixSocket.connect(folder.resolve("none"), LONG)));
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertEquals(Errno.ECONNREFUSED, errnoOf(() -> UnixSocket.connect(file, LONG)));
        assertEquals(Errno.ENAMETOOLONG, errnoOf(() -> UnixSocket.connect(folder.resolve("x".repeat(108)), LONG)));
        assertEquals(Errno.EINVAL, errnoOf(() -> UnixSocket.connect(Path.of(""), LONG)));
    }

    @Test
    void connectingToListenerOfAnotherTypeSaysSo(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("stream");
        try (var server = JdkSocket.listen(path)) {
            assertTrue(server.isOpen());
            DmaBufException e = assertThrows(DmaBufException.class, () -> UnixSocket.connect(path, LONG));
            assertEquals(Errno.EPROTOTYPE, e.errno());
            assertTrue(e.getMessage().contains("SOCK_SEQPACKET"), e::getMessage);
        }
    }
}
