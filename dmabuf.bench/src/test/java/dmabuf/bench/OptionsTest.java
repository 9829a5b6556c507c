package dmabuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void everythingIsMeasuredAtLengthUnlessAskedOtherwise() {
        assertEquals(new Options(Effort.FULL, List.of(), null, null, null, null, null), Options.parse());
        assertEquals(
                new Options(Effort.QUICK, List.of("scope", "copy"), Path.of("a.json"), null, null, null, null),
                Options.parse("--quick", "--row", "scope", "--row", "copy", "--json", "a.json"));
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertEquals("no such option: --fast", refusal("--fast"));
        assertEquals("not understood: scope", refusal("scope"));
        assertEquals("--json needs a value", refusal("--json"));
        assertEquals("--from needs --doc", refusal("--from", "a.json"));
        assertEquals("--json is given twice", refusal("--json", "a", "--json", "b"));
        assertEquals("either --quick or --smoke", refusal("--quick", "--smoke"));
        assertEquals(
                "--from measures nothing: --quick, --row and --json are of no use with it",
                refusal("--doc", "a.md", "--from", "a.json", "--quick"));
    }

    private static String refusal(String... arguments) {
        return assertThrows(IllegalArgumentException.class, () -> Options.parse(arguments)).getMessage();
    }
}
