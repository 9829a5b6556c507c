package dmabuf.soak;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExporterProperties;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Swaps the bundle of one exporter, in one way after the other, and remembers every class loader that it had. For one thread at a time. */
final class Swapper {

    private static final long PATIENCE_SECONDS = 20;
    private static final long LOOK_NANOS = 200_000;

    /** How a bundle can be swapped. */
    enum Kind {
        /** Stopped and started. */
        RESTART("stop/start"),
        /** Updated from its jar: new classes, while the old ones are pending removal. */
        UPDATE("update"),
        /** Uninstalled, refreshed, installed and started. */
        REINSTALL("uninstall/install");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    private final BundleContext context;
    private final DmaBufs buffers;
    private final ExporterProperties exporter;
    private final Gap gap;
    private final String location;
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    private final Map<Kind, Integer> made = new EnumMap<>(Kind.class);
    private Bundle bundle;
    private long longestStop;

    Swapper(BundleContext context, DmaBufs buffers, ExporterProperties exporter, Gap gap) {
        this.context = context;
        this.buffers = buffers;
        this.exporter = exporter;
        this.gap = gap;
        this.bundle = Arrays.stream(context.getBundles())
                .filter(one -> one.getSymbolicName().equals(exporter.bundle()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no bundle " + exporter.bundle() + " of the exporter " + exporter));
        this.location = bundle.getLocation();
        rememberLoader();
    }

    /** Swaps in the way whose turn it is. When this returns, the exporter is there again. */
    void swap(int turn) throws InterruptedException {
        Kind kind = Kind.values()[turn % Kind.values().length];
        gap.begin();
        try {
            switch (kind) {
                case RESTART -> restart();
                case UPDATE -> update();
                case REINSTALL -> reinstall();
            }
            rememberLoader();
            awaitSource();
        } catch (BundleException e) {
            throw new IllegalStateException(kind + " of " + bundle + " failed: " + e.getMessage(), e);
        } finally {
            gap.end();
        }
        made.merge(kind, 1, Integer::sum);
    }

    private void restart() throws BundleException {
        long begun = System.nanoTime();
        bundle.stop(Bundle.STOP_TRANSIENT);
        longestStop = Math.max(longestStop, System.nanoTime() - begun);
        bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
    }

    private void update() throws BundleException {
        try (InputStream jar = Files.newInputStream(jar())) {
            bundle.update(jar);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the jar of " + bundle + ": " + e.getMessage(), e);
        }
    }

    private Path jar() {
        try {
            return Path.of(new URI(location.substring(location.indexOf("file:"))));
        } catch (URISyntaxException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalStateException("the bundle " + bundle + " was not installed from a file, but from " + location, e);
        }
    }

    private void reinstall() throws BundleException, InterruptedException {
        bundle.uninstall();
        refresh();
        bundle = context.installBundle(location);
        bundle.start(Bundle.START_ACTIVATION_POLICY);
    }

    /** Has the framework let go of all that the bundle was before. When this returns, the exporter is there again, with new classes. */
    void settle() throws InterruptedException {
        refresh();
        awaitSource();
        rememberLoader();
    }

    private void refresh() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(Set.of(bundle), event -> done.countDown());
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the framework did not refresh " + bundle + " within " + PATIENCE_SECONDS + " s");
        }
    }

    private void rememberLoader() {
        ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
        if (loaders.stream().noneMatch(known -> known.refersTo(loader))) {
            loaders.removeIf(known -> known.refersTo(null));
            loaders.add(new WeakReference<>(loader));
        }
    }

    /** Counts the class loaders that the collector has not taken, that of the present among them. */
    int loadersAlive() {
        return (int) loaders.stream().filter(known -> !known.refersTo(null)).count();
    }

    /** Waits until the exporter, on the same device, can be asked again. */
    private void awaitSource() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (buffers.sources().stream().map(BufferSource::properties).noneMatch(this::isTheExporter)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the exporter " + exporter + " did not come back within " + PATIENCE_SECONDS + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private boolean isTheExporter(ExporterProperties one) {
        return one.exporter().equals(exporter.exporter()) && one.device().equals(exporter.device()) && one.kernel() == exporter.kernel();
    }

    /** Tells how often each way was gone: {@code 14 stop/start, 13 update, 13 uninstall/install}. */
    String made() {
        return made.isEmpty() ? "none" : String.join(", ", made.entrySet().stream()
                .map(one -> one.getValue() + " " + one.getKey())
                .toList());
    }

    int count() {
        return made.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The longest time, in nanoseconds, that stopping the bundle took: it waits for the exports that are under way. */
    long longestStop() {
        return longestStop;
    }

    /** Begins to count, once it has been seen that every way works. */
    void forgetCount() {
        made.clear();
        longestStop = 0;
    }
}
