package dmabuf.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The page about performance: the parts between the marks are made of a report, what is around them is written by people and stays. The plots
 * go into a folder beside it that has its name.
 */
final class Page {

    private static final String TABLE = "table";
    private static final String CURVES = "curves";

    private Page() {}

    /** Refuses a page that nothing could be put into. */
    static void check(Path page) throws IOException {
        if (!Files.isRegularFile(page) || !Files.isWritable(page)) {
            throw new IOException("--doc names a page that is there and can be written, and " + page + " is none");
        }
        String text = Files.readString(page);
        replace(page, text, TABLE, "");
        replace(page, text, CURVES, "");
    }

    static void write(Path page, Report report) throws IOException {
        String text = Files.readString(page);
        String folder = page.getFileName().toString().replaceFirst("\\.md$", "");
        text = replace(page, text, TABLE, table(report));
        if (!report.curves().isEmpty()) {
            Path plots = Files.createDirectories(page.resolveSibling(folder));
            StringBuilder curves = new StringBuilder();
            for (Curve curve : report.curves()) {
                Files.writeString(plots.resolve(curve.name() + ".svg"), Plot.svg(curve));
                curves.append("![").append(curve.title()).append("](").append(folder).append('/').append(curve.name()).append(".svg)\n\n");
            }
            text = replace(page, text, CURVES, curves.toString());
        }
        Files.writeString(page, text);
    }

    private static String replace(Path page, String text, String part, String with) throws IOException {
        String begin = "<!-- " + part + " -->\n";
        String end = "<!-- end of " + part + " -->";
        int from = text.indexOf(begin);
        int to = text.indexOf(end);
        if (from < 0 || to < from) {
            throw new IOException(page + " has no lines " + begin.strip() + " and " + end + " to put it between");
        }
        return text.substring(0, from + begin.length()) + "\n" + with + (with.endsWith("\n\n") ? "" : "\n") + text.substring(to);
    }

    private static String table(Report report) {
        Judge judge = report.judge();
        StringBuilder text = new StringBuilder();
        text.append("Measured on ").append(report.date()).append(": ").append(report.machine()).append(".\n\n");
        text.append(judge.note()).append(judge.note().isEmpty() ? "" : "\n");
        text.append("| row | what | ours | baseline | | goal | | bytes |\n|---|---|--:|--:|--:|--:|---|--:|\n");
        for (Result each : report.results()) {
            text.append(row(judge, each));
        }
        return text.toString();
    }

    private static String row(Judge judge, Result each) {
        if (each.failure() != null) {
            return "| `" + each.row() + "` | " + each.what() + " | no result: " + each.failure().lines().findFirst().orElse("") + " | | | | | |\n";
        }
        boolean compared = !Double.isNaN(each.baseline());
        return "| `" + each.row() + "` | " + each.what() + " | " + each.unit().text(each.ours()) + " | "
                + (compared ? each.against() + ": " + each.unit().text(each.baseline()) : "") + " | "
                + (compared ? judge.ratio(each) : "") + " | " + judge.goal(each) + " | " + judge.verdict(each) + " | "
                + (each.bytes() < 0 ? "" : String.format(Locale.ROOT, "%.1f", each.bytes())) + " |\n";
    }
}
