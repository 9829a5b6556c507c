package dmabuf.soak;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.Requirements;
import dmabuf.fd.KernelKind;
import dmabuf.linux.UnixSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.BundleContext;

/** Importers at work, a swapper among them, and the comparison of what is held before and after. Used once. */
final class Soak {

    private static final Requirements NEEDS = Requirements.none().access(Access.READ_WRITE);
    private static final long LAP_SECONDS = 60;
    private static final long SETTLE_SECONDS = 20;
    /** When somebody waits at the terminal for it to end. */
    private static final long SETTLE_SECONDS_INTERRUPTED = 10;
    private static final long LOOK_NANOS = 500_000;

    private final BundleContext context;
    private final DmaBufs buffers;
    private final SoakOptions options;
    private final Progress progress;
    private final Tally tally = new Tally();
    private final Gap gap = new Gap();
    private volatile boolean interrupted;
    private volatile boolean over;

    Soak(BundleContext context, DmaBufs buffers, SoakOptions options, Progress progress) {
        this.context = context;
        this.buffers = buffers;
        this.options = options;
        this.progress = progress;
    }

    /** Ends it in order, from any thread. The summary is of what was done until then. */
    void interrupt() {
        interrupted = true;
    }

    /** Runs to the end. */
    Summary run() throws InterruptedException {
        long begun = System.nanoTime();
        ExporterProperties exporter = choose();
        Requirements needs = NEEDS.exporter(exporter.exporter()).kernel(exporter.kernel());
        Swapper swapper = new Swapper(context, buffers, exporter, gap);
        warmUp(swapper, needs);
        Holdings start = Holdings.now(swapper.loadersAlive());
        int status;
        String words;
        try (Helper helper = Helper.start(folder(), options.threads())) {
            swapUnderLoad(swapper, needs, helper.connections());
            status = helper.end();
            words = helper.words();
        }
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("lost or torn bytes", 0, tally.wrongBytes()));
        checks.add(new Check("unexpected exceptions", 0, tally.unexpected()));
        checks.add(new Check("other process's status", 0, status, words));
        checks.addAll(settled(swapper, start));
        return new Summary(words(exporter), swapper.count(), swapper.made(), Duration.ofNanos(swapper.longestStop()),
                options.threads(), tally, Duration.ofNanos(System.nanoTime() - begun), checks, interrupted);
    }

    /** Who makes buffers of anybody's memory is there on most machines, and so comes first where nobody is named. */
    private ExporterProperties choose() {
        Requirements wanted = options.exporter().isEmpty() ? NEEDS : NEEDS.exporter(options.exporter());
        Optional<BufferSource> wrapping = buffers.sources().stream()
                .filter(one -> wanted.wrap().refuse(one.properties()).isEmpty())
                .findFirst();
        return wrapping.orElseGet(() -> buffers.select(wanted).source()).properties();
    }

    private Path folder() {
        return context.getDataFile("").toPath();
    }

    private static String words(ExporterProperties exporter) {
        return exporter.bundle() + " (" + exporter.exporter() + " on " + exporter.device()
                + (exporter.kernel() == KernelKind.SIMULATED ? ", simulated)" : ")");
    }

    /** Each way once, with a buffer each, so that what is made once and for all is not taken for a leak. */
    private void warmUp(Swapper swapper, Requirements needs) throws InterruptedException {
        for (int turn = 0; turn < Swapper.Kind.values().length; turn++) {
            swapper.swap(turn);
            try (DmaBuf buffer = buffers.export(needs, ExportRequest.ofSize(1).withName("soak"));
                    Mapping mapping = buffer.mmap()) {
                try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
                    WordPattern.fill(cpu.segment(), turn);
                }
            }
        }
        swapper.settle();
        swapper.forgetCount();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        while (swapper.loadersAlive() > 1 && System.nanoTime() < end) {
            System.gc();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void swapUnderLoad(Swapper swapper, Requirements needs, List<UnixSocket> connections) throws InterruptedException {
        List<Thread> importers = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            Way way = Way.of(i, buffers, needs, gap);
            Importer importer = new Importer(way, gap, connections.get(i), tally, () -> over);
            importers.add(Thread.ofPlatform().name("importer " + (i + 1)).start(importer));
        }
        try {
            swapInTurn(swapper);
        } catch (RuntimeException e) {
            tally.unexpected(e);
        } finally {
            over = true;
            for (Thread importer : importers) {
                importer.join();
            }
            progress.end();
        }
    }

    private void swapInTurn(Swapper swapper) throws InterruptedException {
        long end = System.nanoTime() + options.time().toNanos();
        int turn = 0;
        while (turn < options.swaps() && mayGoOn(end)) {
            if (awaitLap(swapper, end)) {
                swapper.swap(turn++);
            }
        }
        if (mayGoOn(end)) {
            awaitLap(swapper, end);
        }
    }

    private boolean mayGoOn(long end) {
        return !interrupted && System.nanoTime() < end && tally.unexpected() < Tally.TOO_MANY;
    }

    /** Waits until there have been as many round trips as there are importers, so that each swap comes upon buffers in use. */
    private boolean awaitLap(Swapper swapper, long end) {
        long wanted = tally.rounds() + options.threads();
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAP_SECONDS);
        while (tally.rounds() < wanted) {
            progress.tell(swapper.count(), options.swaps(), tally);
            if (!mayGoOn(end)) {
                return false;
            }
            if (System.nanoTime() > patience) {
                throw new IllegalStateException("importers are stuck: no round trip for each of them within " + LAP_SECONDS + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    /** Lets the framework and the collector do what they do late, and compares then. */
    private List<Check> settled(Swapper swapper, Holdings start) throws InterruptedException {
        swapper.settle();
        long patience = interrupted ? SETTLE_SECONDS_INTERRUPTED : SETTLE_SECONDS;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience);
        while (true) {
            System.gc();
            List<Check> checks = Holdings.now(swapper.loadersAlive()).since(start);
            if (checks.stream().allMatch(Check::holds) || System.nanoTime() > end) {
                return checks;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
