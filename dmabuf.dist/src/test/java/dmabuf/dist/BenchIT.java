package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verb bench: that it works, with every row, curve and file of it. What it measures is not looked at. */
class BenchIT {

    private static final long PATIENCE_SECONDS = 600;
    private static final Pattern CURVE = Pattern.compile("!\\[[^]]+]\\(([a-z]+)/([a-z-]+\\.svg)\\)");
    private static final String PAGE = """
            before
            <!-- table -->
            <!-- end of table -->
            <!-- curves -->
            <!-- end of curves -->
            after
            """;

    @TempDir
    private Path folder;

    private Path page(String name) throws IOException {
        return Files.writeString(folder.resolve(name), PAGE);
    }

    /** The names of all rows, as the refusal of any other has them. */
    private static List<String> rows() {
        Command.Ended ended = dmabuf("bench", "--smoke", "--row", "none").run();
        ended.fails(2, "there is no row none; there are ", "see: dmabuf help bench");
        return List.of(ended.err().replaceAll("(?s).*there are (.*);.*", "$1").split(", "));
    }

    @Test
    void everyRowIsFilledInAndThePageIsWhatTheJsonSays() throws IOException {
        List<String> rows = rows();
        Path json = folder.resolve("run.json");
        Path first = page("first.md");
        Command.Ended ended = dmabuf("bench", "--smoke", "--json", json, "--doc", first).within(PATIENCE_SECONDS).run().succeeds();
        assertEquals("", ended.err());
        assertTrue(ended.out().contains("no figure here means anything"), ended::toString);
        assertTrue(ended.out().endsWith("\n" + rows.size() + " rows, no goal judged\n"), ended::toString);

        String values = Files.readString(json);
        assertEquals(rows, names(values, "row"));
        assertFalse(values.contains("\"failure\"") || values.contains("\"ours\": NaN"), values);
        String text = Files.readString(first);
        for (String row : rows) {
            assertTrue(text.contains("\n| `" + row + "` | "), () -> row + " is missing: " + text);
        }
        assertTrue(text.startsWith("before\n") && text.endsWith("after\n") && !text.contains("no result"), text);

        Path second = page("second.md");
        dmabuf("bench", "--doc", second, "--from", json).run().succeeds();
        assertEquals(text.replace("(first/", "(second/"), Files.readString(second));
        List<MatchResult> curves = CURVE.matcher(text).results().toList();
        assertEquals(names(values, "name"), curves.stream().map(each -> each.group(2).replace(".svg", "")).toList());
        assertFalse(curves.isEmpty());
        for (MatchResult curve : curves) {
            byte[] plot = Files.readAllBytes(folder.resolve(curve.group(1)).resolve(curve.group(2)));
            assertArrayEquals(plot, Files.readAllBytes(folder.resolve("second").resolve(curve.group(2))));
            assertTrue(new String(plot).contains("<circle"), curve::group);
        }
    }

    private static List<String> names(String json, String key) {
        return Pattern.compile("\"" + key + "\": \"([^\"]+)\"").matcher(json).results().map(match -> match.group(1)).toList();
    }

    @Test
    void baselinesCompiledBeforehandAreUsed() throws IOException {
        Path programs = folder.resolve("programs");
        dmabuf("bench", "--compile", programs).run().succeeds();
        Command.Ended ended = dmabuf("bench", "--smoke", "--row", "scope", "--programs", programs)
                .with("CC", "no-such-compiler").run().succeeds();
        assertTrue(ended.out().contains("the same two ioctls in C") && ended.out().endsWith("\n1 row, no goal judged\n"), ended::toString);
        // A baseline that does not measure leaves its row without a result.
        Files.writeString(programs.resolve("scope"), "#!/bin/sh\nexit 1\n");
        Command.Ended failed = dmabuf("bench", "--smoke", "--row", "scope", "--programs", programs).run();
        assertEquals(1, failed.status(), failed::toString);
        assertTrue(failed.out().contains("scope 0 1 10 ") && failed.out().contains("failed with 1"), failed::toString);
        assertTrue(failed.out().endsWith("1 row, no goal judged, 1 without a result\n"), failed::toString);
    }

    @Test
    void whatIsNotUnderstoodIsToldInOneLine() {
        dmabuf("bench", "--fast").run().fails(2, "no such option: --fast", "dmabuf help bench");
        dmabuf("bench", "scope").run().fails(2, "not understood: scope");
        dmabuf("bench", "--row").run().fails(2, "--row needs a value");
        dmabuf("bench", "--quick", "--quick").run().fails(2, "--quick is given twice");
        dmabuf("bench", "--from", "run.json").run().fails(2, "--from needs --doc");
        dmabuf("bench", "--from", "run.json", "--doc", "page.md", "--quick").run().fails(2, "--from measures nothing");
    }

    @Test
    void whatCannotServeIsSaidBeforeAnythingIsMeasured() throws IOException {
        Path page = page("page.md");
        Path other = Files.writeString(folder.resolve("other"), "{}");
        dmabuf("bench", "--doc", page, "--from", folder.resolve("none")).run().fails(1, "--from", "none cannot be read");
        dmabuf("bench", "--doc", page, "--from", other).run().fails(1, "other is not what bench --json has written");
        dmabuf("bench", "--doc", folder.resolve("none")).run().fails(1, "--doc names a page that is there", "none");
        dmabuf("bench", "--doc", other).run().fails(1, "other has no lines <!-- table -->");
        dmabuf("bench", "--json", folder).run().fails(1, "--json names a file");
        dmabuf("bench", "--json", folder.resolve("no/file")).run().fails(1, "cannot be written");
        dmabuf("bench", "--programs", folder).run().fails(1, "there is no program scope");
        dmabuf("bench").with("CC", "no-such-compiler").run().fails(1, "no C compiler \"no-such-compiler\"", "apt-get install gcc");
        assertEquals(PAGE, Files.readString(page));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }
}
