package dmabuf.demo;

import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.MappingMode;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Exporters whose buffers are mapped by different policies. */
final class Policies {

    /** How many are shown. */
    static final int MOST = 4;

    /**
     * What sets policies apart.
     *
     * @param caching the cache attribute
     * @param needsSync whether data is only right inside a CPU-access scope
     * @param memory system memory, or I/O memory
     * @param modes every mode, in words; the first has the attributes above
     */
    record Kind(Caching caching, boolean needsSync, MemoryKind memory, List<String> modes) {

        static Kind of(List<MappingMode> modes) {
            MmapPolicy policy = modes.getFirst().policy();
            return new Kind(
                    policy.caching(), policy.needsSync(), policy.memory(), modes.stream().map(MappingMode::toString).toList());
        }

        @Override
        public String toString() {
            return caching.property() + (needsSync ? ", data needs SYNC" : ", coherent")
                    + (memory == MemoryKind.IO ? ", device memory" : "")
                    + (modes.size() == 1 ? "" : "; modes " + String.join(", ", modes));
        }
    }

    /**
     * One exporter and what its buffers are like when nothing special is asked for.
     *
     * @param exporter which
     * @param kind its policy
     */
    record Example(ExporterProperties exporter, Kind kind) {

        @Override
        public String toString() {
            return exporter.exporter() + " on " + exporter.device() + Stage.label(exporter.kernel()) + ": " + kind;
        }
    }

    private final Stage stage;

    Policies(Stage stage) {
        this.stage = stage;
    }

    /** Makes a buffer of every exporter, looks at it, and picks examples: of different policies first, and of different drivers. */
    List<Example> show() {
        Map<Kind, List<Example>> byKind = new LinkedHashMap<>();
        for (BufferSource source : stage.buffers().sources()) {
            if (source.properties().mmap() && source.properties().allocates()) {
                Example example = example(source);
                if (example != null) {
                    byKind.computeIfAbsent(example.kind(), kind -> new ArrayList<>()).add(example);
                }
            }
        }
        return pick(byKind);
    }

    private Example example(BufferSource source) {
        try (DmaBuf buffer = source.export(ExportRequest.ofSize(1).withName("demo"))) {
            ExporterProperties properties = source.properties();
            for (MappingMode mode : buffer.modes()) {
                stage.checks().holds(
                        "the mode " + mode + " is one that " + properties + " has announced",
                        properties.modes().containsKey(mode.name())
                                && properties.modes().get(mode.name()).contains(mode.policy().caching()),
                        properties::modes);
            }
            return new Example(properties, Kind.of(buffer.modes()));
        } catch (DmaBufException e) {
            return null; // Its device may have gone, or have no room: the others are shown.
        }
    }

    /**
     * One example for each policy: of different drivers as far as possible, so policies that few drivers have choose first; and known ones
     * before unknown ones.
     */
    static List<Example> pick(Map<Kind, List<Example>> byKind) {
        List<List<Example>> kinds = byKind.values().stream()
                .sorted(Comparator.<List<Example>>comparingInt(kind -> kind.getFirst().kind().caching() == Caching.UNKNOWN ? 1 : 0)
                        .thenComparingLong(Policies::drivers))
                .toList();
        List<Example> picked = new ArrayList<>();
        List<Example> sameDriver = new ArrayList<>();
        for (List<Example> kind : kinds) {
            kind.stream()
                    .filter(one -> picked.stream().noneMatch(other -> other.exporter().exporter().equals(one.exporter().exporter())))
                    .findFirst()
                    .ifPresentOrElse(picked::add, () -> sameDriver.add(kind.getFirst()));
        }
        picked.addAll(sameDriver);
        return List.copyOf(picked.subList(0, Math.min(MOST, picked.size())));
    }

    private static long drivers(List<Example> examples) {
        return examples.stream().map(one -> one.exporter().exporter()).distinct().count();
    }
}
