package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Deadline;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.linux.SharedExtents;
import dmabuf.linux.UnixSocket;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import dmabuf.tck.fault.SyscallKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hand-over at a socket file, in which the kernel of one side answers with every errno that each of its calls can give, those of its
 * sockets among them. Descriptors that are under way count as left over as well.
 */
class SocketFaultTest {

    private static final SimulatedKernel GIVERS = new SimulatedKernel();
    private static final SimulatedKernel TAKERS = new SimulatedKernel();
    private static final FaultySyscalls KERNEL = FaultySyscalls.over(GIVERS);
    private static final FaultySyscalls TAKER_KERNEL = FaultySyscalls.over(TAKERS);
    private static final WatchedFiles FILES = new WatchedFiles();

    @TempDir
    private static Path folder;

    @AfterAll
    static void switchOff() {
        GIVERS.close();
        TAKERS.close();
    }

    private static Path path() {
        return folder.resolve("socket");
    }

    /** Both sides, and a buffer on the one. */
    private static final class Sides implements AutoCloseable {

        private final CoreDmaBufs giver = new CoreDmaBufs();
        private final CoreDmaBufs taker = new CoreDmaBufs();
        private final DmaBuf buffer = Bench.simulated(KERNEL, giver, 2);

        Sides() {
            buffer.rename("frame");
            try (Fd fd = buffer.fd()) {
                SharedExtents.Parts parts = GIVERS.disassemble(fd.number()).orElseThrow();
                parts.extents().forEach(extent -> FILES.watch(extent.memfd()));
            }
        }

        private BufferTaker taker() {
            return BufferTaker.into(taker).within(Bench.LONG);
        }

        /** The giver has the faults. Whoever comes is served, and comes again until the giver has had enough. */
        void give() {
            Queue<RuntimeException> reported = new ConcurrentLinkedQueue<>();
            BufferOffer offer = BufferOffer.of(buffer).within(Bench.LONG).reportingTo(reported::add);
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Void> takers;
            try (BufferServer server = offer.listen(KERNEL.sockets(new LateSockets(true)), path())) {
                takers = onThread(() -> takeUntil(over));
                try {
                    server.serveOne(Bench.LONG);
                } finally {
                    over.set(true);
                }
            }
            takers.join();
            if (!reported.isEmpty()) {
                throw reported.remove();
            }
        }

        private void takeUntil(AtomicBoolean over) {
            while (!over.get()) {
                try {
                    taker().simulatedBy(TAKERS).take(path()).close();
                } catch (DmaBufException e) {
                    // The giver has hung up, or listens no more: it is its errors that are looked at.
                    assertTrue(e.errno() != Errno.ETIMEDOUT, e::toString);
                }
            }
        }

        /** The taker has the faults. */
        void take() {
            BufferServer server = BufferOffer.of(buffer).within(Bench.LONG).reportingTo(any -> { }).listen(path());
            CompletableFuture<Void> serving = onThread(() -> server.serveOne(Bench.LONG));
            try {
                taker().simulatedBy(TAKER_KERNEL).through(TAKER_KERNEL.sockets(new LateSockets(false))).take(path()).close();
            } finally {
                server.close(); // It may wait still, for somebody who has not got as far as that.
                serving.handle((nothing, calledOff) -> calledOff).join();
            }
        }

        private static CompletableFuture<Void> onThread(Runnable action) {
            return CompletableFuture.runAsync(action, task -> Thread.ofPlatform().start(task));
        }

        @Override
        public void close() {
            buffer.close();
            giver.close();
            taker.close();
        }
    }

    private static Stream<DynamicTest> tests(FaultSweep<Sides> sweep) {
        return sweep.translating(Call.of(SyscallKind.SENDMSG), Errno.EPIPE, Errno.ECONNRESET)
                .translating(Call.of(SyscallKind.RECVMSG), Errno.EPIPE, Errno.ECONNRESET)
                .leaving(() -> FILES.stillOpen() + (Files.exists(path()) ? "the socket file" : ""))
                .cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    @TestFactory
    Stream<DynamicTest> give() {
        return tests(FaultSweep.of("give at a path", KERNEL, Sides::new, Sides::give));
    }

    @TestFactory
    Stream<DynamicTest> take() {
        return tests(FaultSweep.of("take at a path", TAKER_KERNEL, Sides::new, Sides::take)
                // The taker has the buffer by then; the giver is not told.
                .absorbing(Call.of(SyscallKind.SENDMSG))
                .absorbing(Call.ioctl(DmaBufIoctl.SYNC), Errno.EINVAL)
                .translating(Call.ioctl(DmaBufIoctl.SYNC), Errno.EINVAL, Errno.EIO, Errno.ENOMEM, Errno.ENODEV));
    }

    @Test
    void fileInMessageThatNobodyReceivesIsSeen() {
        WatchedFiles files = new WatchedFiles();
        UnixSocket[] pair = UnixSocket.pair();
        try (UnixSocket from = pair[0]; UnixSocket to = pair[1]) {
            try (Fd memfd = Memfd.sealed(new LinuxSyscalls(), "dmabuf-test", Bench.PAGE)) {
                files.watch(memfd.number());
                from.send(new byte[] {1}, new int[] {memfd.number()}, Deadline.in(Bench.LONG));
            }
            assertEquals("1 open files", files.stillOpen());
            to.receive(1, Deadline.in(Bench.LONG)).close();
            assertEquals("", files.stillOpen());
        }
    }
}
