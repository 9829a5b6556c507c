package dmabuf.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Some rows of {@code dmabuf bench}, measured on the real kernel's own requests: that each has a value of either side, and where it was
 * measured. How large a value is, or what goals say of it, is nobody's business on an emulated processor.
 */
final class BenchCheck {

    /** What the kernel has a part in, and what takes a moment only. */
    static final List<String> ROWS = List.of("scope", "scope-beyond", "copy", "export", "map-confined");

    private static final String REAL = "\"kernel\": \"real dma-bufs\"";
    private static final String EMULATED = "\"emulated\": true";
    private static final String EMULATED_WORDS = "emulated CPU, ratios only";

    private final Path json;
    private final Path table;
    private final boolean emulated;

    /** Looks at what the script has left in a folder, on a processor that is emulated or not. */
    BenchCheck(Path folder, boolean emulated) {
        this.json = folder.resolve("bench.json");
        this.table = folder.resolve("bench.txt");
        this.emulated = emulated;
    }

    /** Forgets what an earlier run has left. */
    void clear() throws IOException {
        Files.deleteIfExists(json);
        Files.deleteIfExists(table);
    }

    /** Gives the lines of a shell script that measures, with the baselines that the distribution has ready. */
    String script(String dmabuf, Path distribution) {
        Path baselines = distribution.resolve("baselines");
        String ready = Files.isDirectory(baselines) ? " --programs '" + baselines + "'" : "";
        String rows = ROWS.stream().map(row -> " --row " + row).collect(Collectors.joining());
        // Its exit status is that of goals where the processor is a real one.
        return "part bench try " + dmabuf + " bench --quick" + ready + rows + " --json '" + json + "' >'" + table + "'\ncat '" + table + "'";
    }

    /** Tells what is not as it should be; empty when all is. */
    List<String> failures() throws IOException {
        List<String> failures = new ArrayList<>();
        String values = Files.exists(json) ? Files.readString(json) : "";
        String said = Files.exists(table) ? Files.readString(table) : "";
        for (String row : ROWS) {
            String own = Pattern.compile("\"row\": \"" + row + "\"(.*?)(?=\"row\": |$)", Pattern.DOTALL)
                    .matcher(values).results().map(match -> match.group(1)).collect(Collectors.joining());
            if (own.contains("\"failure\"") || !hasNumber(own, "ours") || !hasNumber(own, "baseline")) {
                failures.add("the row " + row + " of the bench has no values of both sides: " + said.strip());
            }
        }
        if (!values.contains(REAL)) {
            failures.add("the bench measured no real dma-bufs");
        }
        if (emulated && !(values.contains(EMULATED) && said.contains(EMULATED_WORDS))) {
            failures.add("the bench does not say that its processor is emulated");
        }
        return failures;
    }

    private static boolean hasNumber(String row, String name) {
        return Pattern.compile("\"" + name + "\": \\d+(\\.\\d+)?(E-?\\d+)?[,\\s]").matcher(row).find();
    }
}
