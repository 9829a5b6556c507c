package dmabuf.soak;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What came of it.
 *
 * @param exporter who was swapped
 * @param swaps how often
 * @param ways how often in each way
 * @param longestStop the longest time that stopping the bundle took, with the exports that it waits for
 * @param threads how many importers there were
 * @param tally what they counted
 * @param time that it took
 * @param checks what had to hold
 * @param interrupted whether somebody ended it before its time
 */
record Summary(
        String exporter, int swaps, String ways, Duration longestStop, int threads, Tally tally, Duration time, List<Check> checks,
        boolean interrupted) {

    boolean passed() {
        return checks.stream().allMatch(Check::holds);
    }

    private double seconds() {
        return time.toMillis() / 1e3;
    }

    private double pauseMillis() {
        return tally.longestPause() / 1e6;
    }

    private double stopMillis() {
        return longestStop.toNanos() / 1e6;
    }

    String text() {
        String failures = tally.problems().stream().map(one -> "        " + one + "\n").collect(Collectors.joining());
        return """
                %d swaps of %s: %s; in %.1f s%s
                %d importers: %d round trips through another process, %.1f MB looked at
                longest stop of the bundle: %.1f ms; longest pause that an importer saw: %.1f ms
                refused in the gap: %d exporter gone, %d no source
                %s
                %s%s
                """.formatted(
                swaps, exporter, ways, seconds(), interrupted ? ", interrupted" : "",
                threads, tally.rounds(), tally.bytes() / 1e6,
                stopMillis(), pauseMillis(), tally.timesGone(), tally.timesNoSource(),
                checks.stream().map(Check::toString).collect(Collectors.joining("\n")),
                failures, passed() ? "all holds" : "it does not hold");
    }

    String json() {
        return """
                {
                  "passed": %b,
                  "interrupted": %b,
                  "exporter": "%s",
                  "swaps": %d,
                  "ways": "%s",
                  "threads": %d,
                  "roundTrips": %d,
                  "bytes": %d,
                  "seconds": %s,
                  "longestStopMillis": %s,
                  "longestPauseMillis": %s,
                  "exporterGone": %d,
                  "noSource": %d,
                  "checks": {
                %s
                  },
                  "problems": [%s]
                }
                """.formatted(
                passed(), interrupted, escape(exporter), swaps, ways, threads, tally.rounds(), tally.bytes(), seconds(), stopMillis(),
                pauseMillis(), tally.timesGone(), tally.timesNoSource(),
                checks.stream().map(Summary::json).collect(Collectors.joining(",\n")),
                tally.problems().stream().map(one -> '"' + escape(one) + '"').collect(Collectors.joining(", ")));
    }

    private static String json(Check check) {
        return "    \"%s\": {\"start\": %d, \"end\": %d, \"holds\": %b, \"remark\": \"%s\"}".formatted(
                check.name(), check.start(), check.end(), check.holds(), escape(check.remark()));
    }

    private static String escape(String text) {
        return text.chars()
                .mapToObj(one -> one == '"' || one == '\\' ? "\\" + (char) one
                        : one < ' ' ? "\\u%04x".formatted(one)
                        : String.valueOf((char) one))
                .collect(Collectors.joining());
    }
}
