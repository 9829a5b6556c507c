package dmabuf.dist;

import static dmabuf.dist.Command.dmabuf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The verb soak, with fewer swaps than it makes by itself. */
class SoakIT {

    private static final List<String> CHECKS = List.of(
            "lost or torn bytes", "unexpected exceptions", "other process's status", "dma-bufs", "memfds", "device nodes", "sockets",
            "mappings", "mapped bytes", "threads", "exporter class loaders");

    private static Command.Builder soak(Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = "soak";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return dmabuf(all).with("DMABUF_KERNEL", "simulated");
    }

    private static long number(String text, String before) {
        Matcher matcher = Pattern.compile(before + "(\\d+)").matcher(text);
        assertTrue(matcher.find(), () -> before + " is missing: " + text);
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void fortySwapsUnderEightImportersLoseNothingAndLeaveNothing() {
        Command.Ended ended = soak("--swaps", 40, "--threads", 8).run().succeeds();
        assertEquals("", ended.err());
        assertTrue(ended.out().contains("40 swaps of exporter.udmabuf (udmabuf on /dev/udmabuf, simulated): "
                + "14 stop/start, 13 update, 13 uninstall/install; in "), ended::toString);
        assertTrue(number(ended.out(), "8 importers: ") >= 40 * 8, ended::toString);
        assertTrue(number(ended.out(), "longest pause that an importer saw: ") < 30_000, ended::toString);
        for (String check : CHECKS) {
            assertTrue(ended.out().contains("\n  ok    " + check + " "), () -> check + " does not hold: " + ended);
        }
        assertTrue(ended.out().endsWith("\nall holds\n"), ended::toString);
    }

    @Test
    void summaryForProgramsIsAloneOnStandardOutput() {
        Command.Ended ended = soak("--seconds", 3, "--threads", 2, "--exporter", "heap", "--json").run().succeeds();
        assertTrue(ended.out().startsWith("{\n  \"passed\": true,\n  \"interrupted\": false,\n  \"exporter\": \"exporter.heap"), ended::toString);
        assertTrue(number(ended.out(), "\"swaps\": ") > 0, ended::toString);
        assertTrue(ended.out().contains("\"exporter class loaders\": {\"start\": 1, \"end\": 1, \"holds\": true"), ended::toString);
        assertTrue(ended.err().lines().allMatch(line -> line.matches(" *\\d+ s: \\d+ swaps, .*")), ended::toString);
    }

    @Test
    void interruptEndsItWithTheSummarySoFar() throws Exception {
        try (Command soak = soak("--threads", 3).start()) {
            soak.awaitOut(out -> out.matches("(?s).* s: [1-9]\\d* of 1000 swaps.*"));
            soak.signal("INT");
            Command.Ended ended = soak.await().leavesNothing();
            assertEquals(130, ended.status(), ended::toString);
            assertEquals("", ended.err());
            assertTrue(ended.out().contains(" s, interrupted\n"), ended::toString);
            assertTrue(ended.out().endsWith("\nall holds\n"), ended::toString);
            assertFalse(ended.out().contains("FAIL"), ended::toString);
        }
    }

    @Test
    void exporterThatIsNotThereIsSaid() {
        soak("--exporter", "voodoo").run().fails(1, "exporter", "voodoo");
    }

    @Test
    void whatIsNotUnderstoodIsToldInOneLine() {
        soak("--swaps", "many").run().fails(2, "--swaps takes a number from 1", "many");
        soak("--fast").run().fails(2, "no such option: --fast");
        dmabuf("import", "--socket", "s", "--check", "0").run().fails(2, "--check takes a number of connections");
    }
}
