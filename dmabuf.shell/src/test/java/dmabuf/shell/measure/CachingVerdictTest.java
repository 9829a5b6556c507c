package dmabuf.shell.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Caching;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Conclusions from numbers. */
class CachingVerdictTest {

    private static CachingVerdict judge(Caching claim, double read, double written, Processor processor) {
        return CachingVerdict.of(claim, new Bandwidth.Ratios(read, read, written), processor);
    }

    @ParameterizedTest
    @CsvSource({
        // The thresholds themselves belong to the camp that they are named for.
        "CACHED,         1.0,   1.0,  PLAUSIBLE",
        "CACHED,         0.5,   1.0,  PLAUSIBLE",
        "CACHED,         2.0,   0.1,  PLAUSIBLE",
        "CACHED,         0.49,  1.0,  CANNOT_TELL",
        "CACHED,         0.11,  1.0,  CANNOT_TELL",
        "CACHED,         0.1,   1.0,  IMPLAUSIBLE",
        "CACHED,         0.01,  0.01, IMPLAUSIBLE",
        "WRITE_COMBINED, 0.02,  0.9,  PLAUSIBLE",
        "WRITE_COMBINED, 0.1,   0.04, PLAUSIBLE",
        "WRITE_COMBINED, 0.02,  0,    PLAUSIBLE",
        "WRITE_COMBINED, 0.3,   0.9,  CANNOT_TELL",
        "WRITE_COMBINED, 0.5,   0.9,  IMPLAUSIBLE",
        "WRITE_COMBINED, 1.0,   1.0,  IMPLAUSIBLE",
        "UNCACHED,       0.01,  0.02, PLAUSIBLE",
        "UNCACHED,       0.01,  0,    PLAUSIBLE",
        "UNCACHED,       0.01,  0.5,  IMPLAUSIBLE",
        "UNCACHED,       0.2,   0.2,  CANNOT_TELL",
        "UNCACHED,       0.9,   0.9,  IMPLAUSIBLE",
        "UNKNOWN,        1.0,   1.0,  NO_CLAIM",
        "UNKNOWN,        0.02,  1.0,  NO_CLAIM",
        "UNKNOWN,        0.3,   1.0,  NO_CLAIM"})
    void claimIsHeldAgainstTheNumbers(Caching claim, double read, double written, Verdict expected) {
        assertEquals(expected, judge(claim, read, written, Processor.REAL).verdict());
    }

    @Test
    void eitherWayOfReadingShowsThatMemoryIsFast() {
        Bandwidth.Ratios ratios = new Bandwidth.Ratios(0.05, 0.8, 1);
        assertEquals(Verdict.PLAUSIBLE, CachingVerdict.of(Caching.CACHED, ratios, Processor.REAL).verdict());
    }

    @ParameterizedTest
    @EnumSource(Caching.class)
    void emulatedProcessorShowsNothing(Caching claim) {
        for (double read : new double[] {0.001, 0.3, 1}) {
            CachingVerdict verdict = judge(claim, read, 1, Processor.EMULATED);
            assertEquals(Verdict.CANNOT_TELL, verdict.verdict());
            assertEquals(List.of(), verdict.suggested());
            assertTrue(verdict.reason().contains("emulated processor"), verdict::toString);
        }
    }

    @Test
    void hypervisorMayMakeMappingsFasterButNotSlower() {
        assertEquals(Verdict.CANNOT_TELL, judge(Caching.WRITE_COMBINED, 1, 1, Processor.VIRTUAL).verdict());
        assertEquals(Verdict.CANNOT_TELL, judge(Caching.UNCACHED, 1, 1, Processor.VIRTUAL).verdict());
        assertEquals(Verdict.IMPLAUSIBLE, judge(Caching.CACHED, 0.02, 1, Processor.VIRTUAL).verdict());
        assertEquals(Verdict.IMPLAUSIBLE, judge(Caching.UNCACHED, 0.02, 1, Processor.VIRTUAL).verdict());
        assertEquals(Verdict.PLAUSIBLE, judge(Caching.WRITE_COMBINED, 0.02, 1, Processor.VIRTUAL).verdict());
        assertEquals(Verdict.PLAUSIBLE, judge(Caching.CACHED, 1, 1, Processor.VIRTUAL).verdict());
    }

    @Test
    void suggestionSaysWhatFits() {
        assertEquals(List.of(Caching.CACHED), judge(Caching.UNKNOWN, 1, 1, Processor.REAL).suggested());
        assertEquals(List.of(Caching.WRITE_COMBINED), judge(Caching.UNKNOWN, 0.02, 0.9, Processor.REAL).suggested());
        assertEquals(List.of(Caching.WRITE_COMBINED, Caching.UNCACHED), judge(Caching.UNKNOWN, 0.02, 0.04, Processor.REAL).suggested());
        assertEquals(List.of(), judge(Caching.UNKNOWN, 0.3, 1, Processor.REAL).suggested());
        assertEquals(
                "it is read 0.02 as fast as plain memory, and written 0.90, as if it were write-combined",
                judge(Caching.CACHED, 0.02, 0.9, Processor.REAL).reason());
    }

    @Test
    void ratesAreComparedOneByOne() {
        Bandwidth.Ratios ratios = new Bandwidth(1e9, 4e9, 0).relativeTo(new Bandwidth(1e10, 5e9, 8e9));
        assertEquals(new Bandwidth.Ratios(0.1, 0.8, 0), ratios);
        assertEquals(0.8, ratios.bestRead());
    }
}
