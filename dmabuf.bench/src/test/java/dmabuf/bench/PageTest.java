package dmabuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** The JSON, and the page and plots that are made of it. */
class PageTest {

    static final Machine MACHINE = new Machine("A processor", 2, "Linux 6", "A JVM 25", "memfds", false);
    private static final Result MET = new Result(
            "scope", "a scope", "C", Unit.NANOS, 110, 109, 111, 100, 1.1, "1.10 x", "≤ 1.10 x", 0, true, null);
    private static final Result MISSED = new Result(
            "heap", "heap", "-", Unit.BYTES, 2000, 2000, 2000, Double.NaN, 2000, "2000 B", "≤ 1024 B", -1, false, null);
    private static final Curve CURVE = new Curve(
            "ranges", "a < b", "ranges", List.of(new Curve.Point(1, 1_000), new Curve.Point(1_024, 500_000)));

    @TempDir
    Path folder;

    private final Report report = Report.of(MACHINE, Effort.QUICK, List.of(MET, MISSED), List.of(CURVE));

    @Test
    void whatIsReadIsWhatWasWritten() throws Exception {
        Path json = folder.resolve("run.json");
        report.write(json);
        assertEquals(report, Report.read(json));
    }

    @Test
    void anotherFileIsRefusedByName() throws Exception {
        Path json = Files.writeString(folder.resolve("other.json"), "{\"machine\": 3}");
        assertTrue(assertThrows(IOException.class, () -> Report.read(json)).getMessage().contains("other.json"));
    }

    @Test
    void onlyWhatIsBetweenTheMarksIsReplaced() throws Exception {
        Path page = folder.resolve("performance.md");
        Files.writeString(page, """
                before
                <!-- table -->
                old
                <!-- end of table -->
                between
                <!-- curves -->
                <!-- end of curves -->
                after
                """);
        Page.write(page, report);
        Page.write(page, report);
        String text = Files.readString(page);
        assertTrue(text.startsWith("before\n<!-- table -->\n") && text.endsWith("<!-- end of curves -->\nafter\n"), text);
        assertTrue(text.contains("| `scope` | a scope | 110 ns | C: 100 ns | 1.10 x | ≤ 1.10 x | met | 0.0 |"), text);
        assertTrue(text.contains("| `heap` | heap | 2000 B |  |  | ≤ 1024 B | **missed** |  |"), text);
        assertTrue(text.contains("A processor, 2 cores") && !text.contains("old"), text);
        assertTrue(text.contains("![a < b](performance/ranges.svg)"), text);
    }

    @Test
    void aPageWithoutMarksIsLeftAlone() throws Exception {
        Path page = Files.writeString(folder.resolve("page.md"), "text");
        assertThrows(IOException.class, () -> Page.check(page));
        assertThrows(IOException.class, () -> Page.write(page, report));
        assertEquals("text", Files.readString(page));
    }

    @Test
    void aPlotIsWellFormedAndHasEveryPoint() throws Exception {
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(Plot.svg(CURVE))));
        assertEquals(2, document.getElementsByTagName("circle").getLength());
        assertTrue(document.getDocumentElement().getTextContent().contains("1,024"));
    }
}
