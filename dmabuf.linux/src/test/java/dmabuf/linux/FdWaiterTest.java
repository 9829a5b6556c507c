package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread that waits for many descriptors, tried on pipes. */
@Timeout(60)
class FdWaiterTest {

    private static final String THREAD = "waiter under test";

    private final LinuxSyscalls linux = new LinuxSyscalls();
    private final FdWaiter waiter = new FdWaiter(THREAD);
    private final List<Pipe> pipes = new ArrayList<>();

    /** Remembers what it was told, and fails when that is told twice. */
    private static final class Told implements FdWaiter.Listener {

        final CompletableFuture<Thread> by = new CompletableFuture<>();

        @Override
        public void ready() {
            assertTrue(by.complete(Thread.currentThread()), "told twice");
        }

        @Override
        public void ended(DmaBufException why) {
            assertTrue(by.completeExceptionally(why), "told twice");
        }

        Thread get() throws Exception {
            return by.get(30, TimeUnit.SECONDS);
        }

        Errno failure() throws Exception {
            ExecutionException e = assertThrows(ExecutionException.class, this::get);
            return ((DmaBufException) e.getCause()).errno();
        }
    }

    @AfterEach
    void close() {
        waiter.close();
        pipes.forEach(pipe -> {
            linux.close(pipe.readEnd());
            linux.close(pipe.writeEnd());
        });
        assertNull(thread(), "the thread has ended");
    }

    private Pipe pipe() {
        Pipe pipe = Pipe.open();
        pipes.add(pipe);
        return pipe;
    }

    private void write(Pipe pipe) {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(1, linux.write(pipe.writeEnd(), arena.allocate(1)));
        }
    }

    private Told watch(Pipe pipe) {
        Told told = new Told();
        waiter.watch(pipe.readEnd(), Posix.POLLIN, told);
        return told;
    }

    private static Thread thread() {
        return Thread.getAllStackTraces().keySet().stream().filter(each -> each.getName().equals(THREAD)).findAny().orElse(null);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "waited in vain: " + what);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** How many descriptors of epoll and of eventfd are open. */
    private static long queues() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(link -> target(link).matches("anon_inode:\\[event(poll|fd)]")).count();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "gone";
        }
    }

    @Test
    void readyDescriptorIsToldOnceOnTheOneThread() throws Exception {
        Pipe one = pipe();
        Pipe two = pipe();
        Told first = watch(one);
        Told second = watch(two);
        assertFalse(first.by.isDone());
        write(one);
        Thread by = first.get();
        assertEquals(THREAD, by.getName());
        assertTrue(by.isDaemon());
        assertFalse(second.by.isDone());
        write(two);
        assertEquals(by, second.get());
    }

    @Test
    void whatIsReadyAlreadyIsToldOnTheThreadToo() throws Exception {
        Pipe pipe = pipe();
        write(pipe);
        assertEquals(THREAD, watch(pipe).get().getName());
    }

    @Test
    void descriptorCanBeWatchedAgainAfterItsWait() throws Exception {
        Pipe pipe = pipe();
        write(pipe);
        watch(pipe).get();
        watch(pipe).get();
    }

    @Test
    void otherEndThatHangsUpEndsTheWait() throws Exception {
        Pipe pipe = Pipe.open();
        Told told = watch(pipe);
        linux.close(pipe.writeEnd());
        told.get();
        linux.close(pipe.readEnd());
    }

    @Test
    void cancelledWaitIsNotTold() throws Exception {
        Pipe pipe = pipe();
        Pipe other = pipe();
        Told told = new Told();
        FdWaiter.Watch watch = waiter.watch(pipe.readEnd(), Posix.POLLIN, told);
        assertTrue(watch.cancel());
        assertFalse(watch.cancel());
        write(pipe);
        write(other);
        watch(other).get();
        assertFalse(told.by.isDone());
        watch(pipe).get();
    }

    @Test
    void cancellingAfterTheEventTellsThatItWasTold() throws Exception {
        Pipe pipe = pipe();
        write(pipe);
        Told told = new Told();
        FdWaiter.Watch watch = waiter.watch(pipe.readEnd(), Posix.POLLIN, told);
        told.get();
        assertFalse(watch.cancel());
    }

    @Test
    void idleThreadEndsWithItsDescriptorsAndStartsAgain() throws Exception {
        long before = queues();
        Pipe pipe = pipe();
        FdWaiter.Watch watch = waiter.watch(pipe.readEnd(), Posix.POLLIN, new Told());
        assertEquals(before + 2, queues());
        assertTrue(watch.cancel());
        await("the thread ends", () -> thread() == null);
        assertEquals(before, queues());
        write(pipe);
        watch(pipe).get();
    }

    @Test
    void threadStaysForAWaitThatBeganWhileItWasIdle() throws Exception {
        Pipe pipe = pipe();
        assertTrue(waiter.watch(pipe.readEnd(), Posix.POLLIN, new Told()).cancel());
        Thread idle = thread();
        Told told = watch(pipe);
        // Longer than it lingers when there is nothing to wait for.
        assertFalse(idle.join(java.time.Duration.ofMillis(1500)));
        write(pipe);
        assertEquals(idle, told.get());
    }

    @Test
    void closeEndsEveryWaitAndTheThread() throws Exception {
        Told first = watch(pipe());
        Told second = watch(pipe());
        waiter.close();
        assertEquals(Errno.ECANCELED, first.failure());
        assertEquals(Errno.ECANCELED, second.failure());
        assertNull(thread());
        DmaBufException refused = assertThrows(DmaBufException.class, () -> watch(pipe()));
        assertEquals(Errno.ECANCELED, refused.errno());
        waiter.close();
    }

    @Test
    void listenerMayCloseTheWaiter() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Pipe pipe = pipe();
        Told other = watch(pipe());
        waiter.watch(pipe.readEnd(), Posix.POLLIN, new FdWaiter.Listener() {
            @Override
            public void ready() {
                waiter.close();
                closed.complete(null);
            }

            @Override
            public void ended(DmaBufException why) {
                closed.completeExceptionally(why);
            }
        });
        write(pipe);
        closed.get(30, TimeUnit.SECONDS);
        assertEquals(Errno.ECANCELED, other.failure());
        await("the thread ends", () -> thread() == null);
    }

    @Test
    void listenerThatThrowsHarmsNoOther() throws Exception {
        Pipe bad = pipe();
        waiter.watch(bad.readEnd(), Posix.POLLIN, new FdWaiter.Listener() {
            @Override
            public void ready() {
                throw new IllegalStateException("a listener's own fault");
            }

            @Override
            public void ended(DmaBufException why) {}
        });
        Pipe good = pipe();
        Told told = watch(good);
        write(bad);
        write(good);
        told.get();
    }

    @Test
    void whatCannotBeWaitedForIsRefused() throws Exception {
        Pipe pipe = pipe();
        watch(pipe);
        assertEquals(Errno.EEXIST, assertThrows(DmaBufException.class, () -> watch(pipe)).errno());
        assertEquals(Errno.EBADF, assertThrows(DmaBufException.class, () -> watch(new Pipe(-1, -1))).errno());
        int memfd = linux.memfdCreate("regular", 0);
        try {
            DmaBufException e = assertThrows(DmaBufException.class, () -> watch(new Pipe(memfd, -1)));
            assertEquals(Errno.EPERM, e.errno());
        } finally {
            linux.close(memfd);
        }
    }

    @Test
    void noDescriptorLeftIsEmfileAndLeavesNothingBehind() throws Exception {
        Pipe pipe = pipe();
        watch(pipe);
        waiter.close();
        try (FdWaiter second = new FdWaiter(THREAD)) {
            DescriptorLimit.whileLow(() -> {
                List<Integer> taken = new ArrayList<>();
                for (int fd = linux.dup(pipe.readEnd()); fd >= 0; fd = linux.dup(pipe.readEnd())) {
                    taken.add(fd);
                }
                linux.close(taken.removeLast()); // Enough for an epoll, and not for an eventfd.
                for (int i = 0; i < 3; i++) {
                    DmaBufException e =
                            assertThrows(DmaBufException.class, () -> second.watch(pipe.readEnd(), Posix.POLLIN, new Told()));
                    assertEquals(Errno.EMFILE, e.errno());
                }
                int free = linux.dup(pipe.readEnd());
                assertTrue(free >= 0, "the one that was free is free");
                linux.close(free);
                taken.forEach(linux::close);
            });
        }
    }

    @Test
    void eightThreadsThatWatchWriteAndCancelLoseNoEvent() throws Exception {
        long seed = Long.getLong("dmabuf.seed", System.nanoTime());
        System.out.println("FdWaiterTest: seed " + seed + "; again with -Ddmabuf.seed=" + seed);
        AtomicInteger ready = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        List<CompletableFuture<Void>> threads = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> watchAtRandom(new Random(seed + i), ready, cancelled), each ->
                        Thread.ofPlatform().start(each)))
                .toList();
        for (CompletableFuture<Void> each : threads) {
            each.get();
        }
        assertEquals(8 * 300, ready.get() + cancelled.get());
        assertTrue(ready.get() > 100 && cancelled.get() > 100, () -> ready + " ready, " + cancelled + " cancelled, seed " + seed);
    }

    private void watchAtRandom(Random random, AtomicInteger ready, AtomicInteger cancelled) {
        for (int i = 0; i < 300; i++) {
            Pipe pipe = Pipe.open();
            Told told = new Told();
            FdWaiter.Watch watch = waiter.watch(pipe.readEnd(), Posix.POLLIN, told);
            boolean written = random.nextBoolean();
            if (written) {
                write(pipe);
            }
            if ((!written || random.nextInt(3) == 0) && watch.cancel()) {
                assertFalse(told.by.isDone());
                cancelled.incrementAndGet();
            } else {
                told.by.join();
                ready.incrementAndGet();
            }
            linux.close(pipe.readEnd());
            linux.close(pipe.writeEnd());
        }
    }
}
