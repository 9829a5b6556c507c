package dmabuf.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results for a terminal: a line for each row as soon as it is there. */
final class TableText {

    private static final int[] WIDTHS = {64, 12, 12, 12, 16, 10, 6};
    private static final String[] HEADS = {"what", "ours", "baseline", "ratio", "goal", "bytes/op", ""};

    private final Judge judge;

    TableText(Judge judge) {
        this.judge = judge;
    }

    String head() {
        return line(HEADS);
    }

    String line(Result result) {
        if (result.failure() != null) {
            return result.what() + ": no result: " + result.failure();
        }
        boolean compared = !Double.isNaN(result.baseline());
        String text = line(new String[] {
            result.what(),
            result.unit().text(result.ours()),
            compared ? result.unit().text(result.baseline()) : "-",
            compared ? judge.ratio(result) : "-",
            judge.goal(result),
            result.bytes() < 0 ? "-" : String.format("%.1f", result.bytes()),
            judge.misses(result) ? "MISSED" : ""
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

    String summary(List<Result> results) {
        long without = results.stream().filter(each -> each.failure() != null).count();
        long missed = results.stream().filter(judge::misses).count() - without;
        String verdict = !judge.judges() ? "no goal judged" : missed > 0 ? missed + " missed" : without > 0 ? "" : "every goal met";
        String rows = results.size() + (results.size() == 1 ? " row" : " rows");
        return Stream.of(rows, verdict, without > 0 ? without + " without a result" : "")
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
