package dmabuf.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

    @Test
    void fileGetsOneLineAStep() {
        assertEquals("guest: fetch: 3 MB, S s\nguest: boot: failed, S s\n", shown(false));
    }

    @Test
    void terminalIsWrittenInPlace() {
        String erase = "\r\033[K";

        assertEquals(
                erase + "guest: fetch ..." + erase + "guest: fetch ... 1 MB" + erase + "guest: fetch: 3 MB, S s\n"
                        + erase + "guest: boot ..." + erase + "guest: boot: failed, S s\n",
                shown(true));
    }

    private static String shown(boolean inPlace) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Progress progress = new ConsoleProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8), inPlace);
        try (Progress.Step step = progress.begin("fetch")) {
            step.detail("1 MB");
            step.detail("1 MB");
            step.done("3 MB");
        }
        progress.begin("boot").close();
        return bytes.toString(StandardCharsets.UTF_8).replaceAll("[0-9.]+ s\n", "S s\n");
    }
}
