package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Fence;
import dmabuf.api.FenceStatus;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DescriptorLimit;
import dmabuf.linux.DmaBufIoctl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiting for fences: with a deadline, with a stage, and what ends a wait early. */
@Timeout(60)
class FenceWaitTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final String WAITER = "dmabuf-fences";

    private final Rig rig = new Rig();
    private Vgem vgem;
    private DmaBuf buffer;
    private Runnable signal;
    private Fence fence;

    @BeforeEach
    void makeFence() {
        vgem = Vgem.of(rig);
        buffer = rig.buffer(PAGE);
        signal = vgem.write(buffer);
        fence = buffer.exportFence(Access.READ);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        rig.kernel.script = null;
        fence.close();
        buffer.close();
        vgem.close();
        rig.close();
        assertEquals(0, waiters(), "the thread ends with the core");
    }

    private static long waiters() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals(WAITER)).count();
    }

    /** A task on a thread of its own, and the thread. */
    private record Started<T>(FutureTask<T> task, Thread thread) {

        static <T> Started<T> of(Callable<T> call) {
            FutureTask<T> task = new FutureTask<>(call);
            return new Started<>(task, Thread.ofPlatform().daemon().start(task));
        }

        T get() throws Exception {
            return task.get(30, TimeUnit.SECONDS);
        }

        /** The exception that it ended with. */
        Throwable failure() {
            return assertThrows(ExecutionException.class, this::get).getCause();
        }

        void awaitParked() {
            Rig.await("it waits", () -> (thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING)
                    && Stream.of(thread.getStackTrace()).anyMatch(frame -> frame.getClassName().equals(SyncFence.class.getName())));
        }
    }

    private static Errno errno(Throwable thrown) {
        return ((DmaBufException) thrown).errno();
    }

    /** Has the kernel refuse to export sync files. */
    private void refuseExport(Errno errno) {
        rig.kernel.script = (fd, request, word) ->
                request == DmaBufIoctl.EXPORT_SYNC_FILE ? -errno.number() : ScriptedKernel.Script.PASS;
    }

    @Test
    void awaitEndsWithTheSignal() throws Exception {
        Started<Boolean> waits = Started.of(() -> fence.await(LONG));
        waits.awaitParked();
        signal.run();
        assertTrue(waits.get());
        assertTrue(fence.await(Duration.ZERO));
    }

    @Test
    void awaitEndsWithItsTimeAndCanBeCalledAgain() throws Exception {
        long before = System.nanoTime();
        assertFalse(fence.await(Duration.ofMillis(20)));
        assertTrue(System.nanoTime() - before >= 20_000_000);
        assertFalse(fence.await(Duration.ZERO));
        assertFalse(fence.await(Duration.ofSeconds(-1)));
        signal.run();
        assertTrue(fence.await(Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @Test
    void interruptEndsTheWaitAndNotTheFence() throws Exception {
        Started<Boolean> waits = Started.of(() -> fence.await(LONG));
        waits.awaitParked();
        waits.thread().interrupt();
        assertSame(InterruptedException.class, waits.failure().getClass());
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> fence.await(LONG), "interrupted before");
        assertFalse(Thread.currentThread().isInterrupted());
        signal.run();
        assertTrue(fence.await(LONG));
    }

    @Test
    void manyVirtualThreadsWaitAtOnce() throws Exception {
        List<FutureTask<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            FutureTask<Boolean> task = new FutureTask<>(() -> fence.await(LONG));
            tasks.add(task);
            Thread.startVirtualThread(task);
        }
        Rig.await("somebody waits", () -> waiters() == 1);
        signal.run();
        for (FutureTask<Boolean> task : tasks) {
            assertTrue(task.get());
        }
    }

    @Test
    void closingTheFenceEndsItsWaits() throws Exception {
        Started<Boolean> waits = Started.of(() -> fence.await(LONG));
        waits.awaitParked();
        CompletableFuture<FenceStatus> stage = fence.whenSignalled().toCompletableFuture();
        fence.close();
        Throwable thrown = waits.failure();
        assertEquals(Errno.ECANCELED, errno(thrown));
        assertTrue(thrown.getMessage().contains("closed meanwhile"), thrown.getMessage());
        assertEquals(Errno.ECANCELED, errno(assertThrows(ExecutionException.class, stage::get).getCause()));
        signal.run();
    }

    @Test
    void stoppingCoreEndsItsWaitsAndTheThread() throws Exception {
        Started<Boolean> waits = Started.of(() -> fence.await(LONG));
        waits.awaitParked();
        CompletableFuture<FenceStatus> stage = fence.whenSignalled().toCompletableFuture();
        assertEquals(1, waiters());
        rig.core.close();
        assertEquals(0, waiters());
        Throwable thrown = waits.failure();
        assertEquals(Errno.ECANCELED, errno(thrown));
        assertTrue(thrown.getMessage().contains("the core has stopped"), thrown.getMessage());
        assertEquals(Errno.ECANCELED, errno(assertThrows(ExecutionException.class, stage::get).getCause()));
    }

    @Test
    void awaitWorksAfterTheCoreHasStopped() throws Exception {
        rig.core.close();
        Rig.assertErrno(Errno.ECANCELED, fence::whenSignalled);
        assertFalse(fence.await(Duration.ofMillis(5)));
        Started<Boolean> interrupted = Started.of(() -> fence.await(LONG));
        interrupted.thread().interrupt();
        assertSame(InterruptedException.class, interrupted.failure().getClass());
        Started<Boolean> waits = Started.of(() -> fence.await(LONG));
        signal.run();
        assertTrue(waits.get());
        assertEquals(FenceStatus.SIGNALLED, fence.whenSignalled().toCompletableFuture().get());
    }

    @Test
    void closingTheFenceEndsAWaitAfterTheCoreHasStopped() {
        rig.core.close();
        Started<Boolean> waits = Started.of(() -> fence.await(LONG));
        Rig.await("it polls", () -> waits.thread().getStackTrace().length > 0);
        fence.close();
        Throwable thrown = waits.failure();
        // Closed before the wait began, or meanwhile.
        assertTrue(errno(thrown) == Errno.ECANCELED || errno(thrown) == Errno.EBADF, thrown::toString);
    }

    @Test
    void stageIsCompletedOnAVirtualThread() throws Exception {
        CompletableFuture<Thread> by = fence.whenSignalled()
                .thenApply(status -> {
                    assertEquals(FenceStatus.SIGNALLED, status);
                    return Thread.currentThread();
                })
                .toCompletableFuture();
        assertFalse(by.isDone());
        signal.run();
        assertTrue(by.get().isVirtual());
    }

    @Test
    void stageOfWhatIsOverIsComplete() {
        signal.run();
        CompletableFuture<FenceStatus> stage = fence.whenSignalled().toCompletableFuture();
        assertTrue(stage.isDone());
        assertEquals(FenceStatus.SIGNALLED, stage.join());
        assertEquals(0, waiters(), "nobody had to wait");
    }

    @Test
    void whatDependsOnAStageMayBlock() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        CompletableFuture<Void> blocked = fence.whenSignalled()
                .thenAccept(status -> {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                })
                .toCompletableFuture();
        CompletableFuture<FenceStatus> same = fence.whenSignalled().toCompletableFuture();
        try (DmaBuf other = rig.buffer(PAGE)) {
            Runnable signalOther = vgem.write(other);
            try (Fence second = other.exportFence(Access.READ)) {
                CompletableFuture<FenceStatus> stage = second.whenSignalled().toCompletableFuture();
                signal.run();
                assertEquals(FenceStatus.SIGNALLED, same.get());
                signalOther.run();
                assertEquals(FenceStatus.SIGNALLED, stage.get());
                assertTrue(second.await(LONG));
            }
        }
        assertFalse(blocked.isDone());
        released.countDown();
        blocked.get();
    }

    @Test
    void whatDependsOnAStageMayCloseTheFenceAndTheCore() throws Exception {
        CompletableFuture<Void> done = fence.whenSignalled()
                .thenAccept(status -> {
                    fence.close();
                    rig.core.close();
                })
                .toCompletableFuture();
        signal.run();
        done.get();
    }

    @Test
    void stageThatACallerCompletesIsHisOwn() throws Exception {
        CompletableFuture<FenceStatus> mine = fence.whenSignalled().toCompletableFuture();
        assertTrue(mine.cancel(true));
        CompletableFuture<FenceStatus> other = fence.whenSignalled().toCompletableFuture();
        assertFalse(other.isDone());
        signal.run();
        assertEquals(FenceStatus.SIGNALLED, other.get());
    }

    @Test
    void oneThreadWaitsForAllFencesAndEndsWhenThereAreNone() throws Exception {
        List<Fence> fences = new ArrayList<>();
        List<CompletableFuture<FenceStatus>> stages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Fence each = buffer.exportFence(Access.READ);
            fences.add(each);
            stages.add(each.whenSignalled().toCompletableFuture());
            stages.add(each.whenSignalled().toCompletableFuture());
        }
        assertEquals(1, waiters());
        signal.run();
        for (CompletableFuture<FenceStatus> stage : stages) {
            assertEquals(FenceStatus.SIGNALLED, stage.get());
        }
        fences.forEach(Fence::close);
        Rig.await("the idle thread ends", () -> waiters() == 0);
    }

    @Test
    void awaitReadyWaitsForFencesThatAreAddedMeanwhileToo() throws Exception {
        try (DmaBuf other = rig.buffer(PAGE)) {
            Runnable later = vgem.write(other);
            try (Fence second = other.exportFence(Access.READ)) {
                Started<Boolean> waits = Started.of(() -> buffer.awaitReady(Access.READ, LONG));
                waits.awaitParked();
                buffer.importFence(second, Access.WRITE);
                signal.run();
                assertFalse(buffer.awaitReady(Access.READ, Duration.ofMillis(5)));
                assertFalse(waits.task().isDone());
                later.run();
                assertTrue(waits.get());
            }
        }
    }

    @Test
    void stoppingCoreEndsAwaitReadyWhichCanBeCalledAgain() throws Exception {
        Started<Boolean> waits = Started.of(() -> buffer.awaitReady(Access.READ, LONG));
        waits.awaitParked();
        rig.core.close();
        assertEquals(Errno.ECANCELED, errno(waits.failure()));
        assertFalse(buffer.awaitReady(Access.READ, Duration.ofMillis(5)));
        signal.run();
        assertTrue(buffer.awaitReady(Access.READ, LONG));
    }

    @Test
    void closingTheHandleLeavesAwaitReadyInPeace() throws Exception {
        Started<Boolean> waits = Started.of(() -> buffer.awaitReady(Access.READ, LONG));
        waits.awaitParked();
        buffer.close();
        assertFalse(waits.task().isDone());
        signal.run();
        assertTrue(waits.get());
    }

    @Test
    void awaitReadyIsInterruptible() throws Exception {
        Started<Boolean> waits = Started.of(() -> buffer.awaitReady(Access.READ, LONG));
        waits.awaitParked();
        waits.thread().interrupt();
        assertSame(InterruptedException.class, waits.failure().getClass());
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> buffer.awaitReady(Access.READ, LONG));
        signal.run();
        assertTrue(buffer.awaitReady(Access.READ_WRITE, Duration.ZERO));
    }

    @Test
    void awaitReadyNeedsNoSyncFiles() throws Exception {
        for (Errno errno : new Errno[] {Errno.ENOTTY, Errno.EMFILE, Errno.ENOMEM}) {
            refuseExport(errno);
            assertFalse(buffer.awaitReady(Access.READ, Duration.ofMillis(5)));
            Started<Boolean> interrupted = Started.of(() -> buffer.awaitReady(Access.READ, LONG));
            Rig.await("it sleeps in poll", () -> rig.simulated.machine().sleepers() == 1);
            rig.simulated.machine().interruptCalls();
            interrupted.thread().interrupt();
            assertSame(InterruptedException.class, interrupted.failure().getClass());
        }
        Started<Boolean> waits = Started.of(() -> buffer.awaitReady(Access.READ, LONG));
        Rig.await("it sleeps in poll", () -> rig.simulated.machine().sleepers() == 1);
        signal.run();
        assertTrue(waits.get());
    }

    @Test
    void exportTellsThatAKernelHasNoSyncFiles() {
        refuseExport(Errno.ENOTTY);
        DmaBufException refused = Rig.assertErrno(Errno.ENOTTY, () -> buffer.exportFence(Access.READ));
        assertTrue(refused.getMessage().contains("CONFIG_SYNC_FILE"), refused.getMessage());
    }

    @Test
    void awaitNeedsNoDescriptorAndAStageSaysThatThereIsNone() throws Exception {
        assertFalse(fence.await(Duration.ofMillis(1))); // All that this needs is loaded now.
        List<Boolean> answers = new ArrayList<>();
        try (CoreDmaBufs other = new CoreDmaBufs();
                Fence again = other.fenceOf(fence.fd())) {
            DescriptorLimit.whileLow(() -> {
                List<Fd> taken = exhaust();
                Rig.assertErrno(Errno.EMFILE, again::whenSignalled);
                try {
                    answers.add(again.await(Duration.ofMillis(5)));
                    signal.run();
                    answers.add(again.await(LONG));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                } finally {
                    taken.forEach(Fd::close);
                }
            });
        }
        assertEquals(List.of(false, true), answers);
    }

    private List<Fd> exhaust() {
        List<Fd> taken = new ArrayList<>();
        DmaBufException full = assertThrows(DmaBufException.class, () -> {
            while (true) {
                taken.add(buffer.fd());
            }
        });
        assertEquals(Errno.EMFILE, full.errno());
        return taken;
    }
}
