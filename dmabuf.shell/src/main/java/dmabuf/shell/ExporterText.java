package dmabuf.shell;

import dmabuf.api.Caching;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Placement;
import dmabuf.fd.KernelKind;
import dmabuf.frame.DrmModifier;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What there is to say of exporters: as a table, as one line, in detail, and as JSON. */
final class ExporterText {

    private ExporterText() {}

    /** One row a mapping mode: what an exporter offers beyond the first mode is below it. */
    static String table(Collection<ExporterProperties> exporters) {
        Table table = new Table("EXPORTER", "DEVICE", "KERNEL", "MODE", "CACHING", "SYNC", "MEMORY", "LIFETIME", "LIMIT", "GEN", "BUNDLE");
        for (ExporterProperties one : exporters) {
            Iterator<Map.Entry<String, Set<Caching>>> modes = one.modes().entrySet().iterator();
            Map.Entry<String, Set<Caching>> first = modes.hasNext() ? modes.next() : Map.entry("none", one.caching());
            table.row(
                    one.exporter(),
                    one.device(),
                    one.kernel().property(),
                    first.getKey(),
                    words(first.getValue()),
                    one.needsSync() ? "needed" : "no",
                    placements(one, "/"),
                    one.lifetime().property(),
                    Sizes.format(one.maxSize()),
                    Long.toString(one.generation()),
                    one.bundle() + " " + one.bundleVersion());
            modes.forEachRemaining(mode -> table.row("", "", "", mode.getKey(), words(mode.getValue()), "", "", "", "", "", ""));
        }
        return table + note(exporters);
    }

    private static String placements(ExporterProperties exporter, String separator) {
        return exporter.placements().stream().map(Placement::property).collect(Collectors.joining(separator));
    }

    private static String note(Collection<ExporterProperties> exporters) {
        return exporters.stream().noneMatch(one -> one.kernel() == KernelKind.SIMULATED)
                ? ""
                : "\nsimulated: memory that is really shared, but no driver and no device behind it\n";
    }

    private static String words(Set<Caching> caching) {
        return caching.stream().map(Caching::property).collect(Collectors.joining(","));
    }

    /** A row for the shell, whose columns align with the other rows'. */
    static String line(ExporterProperties one) {
        return "%-10s %-20s %-9s %-7s %-14s %-10s gen %d  %s %s".formatted(
                one.exporter(),
                one.device(),
                one.kernel().property(),
                one.mmap() ? "mmap" : "no mmap",
                words(one.caching()),
                Sizes.format(one.maxSize()),
                one.generation(),
                one.bundle(),
                one.bundleVersion());
    }

    /** Every property, one a line. */
    static String detail(ExporterProperties exporter) {
        return json(exporter).entrySet().stream()
                .map(entry -> "%-15s %s".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("\n"));
    }

    /** An object for machines. A limit that the exporter does not have is null. */
    static Map<String, Object> json(ExporterProperties exporter) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("exporter", exporter.exporter());
        object.put("device", exporter.device());
        object.put("kernel", exporter.kernel().property());
        object.put("allocates", exporter.allocates());
        object.put("mmap", exporter.mmap());
        object.put("caching", exporter.caching().stream().map(Caching::property).toList());
        Map<String, Object> modes = new LinkedHashMap<>();
        exporter.modes().forEach((mode, caching) -> modes.put(mode, caching.stream().map(Caching::property).toList()));
        object.put("modes", modes);
        object.put("placement", exporter.placements().stream().map(Placement::property).toList());
        object.put("needsSync", exporter.needsSync());
        object.put("lifetime", exporter.lifetime().property());
        object.put("maxSize", exporter.maxSize() == Long.MAX_VALUE ? null : exporter.maxSize());
        object.put("modifiers", exporter.modifiers().stream().map(DrmModifier::toString).toList());
        object.put("strideAlignment", exporter.strideAlignment());
        object.put("generation", exporter.generation());
        object.put("bundle", exporter.bundle());
        object.put("version", exporter.bundleVersion());
        return object;
    }

    /** An array for machines, one object a line. */
    static String json(List<ExporterProperties> exporters) {
        return Json.lines(exporters.stream().map(ExporterText::json).toList());
    }
}
