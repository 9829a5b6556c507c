package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command says of itself, and what it makes of a command line that it does not understand. */
class HelpIT {

    @Test
    void helpListsEveryVerb() {
        for (String[] words : new String[][] {{"help"}, {"--help"}, {"-h"}, {}}) {
            String text = dmabuf((Object[]) words).run().succeeds().out();
            for (String verb : new String[] {
                "demo", "soak", "camera", "run", "exporters", "export", "import", "test", "bench", "guest", "help"
            }) {
                assertTrue(text.contains("  dmabuf " + verb + " "), () -> verb + " is missing: " + text);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "soak", "camera", "run", "exporters", "export", "import", "test", "bench", "guest"})
    void everyVerbExplainsItself(String verb) {
        String text = dmabuf(verb, "--help").run().succeeds().out();
        assertTrue(text.startsWith("Usage: dmabuf " + verb), text);
        assertEquals(text, dmabuf("help", verb).run().succeeds().out());
        assertEquals(text, dmabuf(verb, "-h").run().succeeds().out());
    }

    @Test
    void helpNeedsNoJdk() {
        dmabuf("help").with("JAVA_HOME", "").with("DMABUF_JDKS", "/nowhere").run().succeeds();
    }

    @Test
    void whatIsNotUnderstoodIsToldInOneLine() {
        dmabuf("explode").run().fails(2, "no such verb: explode", "dmabuf help");
        dmabuf("help", "explode").run().fails(2, "no such verb: explode");
        dmabuf("--json").run().fails(2, "a verb comes first");
        dmabuf("exporters", "--xml").run().fails(2, "no such option: --xml");
        dmabuf("exporters", "all").run().fails(2, "not understood: all");
        dmabuf("exporters", "--json", "--json").run().fails(2, "--json is given twice");
        dmabuf("exporters", "--measure=yes").run().fails(2, "no such option: --measure=yes");
        dmabuf("exporters", "--machine").run().fails(2, "--machine needs a value");
        dmabuf("exporters", "--machine", "cray").run().fails(2, "\"cray\"", "default, laptop, atom", "all");
        dmabuf("demo", "--machine", "laptop", "--kernel", "linux").run().fails(2, "--kernel linux wants none");
        dmabuf("import", "--machine", "laptop", "--socket", "s").run().fails(2, "of no use to import");
        dmabuf("exporters", "--kernel").run().fails(2, "--kernel needs a value");
        dmabuf("exporters", "--kernel", "hurd").run().fails(2, "auto, linux or simulated", "hurd");
        dmabuf("exporters").with("DMABUF_KERNEL", "hurd").run().fails(2, "auto, linux or simulated", "hurd");
        dmabuf("run", "--fast").run().fails(2, "no such option: --fast");
        dmabuf("demo", "a", "b").run().fails(2, "one FILE");
        dmabuf("demo", "--fast").run().fails(2, "--fast");
    }
}
