package dmabuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.bench.process.Growth;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Programs in C and in Java that measure themselves. */
class CProbeTest {

    private static final Effort BRIEF = new Effort(1, 1, 2, 1);

    @Test
    void everyBaselineInCCompilesAndMeasures() throws Exception {
        int real = BenchKernel.isReal() ? 1 : 0;
        try (CProbe.Workshop workshop = new CProbe.Workshop()) {
            positive(CProbe.of(workshop, "scope", real).take(BRIEF));
            positive(CProbe.of(workshop, "copy", 65_536, real).take(BRIEF));
            positive(CProbe.of(workshop, "map", 65_536, real).take(BRIEF));
            positive(CProbe.of(workshop, "throughput", 65_536, real, 2).take(BRIEF));
        }
    }

    @Test
    void whatFailsSaysWhatItSaid() throws Exception {
        IOException thrown = assertThrows(IOException.class, () -> JvmProbe.of(Growth.class, "nonsense").take(BRIEF));
        assertTrue(thrown.getMessage().contains("no curve is named nonsense"), thrown::getMessage);
    }

    private static void positive(Sample sample) {
        assertEquals(2, sample.values().length);
        assertTrue(Arrays.stream(sample.values()).allMatch(value -> value > 0));
    }
}
