package dmabuf.tck.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.SocketMessage;
import dmabuf.linux.SocketSyscalls;
import dmabuf.linux.UnixListener;
import dmabuf.linux.UnixSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Sockets whose calls fail: each of them is counted, and none leaks. */
class SocketFaultTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final byte[] HELLO = {1, 2, 3};

    private final FaultySyscalls kernel = FaultySyscalls.over(new LinuxSyscalls());
    private final SocketSyscalls sockets = kernel.sockets(SocketSyscalls.linux());

    private static Fd memfd() {
        return Memfd.sealed(new LinuxSyscalls(), "test", MappedMemory.PAGE_SIZE);
    }

    private static Stream<DynamicTest> tests(FaultSweep<?> sweep) {
        return sweep.cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    private static void pass(Fd fd, UnixSocket from, UnixSocket to) {
        Deadline deadline = Deadline.in(LONG);
        from.send(HELLO, new int[] {fd.number()}, deadline);
        try (SocketMessage message = to.receive(HELLO.length, deadline)) {
            assertArrayEquals(HELLO, message.bytes());
            assertEquals(1, message.descriptors());
        }
    }

    @TestFactory
    Stream<DynamicTest> descriptorThroughPair() {
        return tests(FaultSweep.of("pair", kernel, SocketFaultTest::memfd, fd -> {
            UnixSocket[] pair = UnixSocket.pair(sockets);
            try (UnixSocket from = pair[0]; UnixSocket to = pair[1]) {
                pass(fd, from, to);
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> descriptorThroughSocketFile(@TempDir Path folder) {
        Path path = folder.resolve("socket");
        return tests(FaultSweep.of("connection", kernel, SocketFaultTest::memfd, fd -> {
            try (UnixListener listener = UnixListener.bind(sockets, path);
                    UnixSocket from = UnixSocket.connect(sockets, path, LONG);
                    UnixSocket to = listener.accept(Deadline.in(LONG))) {
                assertEquals(ProcessHandle.current().pid(), to.peer().pid());
                pass(fd, from, to);
            }
        }).leaving(() -> path.toFile().exists() ? "the socket file" : ""));
    }

    @Test
    void connectionThatIsSaidToHaveEndedHasAndNothingOfItIsLeft() {
        ProcessResources before = ProcessResources.now();
        UnixSocket[] pair = UnixSocket.pair(sockets);
        try (UnixSocket from = pair[0]; UnixSocket to = pair[1]; Fd fd = memfd()) {
            from.send(HELLO, new int[] {fd.number()}, Deadline.in(LONG));
            try (Fault reset = kernel.at(1, Call.of(SyscallKind.RECVMSG)).fails(Errno.ECONNRESET)) {
                DmaBufException e = assertThrows(DmaBufException.class, () -> to.receive(HELLO.length, Deadline.in(LONG)));
                assertEquals(Errno.ECONNRESET, e.errno());
                assertTrue(reset.isReached());
            }
            DmaBufException e = assertThrows(DmaBufException.class, () -> from.send(HELLO, Deadline.in(LONG)));
            assertEquals(Errno.EPIPE, e.errno());
        }
        ProcessResources left = ProcessResources.now().since(before);
        assertTrue(left.isNothing(), left::toString);
    }
}
