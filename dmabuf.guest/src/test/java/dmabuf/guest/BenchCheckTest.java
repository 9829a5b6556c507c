package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCheckTest {

    @TempDir
    Path folder;

    /** What the bench writes, with a last row of one's own. */
    private void write(String kernel, boolean emulated, String last) throws IOException {
        String others = BenchCheck.ROWS.stream()
                .limit(BenchCheck.ROWS.size() - 1)
                .map(row -> "{\n \"row\": \"" + row + "\",\n \"ours\": 3081.27,\n \"baseline\": 1.2E7,\n \"met\": false\n},\n")
                .collect(Collectors.joining());
        Files.writeString(
                folder.resolve("bench.json"),
                "{\"machine\": {\n\"kernel\": \"" + kernel + "\",\n\"emulated\": " + emulated + "\n},\n\"results\": [" + others + last + "]}");
        Files.writeString(folder.resolve("bench.txt"), emulated ? "QEMU TCG (emulated CPU, ratios only)\n" : "AMD EPYC\n");
    }

    private static String row(String name, String values) {
        return "{\n \"row\": \"" + name + "\",\n " + values + "\n}";
    }

    private List<String> failures(boolean emulated) throws IOException {
        return new BenchCheck(folder, emulated).failures();
    }

    @Test
    void everyRowWithBothSidesIsGood() throws IOException {
        write("real dma-bufs", true, row(BenchCheck.ROWS.getLast(), "\"ours\": 2,\n \"baseline\": 4\n"));
        assertEquals(List.of(), failures(true));
        write("real dma-bufs", false, row(BenchCheck.ROWS.getLast(), "\"ours\": 2,\n \"baseline\": 4\n"));
        assertEquals(List.of(), failures(false));
    }

    @Test
    void rowWithoutAValueIsNamed() throws IOException {
        String last = BenchCheck.ROWS.getLast();
        for (String values : List.of(
                "\"ours\": NaN,\n \"baseline\": 4\n", "\"ours\": 2,\n \"baseline\": NaN\n", "\"ours\": 2,\n \"baseline\": 4,\n \"failure\": \"x\"\n")) {
            write("real dma-bufs", true, row(last, values));
            List<String> failures = failures(true);
            assertEquals(1, failures.size(), failures::toString);
            assertTrue(failures.getFirst().startsWith("the row " + last + " of the bench"), failures::toString);
        }
    }

    @Test
    void whatMeasuredSomethingElseIsTold() throws IOException {
        write("memfds for dma-bufs", false, row(BenchCheck.ROWS.getLast(), "\"ours\": 2,\n \"baseline\": 4\n"));
        assertEquals(
                List.of("the bench measured no real dma-bufs", "the bench does not say that its processor is emulated"), failures(true));
    }

    @Test
    void benchThatLeftNothingIsMissed() throws IOException {
        write("real dma-bufs", true, row(BenchCheck.ROWS.getLast(), "\"ours\": 2,\n \"baseline\": 4\n"));
        new BenchCheck(folder, true).clear();
        assertEquals(BenchCheck.ROWS.size() + 2, failures(true).size());
        assertFalse(Files.exists(folder.resolve("bench.txt")));
    }
}
