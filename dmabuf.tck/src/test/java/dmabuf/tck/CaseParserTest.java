package dmabuf.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseParserTest {

    private static List<Case> parse(String... lines) {
        return new CaseParser("some.cases", Uapi.load()).parse(List.of(lines));
    }

    @Test
    void caseHasItsSetupBeforeItsOwnSteps() {
        Case read = parse(
                        "setup: a file", "needs: /dev/udmabuf", "    m = memfd 4K seals=F_SEAL_SHRINK", "", "# a remark",
                        "case: it ends", "from: shmem", "given: a file", "    lseek m 0 SEEK_END -> 4096")
                .getFirst();

        assertEquals("it ends", read.name());
        assertEquals(List.of("/dev/udmabuf"), read.needs());
        assertEquals(2, read.steps().size());
        assertTrue(read.steps().getFirst().isSetup());
        assertEquals("4096", read.steps().getLast().expected());
    }

    @Test
    void setupThatNoDeviceHasConfirmedMarksItsCases() {
        List<Case> read = parse(
                "setup: a device", "unconfirmed: nobody has it", "    close 3",
                "setup: a buffer", "given: a device", "    close 4",
                "case: it is there", "from: here", "given: a buffer", "    close 5",
                "case: it is not", "from: here", "    close 5");

        assertEquals("nobody has it", read.getFirst().unconfirmed().orElseThrow());
        assertTrue(read.getLast().unconfirmed().isEmpty());
    }

    @Test
    void caseIsSafeWhenItSaysSoOrTheSetupThatIsNearest() {
        List<Case> read = parse(
                "setup: a device", "safe: yes", "    close 3",
                "setup: a fence", "given: a device", "safe: no", "    close 4",
                "case: looks", "from: here", "given: a device", "    close 5",
                "case: waits", "from: here", "given: a fence", "    close 5",
                "case: waits for nothing", "from: here", "given: a fence", "safe: yes", "    close 5",
                "case: says nothing", "from: here", "    close 5");

        assertEquals(List.of(true, false, true, false), read.stream().map(Case::isSafe).toList());
        assertThrows(CaseSyntaxException.class, () -> parse("case: is it", "from: here", "safe: perhaps", "    close 5"));
    }

    @Test
    void lineMayGoOnBehindABackslash() {
        assertEquals(
                "lseek 3 0 SEEK_END",
                parse("case: long", "from: here", "    lseek 3 \\", "        0 SEEK_END -> EBADF").getFirst().steps().getFirst().text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            frobnicate 3            | no such verb: frobnicate
            close nothing           | no variable nothing
            memfd                   | a number is missing
            lseek 3 0 SEEK_NOWHERE  | no such constant: SEEK_NOWHERE
            ioctl 3 NO_SUCH         | no such request: NO_SUCH
            ioctl 3 DMA_BUF_IOCTL_SYNC flag=3 | has no field flag
            ioctl 3 0x1234 flags=3  | a request that is a number takes
            write 3 xyz             | not bytes: xyz
            m = close 3             | could name
            memory 4K               | needs a name
            lseek 3 0 SEEK_END more | more
            """)
    void mistakeIsNamedWithItsPlace(String step, String words) {
        CaseSyntaxException e =
                assertThrows(CaseSyntaxException.class, () -> parse("case: wrong", "from: here", "    " + step));

        assertTrue(e.getMessage().startsWith("some.cases:3: "), e.getMessage());
        assertTrue(e.getMessage().contains(words), e.getMessage());
    }

    @Test
    void caseSaysWhereItComesFrom() {
        CaseSyntaxException e = assertThrows(CaseSyntaxException.class, () -> parse("case: lost", "    close 3 -> EBADF"));

        assertTrue(e.getMessage().contains("from: is missing"), e.getMessage());
    }

    @Test
    void setupThatIsNotThereIsNamed() {
        CaseSyntaxException e = assertThrows(
                CaseSyntaxException.class, () -> parse("case: lost", "from: here", "given: nothing", "    close 3 -> EBADF"));

        assertTrue(e.getMessage().contains("no such setup: nothing"), e.getMessage());
    }
}
