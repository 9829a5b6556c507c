package dmabuf.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes results as JUnit XML, which build servers show. A test suite is a case file, a test case is a case. */
final class JunitReport {

    private JunitReport() {}

    static void write(Path file, String kernel, List<CaseResult> results) throws IOException {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        long failures = results.stream().filter(result -> !passes(result)).count();
        xml.append("<testsuite name=\"dmabuf.tck on ").append(escape(kernel)).append("\" tests=\"").append(results.size())
                .append("\" failures=\"").append(failures).append("\" errors=\"0\" skipped=\"0\">\n");
        for (CaseResult result : results) {
            xml.append("  <testcase classname=\"").append(escape(result.asked().file())).append("\" name=\"")
                    .append(escape(result.asked().name())).append('"');
            if (passes(result)) {
                xml.append("/>\n");
            } else {
                String text = result.describe();
                xml.append(">\n    <failure message=\"").append(escape(text.lines().findFirst().orElse(""))).append("\">")
                        .append(escape(text)).append("</failure>\n  </testcase>\n");
            }
        }
        Files.writeString(file, xml.append("</testsuite>\n"));
    }

    private static boolean passes(CaseResult result) {
        return result.asExpected();
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                // XML 1.0 has no place for other control characters, not even escaped.
                default -> escaped.appendCodePoint(c < ' ' && c != '\n' && c != '\t' ? '?' : c);
            }
        });
        return escaped.toString();
    }
}
