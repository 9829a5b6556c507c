package dmabuf.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static Options parse(String... arguments) {
        return Options.parse(arguments, Set.of("--json"), Set.of("--size", "--name"));
    }

    private static String refused(String... arguments) {
        return assertThrows(UsageException.class, () -> parse(arguments).withoutOperands()).getMessage();
    }

    @Test
    void flagsAndValuesAreSorted() {
        Options options = parse("--json", "--size", "4K", "--name=a=b").withoutOperands();
        assertTrue(options.has("--json"));
        assertEquals("4K", options.required("--size"));
        assertEquals(Optional.of("a=b"), options.value("--name"));
        assertFalse(parse().has("--json"));
        assertEquals(Optional.empty(), parse().value("--size"));
    }

    @Test
    void valuesMayLookLikeOptions() {
        assertEquals("--json", parse("--name", "--json").required("--name"));
        assertEquals("", parse("--name=").required("--name"));
        assertEquals("-5", parse("--size", "-5").required("--size"));
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertEquals("no such option: --xml", refused("--xml"));
        assertEquals("no such option: -j", refused("-j"));
        assertEquals("no such option: --json=yes", refused("--json=yes"));
        assertEquals("--size needs a value", refused("--size"));
        assertEquals("--size is given twice", refused("--size", "1", "--size=2"));
        assertEquals("--json is given twice", refused("--json", "--json"));
        assertEquals("not understood: stray", refused("stray"));
        assertEquals("not understood: -", refused("-"));
        assertEquals("not understood: --json", refused("--", "--json"));
        assertEquals("--size is missing", assertThrows(UsageException.class, () -> parse().required("--size")).getMessage());
    }
}
