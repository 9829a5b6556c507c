package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.fd.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** Eight threads do everything at once, on the same few buffers, while exporters come and go. At the end nothing is open. */
class StressTest {

    private static final int THREADS = 8;
    private static final int ROUNDS = 6_000;
    private static final int SHARED = 6;

    private final long seed = Long.getLong("dmabuf.seed", System.nanoTime());
    private final Rig rig = new Rig();
    private final AtomicReferenceArray<DmaBuf> buffers = new AtomicReferenceArray<>(SHARED);
    private final AtomicReferenceArray<Mapping> mappings = new AtomicReferenceArray<>(SHARED);
    private final Selection selection = rig.core.select(Requirements.none().mmap());
    private final AtomicInteger exported = new AtomicInteger();
    private final AtomicInteger orphans = new AtomicInteger();
    private final AtomicInteger accesses = new AtomicInteger();

    @Test
    void everythingAtOnceLeavesNothingOpen() throws Exception {
        System.out.println("StressTest: seed " + seed + "; again with -Ddmabuf.seed=" + seed);
        Map<String, List<BufferState>> told = new ConcurrentHashMap<>();
        rig.core.listen(info -> told.computeIfAbsent(info.id().toString(), id -> new ArrayList<>()).add(info.state()));
        rig.add("steady");
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Random random = new Random(seed + i);
                boolean swaps = i == 0;
                done.add(pool.submit(() -> run(random, swaps)));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        for (int i = 0; i < SHARED; i++) {
            drop(i);
        }
        assertEquals(List.of(), rig.core.census());
        assertEquals(List.of(), rig.log.at(Level.WARNING));
        assertTrue(exported.get() > 100 && orphans.get() > 0 && accesses.get() > 1000, () ->
                exported + " exported, " + orphans + " orphaned, " + accesses + " accesses: the test has no teeth");
        rig.close();
        told.values().forEach(states -> assertEquals(
                BufferState.CLOSED, states.getLast(), () -> "told " + states + ", seed " + seed));
    }

    private void run(Random random, boolean swaps) {
        ExporterRegistration mine = null;
        for (int round = 0; round < ROUNDS; round++) {
            int slot = random.nextInt(SHARED);
            if (swaps && round % 20 == 0) {
                if (mine != null) {
                    mine.close();
                }
                mine = rig.add(TestExporter.properties("swapped"), 1);
            }
            try {
                step(random, slot);
            } catch (BufferClosedException e) {
                assertEquals(Errno.EBADF, e.errno()); // Another thread was quicker.
            } catch (DmaBufException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
        if (mine != null) {
            mine.close();
        }
    }

    private void step(Random random, int slot) {
        DmaBuf buffer = buffers.get(slot);
        Mapping mapping = mappings.get(slot);
        switch (random.nextInt(10)) {
            case 0 -> replace(slot, random);
            case 1 -> {
                if (buffer != null) {
                    close(mappings.getAndSet(slot, buffer.mmap()));
                }
            }
            case 2 -> {
                if (buffer != null) {
                    try (DmaBuf other = buffer.retain()) {
                        other.rename("n" + random.nextInt(100));
                        orphans.addAndGet(other.state() == BufferState.ORPHANED ? 1 : 0);
                    }
                }
            }
            case 3 -> {
                if (buffer != null) {
                    rig.core.importFd(buffer.fd()).close();
                }
            }
            case 4 -> {
                if (mapping != null) {
                    mapping.close();
                }
            }
            case 5 -> assertTrue(rig.core.census().size() <= SHARED + 3 * THREADS);
            default -> {
                if (mapping != null) {
                    access(mapping, random);
                }
            }
        }
    }

    private void access(Mapping mapping, Random random) {
        try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
            long offset = 8L * random.nextInt(64);
            access.segment().set(JAVA_LONG, offset, offset);
            if (random.nextInt(4) == 0) {
                mapping.close(); // The memory stays for this scope and for those of the other threads.
            }
            assertEquals(offset, access.segment().get(JAVA_LONG, offset));
            accesses.incrementAndGet();
        }
    }

    private void replace(int slot, Random random) {
        DmaBuf fresh = selection.export(ExportRequest.ofSize((1 + random.nextInt(4)) * PAGE));
        exported.incrementAndGet();
        DmaBuf old = buffers.getAndSet(slot, fresh);
        if (old != null) {
            old.close();
        }
    }

    private void drop(int slot) {
        close(mappings.getAndSet(slot, null));
        DmaBuf buffer = buffers.getAndSet(slot, null);
        if (buffer != null) {
            buffer.close();
        }
    }

    private static void close(Mapping mapping) {
        if (mapping != null) {
            mapping.close();
        }
    }
}
