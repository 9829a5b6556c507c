package dmabuf.shell.measure;

import dmabuf.api.Caching;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What there is to say of measurements: as a row, in detail, and as an object for machines. */
public final class MeasurementText {

    /** The columns of {@link #cells}. */
    public static final List<String> HEADER = List.of("EXPORTER", "DEVICE", "MODE", "MEMORY", "CLAIM", "READ", "WRITE", "VERDICT");

    private static final Set<Verdict> SELF_EVIDENT = Set.of(Verdict.PLAUSIBLE, Verdict.SIMULATED, Verdict.NOT_MAPPABLE);

    private MeasurementText() {}

    /** One row of a table. */
    public static List<String> cells(Measurement one) {
        Bandwidth.Ratios ratios = one.isMeasured() ? one.measured().relativeTo(one.plain()) : null;
        Verdict verdict = one.conclusion().verdict();
        return List.of(
                one.exporter().exporter(),
                one.exporter().device(),
                one.mode().isEmpty() ? "-" : one.mode(),
                one.placement().isEmpty() ? "-" : one.placement(),
                one.claim().property(),
                ratios == null ? "-" : ratio(ratios.bestRead()),
                ratios == null || ratios.written() == 0 ? "-" : ratio(ratios.written()),
                verdict == Verdict.SIMULATED ? verdict.words() + ": " + one.conclusion().reason() : verdict.words());
    }

    /** What the table leaves open: a line for every reason behind a verdict that does not explain itself, and what the numbers mean. */
    public static List<String> notes(List<Measurement> all) {
        Map<String, List<Measurement>> byReason = new LinkedHashMap<>();
        for (Measurement one : all) {
            if (!SELF_EVIDENT.contains(one.conclusion().verdict())) {
                byReason.computeIfAbsent(one.conclusion().reason(), reason -> new ArrayList<>()).add(one);
            }
        }
        List<String> notes = new ArrayList<>();
        byReason.forEach((reason, whose) -> notes.add(
                (whose.size() == 1 ? whose.getFirst().toString() : whose.getFirst().conclusion().verdict().words()) + ": " + reason));
        all.stream().filter(Measurement::isMeasured).findFirst().ifPresent(one -> notes.add(
                "READ and WRITE: how fast, where 1 is plain memory (%s read, %s written)".formatted(
                        speed(one.plain().read()), speed(one.plain().written()))));
        return notes;
    }

    /** A row for the shell, whose columns align with the other rows'. */
    public static String line(Measurement one) {
        List<String> cells = cells(one);
        return "%-10s %-20s %-8s %-6s %-14s %-5s %-5s  %s".formatted(cells.toArray());
    }

    /** Every member, one a line. */
    public static String detail(Measurement one) {
        StringBuilder text = new StringBuilder();
        json(one).forEach((key, value) -> text.append("%-11s %s%n".formatted(key, value)));
        return text.toString().stripTrailing();
    }

    /** An object for machines. What was not measured is null. */
    public static Map<String, Object> json(Measurement one) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("exporter", one.exporter().exporter());
        object.put("device", one.exporter().device());
        object.put("kernel", one.exporter().kernel().property());
        object.put("mode", one.mode().isEmpty() ? null : one.mode());
        object.put("placement", one.placement().isEmpty() ? null : one.placement());
        object.put("claim", one.claim().property());
        object.put("verdict", one.conclusion().verdict().words());
        object.put("reason", one.conclusion().reason());
        object.put("suggested", one.conclusion().suggested().stream().map(Caching::property).toList());
        object.put("size", one.size());
        object.put("measured", one.isMeasured() ? rates(one.measured()) : null);
        object.put("plain", one.isMeasured() ? rates(one.plain()) : null);
        return object;
    }

    private static Map<String, Object> rates(Bandwidth bandwidth) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("readBytesPerSecond", (long) bandwidth.read());
        object.put("stridedBytesPerSecond", (long) bandwidth.strided());
        object.put("writtenBytesPerSecond", (long) bandwidth.written());
        return object;
    }

    /** Two digits that count: {@code 1.0}, {@code 0.52}, {@code 0.0013}. */
    static String ratio(double ratio) {
        if (ratio >= 0.995) {
            return String.format(Locale.ROOT, "%.1f", ratio);
        }
        return ratio >= 0.01 ? String.format(Locale.ROOT, "%.2f", ratio) : String.format(Locale.ROOT, "%.4f", ratio);
    }

    private static String speed(double bytesPerSecond) {
        return String.format(Locale.ROOT, bytesPerSecond >= 1e9 ? "%.1f GB/s" : "%.3f GB/s", bytesPerSecond / 1e9);
    }
}
