package dmabuf.bench.process;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.MemoryRange;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.bench.MemoryBench;
import dmabuf.bench.MeasuredProperties;
import dmabuf.fd.Fd;
import dmabuf.linux.Memfd;
import dmabuf.spi.Exporter;
import exporter.heap.MeasuredHeap;
import exporter.udmabuf.MeasuredExporter;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.LongFunction;

/**
 * How cost grows with what there is: the name of a curve. Prints a line for each point: how many, or how large, and nanoseconds.
 */
public final class Growth {

    private static final int[] BUFFERS = {1, 10, 100, 1_000, 10_000};
    private static final int[] EXPORTERS = {1, 10, 100, 1_000};
    private static final int[] RANGES = {1, 4, 16, 64, 256, 1_024};
    private static final long PAGE = 4096;
    private static final int BATCH = 50;

    /** The first point of a curve has so many times the time of an iteration to itself before: else it would show the compiler at work. */
    private static final int WARM_UPS = 50;

    private final Iterations iterations;
    private boolean warm;

    private Growth(Iterations iterations) {
        this.iterations = iterations;
    }

    /** Measures a curve. */
    public static void main(String[] arguments) {
        Growth growth = new Growth(Iterations.of(arguments));
        switch (arguments[0]) {
            case "buffers" -> growth.buffers();
            case "exporters-select" -> growth.select();
            case "exporters-arrive" -> growth.arrive();
            case "size-udmabuf" -> growth.udmabufSizes();
            case "size-heap" -> growth.heapSizes();
            case "ranges" -> growth.ranges();
            default -> throw new IllegalArgumentException("no curve is named " + arguments[0]);
        }
    }

    /** A buffer exported, mapped, unmapped and closed, while so many others are open and mapped. */
    private void buffers() {
        try (MemoryBench bench = MemoryBench.real()) {
            Deque<Runnable> open = new ArrayDeque<>();
            for (int count : BUFFERS) {
                while (open.size() < count) {
                    DmaBuf buffer = bench.buffer(PAGE);
                    Mapping mapping = buffer.mmap();
                    open.push(() -> {
                        mapping.close();
                        buffer.close();
                    });
                }
                point(count, () -> openAndClose(bench.source(), ExportRequest.ofSize(PAGE)));
            }
            open.forEach(Runnable::run);
        }
    }

    /** A prepared selection, among so many exporters of which the last one suits. */
    private void select() {
        for (int count : EXPORTERS) {
            try (MemoryBench bench = MemoryBench.simulated()) {
                addExporters(bench, count);
                Selection selection = bench.core().select(Requirements.none().exporter("exporter" + (count - 1)).size(PAGE));
                BufferSource[] found = new BufferSource[1];
                point(count, () -> {
                    for (int i = 0; i < BATCH; i++) {
                        found[0] = selection.source();
                    }
                }, BATCH);
            }
        }
    }

    /** An exporter comes, is chosen, and goes, while so many others are there. */
    private void arrive() {
        for (int count : EXPORTERS) {
            try (MemoryBench bench = MemoryBench.simulated()) {
                addExporters(bench, count - 1);
                Exporter exporter = MeasuredExporter.on(bench.kernel());
                ExporterProperties properties = MeasuredProperties.of(bench.kernel(), "arriving");
                Selection selection = bench.core().select(Requirements.none().exporter("arriving").size(PAGE));
                point(count, () -> {
                    var registration = bench.core().add(exporter, properties, 0);
                    selection.source();
                    registration.close();
                });
            }
        }
    }

    private static void addExporters(MemoryBench bench, int count) {
        Exporter exporter = MeasuredExporter.on(bench.kernel());
        for (int i = 0; i < count; i++) {
            bench.core().add(exporter, MeasuredProperties.of(bench.kernel(), "exporter" + i), 0);
        }
    }

    /** A udmabuf of this size, exported, mapped, one byte written, unmapped and closed. */
    private void udmabufSizes() {
        try (MemoryBench bench = MemoryBench.real()) {
            sizes(64L << 20, size -> bench.source());
        }
    }

    /** The same of the system heap, up to what no udmabuf may be. Simulated. */
    private void heapSizes() {
        try (MemoryBench bench = MemoryBench.simulated()) {
            ExporterProperties properties = MeasuredProperties.of(bench.kernel(), "heap");
            BufferSource heap = bench.core().add(MeasuredHeap.on(bench.kernel()), properties, 0).source();
            sizes(1L << 30, size -> heap);
        }
    }

    private void sizes(long most, LongFunction<BufferSource> source) {
        for (long size = PAGE; size <= most; size *= 4) {
            long bytes = size;
            point(bytes, () -> openAndClose(source.apply(bytes), ExportRequest.ofSize(bytes)));
        }
    }

    /** A buffer made of this many ranges of one memfd. Simulated. */
    private void ranges() {
        try (MemoryBench bench = MemoryBench.simulated();
                Fd memfd = Memfd.sealed(bench.kernel(), "ranges", 2 * PAGE * RANGES[RANGES.length - 1])) {
            for (int count : RANGES) {
                List<MemoryRange> list = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    // Every other page: what lies side by side would be one range.
                    list.add(new MemoryRange(memfd, 2 * PAGE * i, PAGE));
                }
                ExportRequest request = ExportRequest.ofRanges(list);
                point(count, () -> openAndClose(bench.source(), request));
            }
        }
    }

    private static void openAndClose(BufferSource source, ExportRequest request) {
        try (DmaBuf buffer = source.export(request);
                Mapping mapping = buffer.mmap();
                CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
        }
    }

    private void point(long x, Runnable operation) {
        point(x, operation, 1);
    }

    /** Prints the median of what one operation takes, of those that are done within the time. */
    private void point(long x, Runnable operation, int operations) {
        if (!warm) {
            each(operation, WARM_UPS * iterations.millis());
            warm = true;
        }
        double[] values = new double[iterations.counted()];
        for (int i = 0; i < iterations.warmups() + iterations.counted(); i++) {
            double nanos = each(operation, iterations.millis()) / operations;
            if (i >= iterations.warmups()) {
                values[i - iterations.warmups()] = nanos;
            }
        }
        Arrays.sort(values);
        System.out.println(x + " " + values[values.length / 2]);
    }

    /** Runs for so long, and gives the nanoseconds of a run. */
    private static double each(Runnable operation, int millis) {
        long begun = System.nanoTime();
        long end = begun + millis * 1_000_000L;
        long now;
        long done = 0;
        do {
            operation.run();
            done++;
            now = System.nanoTime();
        } while (now < end);
        return (now - begun) / (double) done;
    }
}
