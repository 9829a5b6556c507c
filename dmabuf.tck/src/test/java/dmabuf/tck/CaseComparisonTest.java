package dmabuf.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseComparisonTest {

    private static CaseResult answered(String lines, String answer) {
        Case asked = new CaseParser("some.cases", Uapi.load()).parse(lines.lines().toList()).getFirst();
        return new CaseResult(asked, Optional.empty(), List.of(new StepResult(asked.steps().getFirst(), answer)));
    }

    private static final String PLAIN = "case: plain\nfrom: here\n    lseek 3 0 SEEK_END -> EBADF";
    private static final String MARKED = "case: marked\nfrom: here\nsimulation: it cannot\n    lseek 3 0 SEEK_END -> EBADF";

    private static CaseComparison compare(CaseResult simulated, CaseResult linux) {
        return CaseComparison.of(CaseAnswers.of(List.of(simulated)), CaseAnswers.of(List.of(linux)));
    }

    @Test
    void sameAnswersAreEqual() {
        CaseComparison same = compare(answered(PLAIN, "EBADF"), answered(PLAIN, "EBADF"));

        assertTrue(same.holds());
        assertEquals(1, same.equal());
    }

    @Test
    void otherAnswersAreDifferentAndListed() {
        CaseComparison other = compare(answered(PLAIN, "0"), answered(PLAIN, "EBADF"));

        assertFalse(other.holds());
        assertEquals(1, other.differentCases());
        assertTrue(other.toString().contains("simulation said 0") && other.toString().contains("Linux said      EBADF"), other.toString());
    }

    @Test
    void differenceThatTheTableMarksIsNoFailure() {
        CaseComparison marked = compare(answered(MARKED, "0"), answered(MARKED, "EBADF"));

        assertTrue(marked.holds());
        assertEquals(1, marked.markedCases());
    }

    @Test
    void caseThatLinuxWasNotAskedFails() {
        CaseResult asked = answered(PLAIN, "EBADF");
        CaseResult missing = new CaseResult(asked.asked(), Optional.of("/dev/udmabuf"), List.of());

        assertFalse(compare(asked, missing).holds());
    }

    @Test
    void caseThatNoRealDeviceWasEverAskedIsCountedAndNoFailure() {
        String lines = PLAIN.replace("from: here", "from: here\nunconfirmed: nobody has such a device");
        CaseResult asked = answered(lines, "EBADF");
        CaseResult missing = new CaseResult(asked.asked(), Optional.of("drm:i915:card"), List.of());

        CaseComparison comparison = compare(asked, missing);

        assertTrue(comparison.holds() && missing.leftUnconfirmed() && !asked.leftUnconfirmed());
        assertEquals(java.util.Set.of("plain"), comparison.unconfirmed());
        assertEquals(0, comparison.equal());
        assertTrue(comparison.toString().endsWith("unconfirmed 1"), comparison.toString());
        assertFalse(compare(asked, answered(lines, "0")).holds(), "it is compared where a device is there after all");
    }

    @Test
    void answersSurviveAFile(@TempDir Path folder) throws Exception {
        String lines = MARKED.replace("from: here", "from: here\nunconfirmed: nobody has it");
        CaseAnswers answers = CaseAnswers.of(List.of(answered(lines, "\"a b\\n\" 00*4")));
        answers.write(folder.resolve("answers"));

        CaseAnswers read = CaseAnswers.read(folder.resolve("answers"));
        assertTrue(CaseComparison.of(answers, read).holds());
        assertEquals(answers.cases(), read.cases());
    }
}
