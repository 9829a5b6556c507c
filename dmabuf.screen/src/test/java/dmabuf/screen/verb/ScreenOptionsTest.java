package dmabuf.screen.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the verb understands, and what the terminal says of itself. */
class ScreenOptionsTest {

    private static ScreenOptions parse(String line) {
        return ScreenOptions.parse(line.isEmpty() ? new String[0] : line.split(" "));
    }

    @Test
    void allIsUnderstoodInEitherSpelling() {
        ScreenOptions all = new ScreenOptions("/dev/vfio/7", Path.of("a.png"), true, true, Duration.ofSeconds(3));
        assertEquals(all, parse("--device /dev/vfio/7 --png a.png --watch --seconds 3 --draw"));
        assertEquals(all, parse("--device=/dev/vfio/7 --png=a.png --watch --seconds=3 --draw"));
        assertEquals(new ScreenOptions(null, null, false, false, null), parse(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "--png", "--png=", "--device", "--watch=1", "--draw", "--seconds 3", "--watch --seconds 0", "--watch --seconds x",
        "--watch --seconds 99999999999", "--what", "file"
    })
    void whatIsNotUnderstoodIsSaid(String line) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> parse(line));
        String word = line.split(" ")[0].split("=")[0];
        assertTrue(e.getMessage().contains(word) || e.getMessage().contains("--seconds"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"24 80,80,24", "50 132,132,50", "0 0,80,24", "'',80,24", "nothing,80,24", "99999 5,80,24"})
    void sizeOfTheTerminalIsReadOrTheUsual(String text, int columns, int rows) {
        assertEquals(new Terminal.Size(columns, rows), Terminal.parse(text));
    }

    @Test
    void terminalWithManyColoursSaysSo() {
        assertTrue(Terminal.isTrueColour(Map.of("COLORTERM", "truecolor")));
        assertTrue(!Terminal.isTrueColour(Map.of()));
    }
}
