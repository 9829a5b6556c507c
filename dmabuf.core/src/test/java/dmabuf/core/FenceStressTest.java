package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Fence;
import dmabuf.api.FenceStatus;
import dmabuf.fd.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Eight threads export, merge, import, await, signal and close the same few fences. No wait is forgotten, and nothing stays open. */
@Timeout(120)
class FenceStressTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 1500;
    private static final int SHARED = 5;
    private static final Set<Errno> CLOSED = Set.of(Errno.EBADF, Errno.ECANCELED);

    private final long seed = Long.getLong("dmabuf.seed", System.nanoTime());
    private final Rig rig = new Rig();
    private final Vgem vgem = Vgem.of(rig);
    private final AtomicReferenceArray<Fence> fences = new AtomicReferenceArray<>(SHARED);
    private final List<DmaBuf> buffers = new ArrayList<>();
    private final Queue<Runnable> signals = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<FenceStatus>> stages = new ConcurrentLinkedQueue<>();
    private final AtomicInteger signalled = new AtomicInteger();
    private final AtomicInteger waited = new AtomicInteger();

    @Test
    void everythingAtOnceForgetsNoWaitAndLeavesNothingOpen() throws Exception {
        System.out.println("FenceStressTest: seed " + seed + "; again with -Ddmabuf.seed=" + seed);
        for (int i = 0; i < SHARED; i++) {
            buffers.add(rig.buffer(PAGE));
        }
        buffers.getFirst().exportFence(Access.READ).close();
        List<String> before = openFiles();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                done.add(pool.submit(() -> run(random)));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        signals.forEach(Runnable::run);
        for (int i = 0; i < SHARED; i++) {
            close(fences.getAndSet(i, null));
        }
        checkStages();
        assertTrue(signalled.get() > 100 && waited.get() > 100, () ->
                signalled + " stages were signalled, " + waited + " waits ended: the test has no teeth, seed " + seed);
        rig.core.close();
        assertEquals(before, openFiles(), () -> "seed " + seed);
        buffers.forEach(DmaBuf::close);
        vgem.close();
        rig.close();
    }

    private void checkStages() throws Exception {
        for (CompletableFuture<FenceStatus> stage : stages) {
            Throwable failure = stage.handle((status, thrown) -> thrown).get(30, TimeUnit.SECONDS);
            if (failure == null) {
                signalled.incrementAndGet();
            } else {
                assertEquals(Errno.ECANCELED, ((DmaBufException) failure).errno(), () -> "seed " + seed);
            }
        }
    }

    /** What sync files of the simulation and the wait for them are made of; the JVM opens other files as it loads classes. */
    private static List<String> openFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.map(FenceStressTest::target).filter(each -> each.matches("pipe:.*|anon_inode:.*event.*")).sorted().toList();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "gone";
        }
    }

    private void run(Random random) {
        for (int round = 0; round < ROUNDS; round++) {
            try {
                step(random, random.nextInt(SHARED));
            } catch (DmaBufException e) {
                if (!CLOSED.contains(e.errno())) {
                    throw new AssertionError("seed " + seed + ", round " + round, e);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void step(Random random, int slot) throws InterruptedException {
        Fence fence = fences.get(slot);
        DmaBuf buffer = buffers.get(random.nextInt(SHARED));
        switch (random.nextInt(9)) {
            case 0 -> begin(buffer, random);
            case 1, 2 -> {
                Runnable signal = signals.poll();
                if (signal != null) {
                    signal.run();
                }
            }
            case 3, 4 -> close(fences.getAndSet(slot, buffer.exportFence(Access.values()[random.nextInt(3)])));
            case 5 -> close(fence);
            case 6 -> {
                if (fence != null) {
                    fence.await(Duration.ofNanos(random.nextInt(2_000_000)));
                    waited.incrementAndGet();
                }
            }
            case 7 -> {
                if (fence != null) {
                    stages.add(fence.whenSignalled().toCompletableFuture());
                }
            }
            default -> combine(fence, buffer, random);
        }
    }

    private void begin(DmaBuf buffer, Random random) {
        try {
            signals.add(random.nextBoolean() ? vgem.read(buffer) : vgem.write(buffer));
        } catch (DmaBufException e) {
            assertEquals(Errno.EBUSY, e.errno()); // It is in use already.
        }
    }

    private void combine(Fence fence, DmaBuf buffer, Random random) {
        Fence other = fences.get(random.nextInt(SHARED));
        if (fence != null && other != null) {
            try (Fence both = fence.merge(other, "both")) {
                buffer.importFence(both, Access.values()[random.nextInt(3)]);
            }
        }
    }

    private static void close(Fence fence) {
        if (fence != null) {
            fence.close();
        }
    }
}
