package dmabuf.demo;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.NoSourceException;
import dmabuf.api.Placement;
import dmabuf.api.Refusal;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an importer asks for: not a driver, but what it needs of one.
 *
 * @param words what it needs, in words
 * @param requirements the same for the façade
 * @param accepted the cache attributes that it can live with
 */
record Wish(String words, Requirements requirements, Set<Caching> accepted) {

    private static final int VALUE = 0x5eed;

    /** One for each kind of importer. */
    static List<Wish> all() {
        return List.of(
                new Wish("cached reads", Requirements.none().cachedReads(), Set.of(Caching.CACHED)),
                new Wish("streaming writes", Requirements.none().streamingWrites(), Set.of(Caching.WRITE_COMBINED, Caching.CACHED)),
                new Wish("uncached", Requirements.none().caching(Caching.UNCACHED), Set.of(Caching.UNCACHED)),
                new Wish("device memory", Requirements.none().mmap().placement(Placement.DEVICE), Set.of(Caching.values())));
    }

    /** Asks, maps what comes, writes and reads it; tells who has served the wish and why others were passed over. */
    String grant(Stage stage) {
        Selection selection = stage.buffers().select(requirements);
        try (DmaBuf buffer = selection.export(ExportRequest.ofSize(1).withName("demo"));
                Mapping mapping = buffer.mmap()) {
            Caching caching = mapping.policy().caching();
            stage.checks().holds(words + " get a mapping that serves them", accepted.contains(caching), () -> caching);
            stage.checks().equal(words + ": what is written is read", VALUE, writeAndRead(mapping));
            return words + ": " + buffer.origin() + ", mode " + mapping.mode() + ", " + caching.property() + refused(selection.refusals());
        } catch (NoSourceException e) {
            int sources = stage.buffers().sources().size();
            stage.checks().equal(words + ": exporters refused with a reason", sources, e.refusals().size());
            return words + ": none here" + refused(e.refusals());
        }
    }

    private static int writeAndRead(Mapping mapping) {
        try (CpuAccess cpu = mapping.cpuAccess(Access.WRITE)) {
            cpu.segment().set(ValueLayout.JAVA_INT, 0, VALUE);
        }
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return cpu.segment().get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** Reasons that several exporters share are told once. */
    static String refused(List<Refusal> refusals) {
        Map<String, Integer> reasons = new LinkedHashMap<>();
        refusals.forEach(refusal -> reasons.merge(refusal.reason(), 1, Integer::sum));
        return reasons.isEmpty() ? "; nobody was refused" : "; refused: " + reasons.entrySet().stream()
                .map(reason -> reason.getValue() + ", since " + reason.getKey())
                .collect(Collectors.joining("; "));
    }
}
