package dmabuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {

    private static final Effort EFFORT = new Effort(3, 0, 1, 1, true);

    private static Row row(Probe ours, Probe baseline, double bytes) {
        return new Row("row", "something", Unit.NANOS, ours, "something else", baseline, Goal.atMostTimes(1.1), bytes);
    }

    @Test
    void bothSidesTakeTurns() throws Exception {
        List<String> order = new ArrayList<>();
        Row row = row(
                effort -> {
                    order.add("ours");
                    return Sample.of(order.size());
                },
                effort -> {
                    order.add("baseline");
                    return Sample.of(100);
                },
                -1);
        Result result = row.measure(EFFORT);
        assertEquals(List.of("ours", "baseline", "ours", "baseline", "ours", "baseline"), order);
        assertEquals(3, result.ours());
        assertEquals(1, result.least());
        assertEquals(5, result.most());
        assertTrue(result.met());
    }

    @Test
    void aByteTooManyMissesTheGoalHoweverFast() throws Exception {
        Probe baseline = effort -> Sample.of(100);
        assertTrue(row(effort -> new Sample(new double[] {1}, 0.1), baseline, 0).measure(EFFORT).met());
        assertFalse(row(effort -> new Sample(new double[] {1}, 16), baseline, 0).measure(EFFORT).met());
        assertTrue(row(effort -> new Sample(new double[] {1}, 16), baseline, -1).measure(EFFORT).met());
    }

    @Test
    void nothingMeasuredIsNoSample() {
        assertThrows(IllegalArgumentException.class, Sample::of);
        assertThrows(IllegalArgumentException.class, () -> Sample.of(1, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Sample.of(Double.POSITIVE_INFINITY));
    }

    @Test
    void whatCannotBeMeasuredSaysWhy() {
        Result result = row(effort -> Sample.of(1), effort -> Sample.of(1), -1).failed(new IllegalStateException("no such thing"));
        assertFalse(result.met());
        assertTrue(new TableText(new Judge(PageTest.MACHINE, EFFORT)).line(result).contains("no such thing"));
    }
}
