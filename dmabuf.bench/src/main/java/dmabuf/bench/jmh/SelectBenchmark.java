package dmabuf.bench.jmh;

import dmabuf.bench.MemoryBench;
import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.spi.Exporter;
import exporter.udmabuf.MeasuredExporter;
import java.util.HashMap;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One exporter picked from many by what it can do. */
@State(Scope.Thread)
public class SelectBenchmark {

    /** How many there are; the one that suits is the last. */
    @Param("1000")
    public int exporters;

    private MemoryBench bench;
    private Selection selection;
    private Map<String, BufferSource> byName;
    private String name;

    /** Registers them. */
    @Setup
    public void open() {
        bench = MemoryBench.simulated();
        Exporter exporter = MeasuredExporter.on(bench.kernel());
        byName = new HashMap<>();
        for (int i = 0; i < exporters; i++) {
            name = "exporter" + i;
            ExporterProperties properties = ExporterProperties.builder(name, "/dev/" + name, bench.kernel().kind())
                    .caching(i == exporters - 1 ? Caching.WRITE_COMBINED : Caching.CACHED)
                    .mmap(true)
                    .build();
            byName.put(name, bench.core().add(exporter, properties, 0).source());
        }
        selection = bench.core().select(Requirements.none().caching(Caching.WRITE_COMBINED).size(4096));
    }

    /** Stops the core. */
    @TearDown
    public void close() {
        bench.close();
    }

    /** Ours, prepared once. */
    @Benchmark
    public BufferSource select() {
        return selection.source();
    }

    /** Ours, anew each time: what a prepared selection saves. */
    @Benchmark
    public BufferSource unprepared() {
        return bench.core().select(Requirements.none().caching(Caching.WRITE_COMBINED).size(4096)).source();
    }

    /** The baseline. */
    @Benchmark
    public BufferSource lookUp() {
        return byName.get(name);
    }
}
