package dmabuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where goals are judged, and what is said where they are not. */
class JudgeTest {

    private static final String TCG = "QEMU TCG CPU version 2.5+";
    private static final Machine REAL = new Machine("A processor", 2, "Linux 6", "A JVM 25", "memfds", false);
    private static final Machine EMULATED = new Machine(TCG, 1, "Linux 6", "A JVM 25", "real dma-bufs", true);
    private static final Result MISSED = new Result(
            "scope-beyond", "a scope", "C", Unit.NANOS, 300, 300, 300, 200, 100, "+100 ns", "≤ +30.0 ns", 0, false, null);
    private static final Result FAILED = new Result(
            "copy", "a copy", "C", Unit.NANOS, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, "-", "≥ 1 x", -1, false,
            "no memory");

    private static Report report(Machine machine, Effort effort, Result... results) {
        return Report.of(machine, effort, List.of(results), List.of());
    }

    @Test
    void goalThatIsMissedFailsOnARealProcessorOnly() {
        assertFalse(report(REAL, Effort.QUICK, MISSED).holds());
        assertTrue(report(EMULATED, Effort.QUICK.emulated(), MISSED).holds());
        assertTrue(report(REAL, Effort.SMOKE, MISSED).holds());
        assertTrue(report(EMULATED, Effort.SMOKE.emulated(), MISSED).holds());
    }

    @Test
    void rowWithoutAResultFailsEverywhere() {
        assertFalse(report(EMULATED, Effort.QUICK.emulated(), MISSED, FAILED).holds());
        assertFalse(report(REAL, Effort.SMOKE, FAILED).holds());
        TableText table = new TableText(new Judge(EMULATED, Effort.QUICK.emulated()));
        assertEquals("2 rows, no goal judged, 1 without a result", table.summary(List.of(MISSED, FAILED)));
        assertEquals("1 row, 1 missed", new TableText(new Judge(REAL, Effort.QUICK)).summary(List.of(MISSED)));
    }

    @Test
    void emulatedProcessorIsNamedAndShowsRatiosOnly() {
        assertTrue(EMULATED.toString().contains("1 core (emulated CPU, ratios only)"), EMULATED::toString);
        Judge judge = new Judge(EMULATED, Effort.QUICK.emulated());
        assertTrue(judge.note().startsWith("Emulated CPU, ratios only"), judge::note);
        String line = new TableText(judge).line(MISSED);
        assertTrue(line.contains("1.50 x") && !line.contains("30.0") && !line.contains("MISSED"), line);
        assertEquals("+100 ns", new Judge(REAL, Effort.FULL).ratio(MISSED));
        assertEquals("", new Judge(REAL, Effort.FULL).note());
    }

    @Test
    void processorIsEmulatedUnlessKvmRunsIt() {
        assertTrue(Machine.isEmulated(TCG, "tsc hpet acpi_pm"));
        assertTrue(Machine.isEmulated("QEMU Virtual CPU version 2.5+", "hpet"));
        assertFalse(Machine.isEmulated("QEMU Virtual CPU version 2.5+", "kvm-clock tsc"));
        assertFalse(Machine.isEmulated("AMD EPYC", "kvm-clock tsc"));
    }
}
