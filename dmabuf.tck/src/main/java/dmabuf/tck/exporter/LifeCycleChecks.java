package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dmabuf.api.DmaBufException;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;

/** The service comes and goes with the device and the bundle, and serves many at once. */
interface LifeCycleChecks {

    int THREADS = 8;
    int EXPORTS = 10;
    /** How long a call waits for the others to arrive. Who lets only one in at a time is right too, and waits this long once. */
    int RENDEZVOUS_MILLIS = 200;

    @Test
    default void serviceGoesWithTheDeviceAndComesBackWithIt(Workbench bench) {
        bench.unplug();
        Patience.await(Workbench.PATIENCE_MILLIS, () -> bench.reference() == null, () -> "the device is gone, and its service is still"
                + " there after " + Workbench.PATIENCE_MILLIS + " ms: unregister it; DriverComponent and DeviceTracker of dmabuf.linux do");
        bench.plug();
        Patience.await(Workbench.PATIENCE_MILLIS, () -> bench.reference() != null, () -> "the device has come back, and its service has not"
                + " within " + Workbench.PATIENCE_MILLIS + " ms: watch Devices, as DeviceTracker of dmabuf.linux does");
        usable(bench, "the device has come back");
    }

    @Test
    default void restartedBundleServesAgain(Workbench bench) throws BundleException {
        bench.bundle().stop();
        bench.bundle().start();
        Patience.await(Workbench.PATIENCE_MILLIS, () -> bench.reference() != null,
                () -> "the bundle was stopped and started, and registers no service any more: keep no state in static fields");
        usable(bench, "the bundle was stopped and started");
    }

    private static void usable(Workbench bench, String when) {
        try {
            bench.export(Workbench.PAGE).assertUsable(when);
        } catch (DmaBufException | IllegalStateException e) {
            throw new AssertionError(when + ", and export fails: " + e.getMessage(), e);
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void eightThreadsExportAtTheSameTime(Workbench bench) {
        Exporter exporter = bench.exporter();
        long[] alone = IntStream.range(0, THREADS).mapToLong(number -> bench.export(size(number)).size()).toArray();
        Set<Thread> inside = ConcurrentHashMap.newKeySet();
        CountDownLatch together = new CountDownLatch(THREADS);
        // Everybody's first call waits until all are in the middle of an export.
        bench.kernel().interfere(call -> {
            if (inside.add(Thread.currentThread())) {
                together.countDown();
                awaitQuietly(together);
            }
            return 0;
        });
        var tasks = IntStream.range(0, THREADS)
                .mapToObj(number -> Background.start("importer " + number, () -> exportAndCheck(bench, exporter, number, alone[number])))
                .toList();
        Set<Long> identities = ConcurrentHashMap.newKeySet();
        boolean makes = bench.makesMemory();
        tasks.forEach(task -> {
            for (long inode : Background.result(task, "an export beside seven others")) {
                assertTrue(identities.add(inode) || !makes, "two threads were given the same dma-buf: keep what belongs to one export in"
                        + " local variables");
            }
        });
        assertTrue(!makes || identities.size() == THREADS * EXPORTS, identities::toString);
    }

    /** Keeps its buffers until it has made them all, so that their identities can be compared. */
    private static long[] exportAndCheck(Workbench bench, Exporter exporter, int number, long alone) {
        long[] identities = new long[EXPORTS];
        for (int i = 0; i < EXPORTS; i++) {
            Made made = bench.take(exporter, bench.request(size(number)));
            identities[i] = made.identity().inode();
            assertEquals(alone, made.size(), () -> "beside other threads, a buffer of " + size(number)
                    + " bytes has another size than alone: keep what belongs to one export in local variables");
            for (ExportedBuffer.Mode mode : made.mappable()) {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment memory = made.map(mode, mode.mode().policy().access().writes(), arena);
                    if (!mode.mode().policy().access().writes()) {
                        continue;
                    }
                    made.write(memory, number);
                    assertEquals(-1, made.mismatch(memory, 0, number), "somebody else writes into the same buffer");
                }
            }
        }
        return identities;
    }

    /** Of another size than any other thread's, and never the one page that other tests ask for. */
    private static long size(int number) {
        return Workbench.PAGE * (2 + number);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(RENDEZVOUS_MILLIS, TimeUnit.MILLISECONDS)) {
                // The others cannot come in: then nobody waits for them any more.
                IntStream.range(0, THREADS).forEach(i -> latch.countDown());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What runs beside the test. */
    final class Background {

        private Background() {}

        static <T> FutureTask<T> start(String name, Callable<T> action) {
            FutureTask<T> task = new FutureTask<>(action);
            Thread.ofPlatform().daemon().name(name).start(task);
            return task;
        }

        /** Waits for a result. What was thrown is the test's failure, in words. */
        static <T> T result(FutureTask<T> task, String what) {
            try {
                return task.get(Workbench.PATIENCE_MILLIS * 4L, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof AssertionError failure) {
                    throw failure;
                }
                return fail(what + " threw " + e.getCause(), e.getCause());
            } catch (TimeoutException e) {
                return fail(what + " did not return", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return fail(what + ": interrupted", e);
            }
        }
    }
}
