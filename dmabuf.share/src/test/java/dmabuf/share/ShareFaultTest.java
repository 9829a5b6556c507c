package dmabuf.share;

import dmabuf.api.DmaBuf;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.UnixSocket;
import dmabuf.sim.SimulatedKernel;
import dmabuf.tck.fault.Call;
import dmabuf.tck.fault.FaultSweep;
import dmabuf.tck.fault.FaultySyscalls;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A hand-over in which the kernel of one side answers with every errno that each of its system calls can give. */
class ShareFaultTest {

    private static final SimulatedKernel GIVERS = new SimulatedKernel();
    private static final SimulatedKernel TAKERS = new SimulatedKernel();
    private static final FaultySyscalls KERNEL = FaultySyscalls.over(GIVERS);
    private static final FaultySyscalls TAKER_KERNEL = FaultySyscalls.over(TAKERS);

    @AfterAll
    static void switchOff() {
        GIVERS.close();
        TAKERS.close();
    }

    /** Both sides, and a buffer on the one. */
    private static final class Sides implements AutoCloseable {

        private final CoreDmaBufs giver = new CoreDmaBufs();
        private final CoreDmaBufs taker = new CoreDmaBufs();
        private final DmaBuf buffer = Bench.simulated(KERNEL, giver, 2);

        Sides() {
            buffer.rename("frame");
        }

        /** Hands over on a connection of its own: the side with the faults on this thread, the other one on another. */
        void give(boolean faultyTaker) {
            UnixSocket[] pair = UnixSocket.pair();
            BufferTaker into = BufferTaker.into(taker).simulatedBy(faultyTaker ? TAKER_KERNEL : TAKERS).within(Bench.LONG);
            BufferOffer offer = BufferOffer.of(buffer).within(Bench.LONG);
            Runnable give = () -> hangUpAfter(pair[0], offer::giveTo);
            Runnable take = () -> hangUpAfter(pair[1], socket -> into.takeFrom(socket).close());
            CompletableFuture<Void> other =
                    CompletableFuture.runAsync(faultyTaker ? give : take, task -> Thread.ofPlatform().start(task));
            try {
                (faultyTaker ? take : give).run();
            } finally {
                other.handle((nothing, refusal) -> refusal).join();
            }
        }

        private static void hangUpAfter(UnixSocket socket, Consumer<UnixSocket> action) {
            try (socket) {
                action.accept(socket);
            }
        }

        @Override
        public void close() {
            buffer.close();
            giver.close();
            taker.close();
        }
    }

    private static Stream<DynamicTest> tests(FaultSweep<?> sweep) {
        return sweep.cases().stream().map(each -> DynamicTest.dynamicTest(each.name(), each::run));
    }

    @TestFactory
    Stream<DynamicTest> give() {
        return tests(FaultSweep.of("give", KERNEL, Sides::new, sides -> sides.give(false)));
    }

    @TestFactory
    Stream<DynamicTest> take() {
        return tests(FaultSweep.of("take", TAKER_KERNEL, Sides::new, sides -> sides.give(true))
                // What does not answer as a dma-buf does is none, and no memfd either.
                .absorbing(Call.ioctl(DmaBufIoctl.SYNC), Errno.EINVAL)
                .translating(Call.ioctl(DmaBufIoctl.SYNC), Errno.EINVAL, Errno.EIO, Errno.ENOMEM, Errno.ENODEV));
    }

    @TestFactory
    Stream<DynamicTest> listen(@TempDir Path folder) {
        Path path = folder.resolve("socket");
        return tests(FaultSweep.of("listen", KERNEL, Sides::new, sides -> BufferOffer.of(sides.buffer).listen(path).close()));
    }
}
