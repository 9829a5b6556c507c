package dmabuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.bench.process.Growth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs in C and in Java that measure themselves. */
class CProbeTest {

    private static final Effort BRIEF = new Effort(1, 1, 2, 1, true);

    @Test
    void everyBaselineInCCompilesAndMeasures() throws Exception {
        int real = BenchKernel.isReal() ? 1 : 0;
        try (CProbe.Workshop workshop = CProbe.Workshop.open(null)) {
            positive(CProbe.of(workshop, "scope", real).take(BRIEF));
            positive(CProbe.of(workshop, "copy", 65_536, real).take(BRIEF));
            positive(CProbe.of(workshop, "map", 65_536, real).take(BRIEF));
            positive(CProbe.of(workshop, "throughput", 65_536, real, 2).take(BRIEF));
        }
    }

    @Test
    void baselinesThatAreReadyAreTaken(@TempDir Path folder) throws Exception {
        CProbe.Workshop.fill(folder);
        try (CProbe.Workshop workshop = CProbe.Workshop.open(folder)) {
            workshop.requirePrograms();
            positive(CProbe.of(workshop, "map", 65_536, BenchKernel.isReal() ? 1 : 0).take(BRIEF));
        }
        assertTrue(Files.exists(folder.resolve("map")), "what was ready is left as it was");
        Files.delete(folder.resolve("scope"));
        try (CProbe.Workshop workshop = CProbe.Workshop.open(folder)) {
            IOException thrown = assertThrows(IOException.class, workshop::requirePrograms);
            assertTrue(thrown.getMessage().contains("there is no program scope in " + folder), thrown::getMessage);
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
