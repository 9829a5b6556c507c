package dmabuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void everythingIsMeasuredAtLengthUnlessAskedOtherwise() {
        assertEquals(new Options(Effort.FULL, List.of(), null, null, null), Options.parse(new String[0]));
        assertEquals(
                new Options(Effort.QUICK, List.of("scope", "copy"), Path.of("a.json"), null, null),
                Options.parse(new String[] {"--quick", "--row", "scope", "--row", "copy", "--json", "a.json"}));
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertEquals("bench does not know --fast", refusal("--fast"));
        assertEquals("--json needs a value", refusal("--json"));
        assertEquals("--from needs --doc", refusal("--from", "a.json"));
    }

    private static String refusal(String... arguments) {
        return assertThrows(IllegalArgumentException.class, () -> Options.parse(arguments)).getMessage();
    }
}
