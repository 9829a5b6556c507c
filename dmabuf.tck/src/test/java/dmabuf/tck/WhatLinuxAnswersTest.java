package dmabuf.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page {@code docs/what-linux-answers.md} shows the table as it is. Written anew with {@code -Ddmabuf.docs=write}. */
class WhatLinuxAnswersTest {

    private static final Path PAGE = Path.of("..", "docs", "what-linux-answers.md");
    private static final String BEGIN = "<!-- The rest is made from the case files; a test compares them. -->\n";

    @Test
    void pageShowsTheTable() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        assertTrue(begin >= 0, "the page has lost its mark");
        String head = page.substring(0, begin + BEGIN.length());
        if ("write".equals(System.getProperty("dmabuf.docs"))) {
            Files.writeString(PAGE, head + tables());
        }
        assertEquals(head + tables(), Files.readString(PAGE), "write it anew: mvn verify -pl dmabuf.tck -am -Ddmabuf.docs=write");
    }

    private static String tables() {
        Map<String, List<Case>> byFile =
                CaseTable.cases().stream().collect(Collectors.groupingBy(Case::file, LinkedHashMap::new, Collectors.toList()));
        StringBuilder text = new StringBuilder();
        byFile.forEach((file, cases) -> {
            text.append("\n## ").append(file.replace(".cases", "")).append(" (").append(cases.size()).append(" cases)\n\n");
            text.append("| case | asked → answered | from |\n|---|---|---|\n");
            cases.forEach(each -> text.append(row(each)));
        });
        return text.toString();
    }

    private static String row(Case each) {
        String answers = each.steps().stream()
                .filter(step -> !step.isSetup() && !step.expected().isEmpty())
                .map(step -> "`" + escape(step.text()) + "` → `" + escape(step.expected()) + "`")
                .collect(Collectors.joining("<br>"));
        String remark = each.unconfirmed().map(reason -> " **Not confirmed by a real device yet: " + reason + ".**").orElse("")
                + each.note().map(note -> " (" + note + ")").orElse("")
                + each.deviation().map(reason -> " *Not in the simulation: " + reason + ".*").orElse("");
        return "| " + escape(each.name() + remark) + " | " + (answers.isEmpty() ? "succeeds" : answers) + " | " + escape(each.source())
                + " |\n";
    }

    private static String escape(String text) {
        return text.replace("|", "\\|");
    }
}
