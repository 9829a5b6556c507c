package dmabuf.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferInfo;
import dmabuf.api.CpuAccess;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Mapping;
import dmabuf.core.CoreDmaBufs;
import dmabuf.linux.Deadline;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.UnixSocket;
import dmabuf.share.BufferTaker;
import dmabuf.share.ReceivedBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The importer counts what goes wrong, and nothing else. Buffers are memfds, and the other process is a thread. */
class ImporterTest {

    private static final int ROUNDS = 5;
    private static final Deadline SOON = Deadline.in(Duration.ofSeconds(20));

    private final ProcessResources before = ProcessResources.now();
    private final LinuxSyscalls kernel = new LinuxSyscalls();
    private final CoreDmaBufs buffers = new CoreDmaBufs();
    private final UnixSocket[] pair = UnixSocket.pair();
    private final Tally tally = new Tally();
    private final Gap gap = new Gap();

    @AfterEach
    void nothingIsLeftOver() {
        pair[0].close();
        pair[1].close();
        assertEquals(List.<BufferInfo>of(), buffers.census());
        buffers.close();
        kernel.shutDown();
        assertTrue(ProcessResources.now().since(before).isNothing(), () -> ProcessResources.now().since(before).toString());
    }

    private Way memfds() {
        return request -> buffers.importFd(Memfd.sealed(kernel, "soak", request.size()));
    }

    /** Until there have been enough round trips, or failures. */
    private void importBy(Way way) {
        new Importer(way, gap, pair[0], tally, () -> tally.rounds() >= ROUNDS || tally.unexpected() >= ROUNDS).run();
        pair[0].close();
    }

    private CompletableFuture<Void> checker() {
        return CompletableFuture.runAsync(() -> new Checker(BufferTaker.into(buffers)).serve(pair[1]));
    }

    /** Answers well, and spoils one byte: before it looks, or after it has written. */
    private CompletableFuture<Void> spoiler(boolean before) {
        return CompletableFuture.runAsync(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                try (ReceivedBuffer received = BufferTaker.into(buffers).takeFrom(pair[1]);
                        Mapping mapping = received.buffer().mmap();
                        CpuAccess cpu = mapping.cpuAccess(Access.READ_WRITE)) {
                    long seed = Question.receive(pair[1], SOON);
                    if (before) {
                        flip(cpu.segment());
                    }
                    long wrong = WordPattern.wrongBytes(cpu.segment(), seed);
                    WordPattern.fill(cpu.segment(), Checker.reply(seed));
                    if (!before) {
                        flip(cpu.segment());
                    }
                    Question.send(pair[1], wrong, SOON);
                }
            }
        });
    }

    private static void flip(MemorySegment memory) {
        memory.set(ValueLayout.JAVA_BYTE, 4095, (byte) ~memory.get(ValueLayout.JAVA_BYTE, 4095));
    }

    @Test
    void roundTripsInWhichAllIsWellCountNothing() {
        CompletableFuture<Void> checker = checker();
        importBy(memfds());
        checker.join();
        assertEquals(List.of(), tally.problems());
        assertEquals(ROUNDS, tally.rounds());
        assertEquals(0, tally.wrongBytes());
        assertTrue(tally.bytes() >= 2L * ROUNDS * 4096);
    }

    @Test
    void byteThatIsTornOnTheWayIsCounted() {
        CompletableFuture<Void> spoiler = spoiler(true);
        importBy(memfds());
        spoiler.join();
        assertEquals(List.of(), tally.problems());
        assertEquals(ROUNDS, tally.wrongBytes());
    }

    @Test
    void byteThatIsTornOnTheWayBackIsCounted() {
        CompletableFuture<Void> spoiler = spoiler(false);
        importBy(memfds());
        spoiler.join();
        // The one that was kept is looked at twice.
        assertEquals(ROUNDS + 1, tally.wrongBytes());
    }

    @Test
    void otherProcessThatHangsUpIsAFailure() {
        pair[1].close();
        importBy(memfds());
        assertEquals(0, tally.rounds());
        assertEquals(ROUNDS, tally.unexpected());
        assertTrue(tally.problems().getFirst().contains("EPIPE"), tally.problems()::toString);
    }

    @Test
    void refusalWhileNothingIsSwappedIsAFailure() {
        importBy(request -> {
            throw new ExporterGoneException("udmabuf");
        });
        assertEquals(ROUNDS, tally.unexpected());
        assertEquals(0, tally.timesGone());
    }

    @Test
    void refusalDuringASwapIsExcusedAndTheBufferComesAfterIt() {
        CompletableFuture<Void> checker = checker();
        gap.begin();
        Way memfds = memfds();
        importBy(request -> {
            if ((gap.epoch() & 1) != 0) {
                gap.end();
                throw new ExporterGoneException("udmabuf");
            }
            return memfds.export(request);
        });
        checker.join();
        assertEquals(List.of(), tally.problems());
        assertEquals(1, tally.timesGone());
        assertEquals(ROUNDS, tally.rounds());
        assertTrue(tally.longestPause() > 0);
    }

    @Test
    void anythingElseThatIsThrownDuringASwapIsAFailure() {
        gap.begin();
        importBy(request -> {
            throw new IllegalStateException("confused");
        });
        assertEquals(ROUNDS, tally.unexpected());
        assertTrue(tally.problems().getFirst().contains("confused"), tally.problems()::toString);
    }
}
