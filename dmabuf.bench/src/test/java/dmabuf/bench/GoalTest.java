package dmabuf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GoalTest {

    private static boolean met(Goal goal, double ours, double baseline) {
        return goal.isMetBy(goal.figure(ours, baseline));
    }

    @Test
    void costIsBoundByAMultipleOfTheBaseline() {
        assertTrue(met(Goal.atMostTimes(1.1), 110, 100));
        assertFalse(met(Goal.atMostTimes(1.1), 111, 100));
    }

    @Test
    void speedIsTheInverseOfCost() {
        assertTrue(met(Goal.speedAtLeast(0.95), 100, 95));
        assertFalse(met(Goal.speedAtLeast(0.95), 100, 94));
        assertTrue(met(Goal.fasterAtLeast(30), 10, 300));
        assertFalse(met(Goal.fasterAtLeast(30), 10, 299));
        assertEquals("30.00 x", Goal.fasterAtLeast(30).text(Goal.fasterAtLeast(30).figure(10, 300)));
    }

    @Test
    void anAmountIsBoundOnTopOfTheBaselineOrByItself() {
        assertTrue(met(Goal.atMostMore(3_000), 5_000, 2_000));
        assertFalse(met(Goal.atMostMore(3_000), 5_001, 2_000));
        assertEquals("+3000 ns", Goal.atMostMore(3_000).text(3_000));
        assertTrue(met(Goal.atMost(1024, Unit.BYTES), 1024, Double.NaN));
        assertFalse(met(Goal.atMost(1024, Unit.BYTES), 1025, Double.NaN));
    }

    @Test
    void moreIsBetterWhereThroughputIsCompared() {
        assertTrue(met(Goal.atLeastTimes(0.9), 1.8, 2.0));
        assertFalse(met(Goal.atLeastTimes(0.9), 1.7, 2.0));
    }

    @Test
    void nothingMeasuredMeetsNoGoal() {
        assertFalse(met(Goal.atMostTimes(1.1), Double.NaN, 100));
        assertFalse(met(Goal.atMost(1, Unit.NANOS), Double.NaN, Double.NaN));
    }
}
