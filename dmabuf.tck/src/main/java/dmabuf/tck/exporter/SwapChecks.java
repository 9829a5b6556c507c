package dmabuf.tck.exporter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.ProcessResources;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import dmabuf.tck.exporter.LifeCycleChecks.Background;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;

/** The bundle goes while it is at work and while its buffers are in use. */
interface SwapChecks {

    @Test
    default void exporterServesUntilItsServiceIsUnregistered(Workbench bench) throws BundleException {
        List<String> failures = new ArrayList<>();
        AtomicBoolean asked = new AtomicBoolean();
        Exporter exporter = bench.exporter();
        ServiceReference<Exporter> mine = bench.reference();
        // Called in the middle of the unregistering, by whoever stops the bundle: the last moment at which the core may call.
        ServiceListener last = event -> {
            if (event.getType() == ServiceEvent.UNREGISTERING && event.getServiceReference().equals(mine)) {
                asked.set(true);
                try {
                    bench.take(exporter, bench.request(Workbench.PAGE)).assertUsable("made while the service is unregistered");
                } catch (RuntimeException | AssertionError e) {
                    failures.add(e.toString());
                }
            }
        };
        bench.container().context().addServiceListener(last);
        try {
            bench.bundle().stop();
        } finally {
            bench.container().context().removeServiceListener(last);
        }
        assertTrue(asked.get(), "the bundle stopped, and its service was not unregistered");
        assertEquals(List.of(), failures, "exports are called until the service is gone: unregister it first, and close what it works"
                + " with then");
    }

    @Test
    default void stoppingTheBundleWaitsForNoExport(Workbench bench) {
        Held held = Held.exporting(bench);
        FutureTask<Boolean> stop = stopping(bench);
        try {
            assertTrue(Patience.waitFor(Workbench.PATIENCE_MILLIS, stop::isDone), () -> "an export is held up in the kernel, and the"
                    + " bundle has"
                    + " not stopped after " + Workbench.PATIENCE_MILLIS + " ms: whoever stops a bundle must not wait for a device. Take"
                    + " no lock in deactivate that export holds; the core has waited for calls already, as long as is reasonable");
        } finally {
            held.letGo();
        }
        Background.result(stop, "stopping the bundle");
        held.outcome();
    }

    @Test
    default void exportThatOutlivesItsBundleEndsWell(Workbench bench) {
        Held held = Held.exporting(bench);
        FutureTask<Boolean> stop = stopping(bench);
        // One that waits for the export is not to blame here.
        Patience.waitFor(Workbench.PATIENCE_MILLIS / 10, stop::isDone);
        held.letGo();
        Background.result(stop, "stopping the bundle");
        Object outcome = held.outcome();
        switch (outcome) {
            case Made made -> made.assertUsable("the bundle stopped during the export");
            case DmaBufException e -> assertTrue(
                    ErrnoChecks.GONE.contains(e.errno()) || e.errno() == Errno.EBADF, () -> e.getMessage()
                            + ". An export that is overtaken by the end of its bundle returns its buffer, or says ENODEV");
            default -> fail("the bundle stopped during an export, which then threw " + outcome + ": return the buffer, or throw a"
                    + " DmaBufException with ENODEV; set no field to null that export uses", (Throwable) outcome);
        }
    }

    private static FutureTask<Boolean> stopping(Workbench bench) {
        return Background.start("who stops the bundle", () -> {
            bench.bundle().stop();
            return true;
        });
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void stoppedBundleLeavesNothingOpen(Workbench bench) throws BundleException {
        bench.export(Workbench.PAGE).close();
        bench.bundle().stop();
        ProcessResources more = ProcessResources.now().since(bench.before());
        assertTrue(more.dmaBufs() == 0 && more.memfds() == 0 && more.devices() == 0 && more.mappings() == 0, () -> "left open: " + more
                + ". Close what the exporter holds when it is deactivated: nodes, memfds, mappings");
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void buffersStayUsableWhenTheBundleIsRemoved(Workbench bench) throws BundleException {
        Made made = bench.export(2 * Workbench.PAGE);
        Made unmapped = bench.export(Workbench.PAGE);
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> mapped = new ArrayList<>();
            for (ExportedBuffer.Mode mode : made.mappable()) {
                mapped.add(made.map(mode, mode.mode().policy().access().writes(), arena));
            }
            if (made.mappable().stream().allMatch(mode -> mode.mode().policy().access().writes())) {
                mapped.forEach(memory -> made.write(memory, 5));
            }
            List<byte[]> before = mapped.stream().map(made::contents).toList();
            bench.bundle().uninstall();
            bench.container().refresh(bench.bundle());
            String advice = ": its descriptors are the core's from the moment of export on; close, shrink or reuse nothing of it when"
                    + " the bundle stops";
            try {
                for (int i = 0; i < mapped.size(); i++) {
                    assertArrayEquals(before.get(i), made.contents(mapped.get(i)), () -> "the bundle is gone, and the contents of its"
                            + " buffer are too" + advice);
                }
                unmapped.assertUsable("the bundle is gone");
            } catch (DmaBufException | IllegalStateException e) {
                throw new AssertionError("the bundle is gone, and its buffer cannot be used any more: " + e.getMessage() + advice, e);
            }
        }
    }

    @Test
    @Tag(ExporterConformance.ASKS_KERNEL)
    default void releaseWorksWhenTheBundleIsRemoved(Workbench bench) throws BundleException {
        Made made = bench.export(Workbench.PAGE);
        bench.bundle().uninstall();
        bench.container().refresh(bench.bundle());
        try {
            made.release();
        } catch (RuntimeException | LinkageError e) {
            fail("the bundle is gone, the last reference of a buffer goes, and BufferOps.release threw " + e + ": a buffer may be the"
                    + " last that is left of its exporter. Let release work without what is closed when the bundle stops, and have"
                    + " loaded in BufferOps.exported whatever classes it needs", e);
        }
    }

    @Test
    default void classLoaderGoesWhileBuffersAreHeld(Workbench bench) throws BundleException {
        WeakReference<ClassLoader> loader = exportAndRemove(bench);
        // Those in which it has a part keep it until they are closed.
        bench.giveBackWhatNeedsTheExporter();
        Patience.await(Workbench.PATIENCE_MILLIS, () -> {
            System.gc();
            return loader.get() == null;
        }, () -> "the bundle is removed, its buffers are still held, and its class loader is not collected: something outside leads to its"
                + " classes. Look for threads that still run, shutdown hooks, thread locals, listeners that were not removed, and an Fd"
                + " whose kernel is a class of the bundle");
    }

    /** In a frame of its own, so that nothing of the exporter stays on the stack. */
    private static WeakReference<ClassLoader> exportAndRemove(Workbench bench) throws BundleException {
        Made made = bench.export(Workbench.PAGE);
        made.assertUsable("new");
        bench.anyRefusal();
        WeakReference<ClassLoader> loader = new WeakReference<>(bench.bundle().adapt(BundleWiring.class).getClassLoader());
        bench.bundle().uninstall();
        bench.container().refresh(bench.bundle());
        return loader;
    }

    /** An export that is held up in the middle, at its first call of the kernel. */
    final class Held {

        private final CountDownLatch inside = new CountDownLatch(1);
        private final CountDownLatch mayGoOn = new CountDownLatch(1);
        private FutureTask<Object> export;

        private Held() {}

        static Held exporting(Workbench bench) {
            Held held = new Held();
            Exporter exporter = bench.exporter();
            Thread[] caller = new Thread[1];
            bench.kernel().interfere(call -> {
                if (Thread.currentThread() == caller[0]) {
                    held.stayInside();
                }
                return 0;
            });
            held.export = Background.start("importer", () -> {
                caller[0] = Thread.currentThread();
                try {
                    return bench.take(exporter, bench.request(Workbench.PAGE));
                } catch (RuntimeException | Error e) {
                    return e;
                }
            });
            // An exporter that asks the kernel nothing is through before it could be held.
            Patience.waitFor(Workbench.PATIENCE_MILLIS, () -> held.inside.getCount() == 0 || held.export.isDone());
            return held;
        }

        private void stayInside() {
            inside.countDown();
            try {
                mayGoOn.await(4L * Workbench.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void letGo() {
            mayGoOn.countDown();
        }

        /** What came of it: a {@link Made}, or what was thrown. */
        Object outcome() {
            return Background.result(export, "an export during which the bundle stopped");
        }
    }
}
