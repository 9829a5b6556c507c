package dmabuf.bench;

import java.util.ArrayList;
import java.util.List;

/** Results for a terminal: a line for each row as soon as it is there. */
final class TableText {

    private static final int[] WIDTHS = {64, 12, 12, 12, 16, 10, 6};
    private static final String[] HEADS = {"what", "ours", "baseline", "ratio", "goal", "bytes/op", ""};

    private TableText() {}

    static String head() {
        return line(HEADS);
    }

    static String line(Result result) {
        if (result.failure() != null) {
            return result.what() + ": no result: " + result.failure();
        }
        boolean compared = !Double.isNaN(result.baseline());
        String text = line(new String[] {
            result.what(),
            result.unit().text(result.ours()),
            compared ? result.unit().text(result.baseline()) : "-",
            compared ? result.figureText() : "-",
            result.goal(),
            result.bytes() < 0 ? "-" : String.format("%.1f", result.bytes()),
            result.met() ? "" : "MISSED"
        });
        return compared ? text + "\n" + "    against " + result.against() : text;
    }

    private static String line(String[] cells) {
        List<String> padded = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            padded.add(i == 0 ? String.format("%-" + WIDTHS[i] + "s", cells[i]) : String.format("%" + WIDTHS[i] + "s", cells[i]));
        }
        return String.join(" ", padded).stripTrailing();
    }

    static String summary(List<Result> results) {
        long missed = results.stream().filter(each -> !each.met()).count();
        return results.size() + " rows, " + (missed == 0 ? "every goal met" : missed + " missed");
    }
}
