package dmabuf.core;

import dmabuf.api.ExporterProperties;
import dmabuf.linux.Deadline;
import dmabuf.spi.Exporter;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Who exports: one snapshot, which readers take without a lock. The lock is for writers, and for the count of generations. */
final class SourceRegistry {

    private static final System.Logger LOG = System.getLogger(SourceRegistry.class.getName());

    private final Census census;
    private final Object lock = new Object();
    private final Map<String, Long> generations = new HashMap<>();
    private final AtomicLong incarnations = new AtomicLong(BufferBody.IMPORTED);
    private volatile boolean closed;

    private volatile Sources sources = Sources.NONE;

    SourceRegistry(Census census) {
        this.census = census;
    }

    Sources sources() {
        return sources;
    }

    /** @throws IllegalStateException when the registry is closed */
    ExporterSource add(Exporter exporter, ExporterProperties properties, int ranking) {
        ExporterSource source;
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the core has stopped");
            }
            long generation = generations.merge(properties.exporter() + '\n' + properties.device(), 1L, Long::sum);
            ExporterProperties counted = properties.toBuilder().generation(generation).build();
            source = new ExporterSource(
                    census, incarnations.incrementAndGet(), exporter, new ExporterSource.Standing(counted, ranking));
            sources = sources.with(source);
        }
        LOG.log(System.Logger.Level.INFO, "exporter here: {0}", source.toString());
        return source;
    }

    /** Takes over what an exporter says of itself now. Name, device and generation stay. */
    void update(ExporterSource source, ExporterProperties properties, int ranking) {
        synchronized (lock) {
            ExporterProperties counted = properties.toBuilder().generation(source.properties().generation()).build();
            source.standing(new ExporterSource.Standing(counted, ranking));
            sources = sources.again();
        }
    }

    /**
     * Sees sources off: no new call to any of them from the first moment on, then out of the selection, out of sight, the calls in flight
     * awaited under one deadline, and at last their buffers orphaned. Any number of threads may do so with the same sources.
     */
    void retire(Collection<ExporterSource> leaving, Deadline deadline) {
        leaving.forEach(ExporterSource::shut);
        synchronized (lock) {
            if (sources.inOrder().stream().anyMatch(leaving::contains)) {
                sources = sources.without(leaving);
            }
        }
        leaving.forEach(ExporterSource::withdraw);
        leaving.forEach(source -> source.awaitCalls(deadline));
        leaving.forEach(ExporterSource::end);
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes nobody in any more, and gives who is still here. */
    Collection<ExporterSource> close() {
        synchronized (lock) {
            closed = true;
            return sources.inOrder();
        }
    }
}
