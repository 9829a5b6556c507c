package dmabuf.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoakOptionsTest {

    private static SoakOptions parse(String... words) {
        return SoakOptions.parse(words);
    }

    @Test
    void withoutOptionsAThousandSwapsUnderEightThreads() {
        SoakOptions options = parse();
        assertEquals(1000, options.swaps());
        assertEquals(8, options.threads());
        assertTrue(options.time().compareTo(Duration.ofDays(1)) > 0);
    }

    @Test
    void everyOptionCounts() {
        assertEquals(
                new SoakOptions(5, 2, Duration.ofSeconds(9), "heap", true),
                parse("--swaps", "5", "--threads=2", "--seconds", "9", "--exporter", "heap", "--json"));
    }

    @Test
    void secondsAloneSetNoLimitToSwaps() {
        assertEquals(Integer.MAX_VALUE, parse("--seconds", "3").swaps());
    }

    @ParameterizedTest
    @CsvSource({
        "--swaps, --swaps needs a value",
        "--swaps=0, '--swaps takes a number from 1 to 2147483647, and not \"0\"'",
        "--threads=many, '--threads takes a number from 1 to 256, and not \"many\"'",
        "--seconds=-1, '--seconds takes a number from 1 to 2147483647, and not \"-1\"'",
        "--fast, no such option: --fast",
        "now, not understood: now"
    })
    void whatIsNotUnderstoodIsSaid(String word, String complaint) {
        assertEquals(complaint, assertThrows(IllegalArgumentException.class, () -> parse(word)).getMessage());
    }
}
