package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    @Test
    void whatIsLeftIsRoundedUp() {
        int left = Deadline.in(Duration.ofSeconds(10)).remainingMillis();
        assertTrue(left > 9000 && left <= 10_000, () -> left + " ms");
        assertEquals(1, Deadline.in(Duration.ofNanos(1_000_000)).remainingMillis());
        assertEquals(Integer.MAX_VALUE, Deadline.in(Duration.ofDays(365)).remainingMillis());
    }

    @Test
    void zeroIsOverAtOnce() {
        Deadline now = Deadline.in(Duration.ZERO);
        assertTrue(now.isOver());
        assertEquals(0, now.remainingMillis());
        assertTrue(Deadline.in(Duration.ofSeconds(-1)).isOver());
        assertTrue(Deadline.in(Duration.ofSeconds(Long.MIN_VALUE)).isOver());
    }

    @Test
    void earlierOfTwoCounts() {
        assertTrue(Deadline.in(Duration.ofSeconds(10)).orIn(Duration.ofSeconds(1)).remainingMillis() <= 1000);
        assertTrue(Deadline.in(Duration.ofSeconds(1)).orIn(Duration.ofSeconds(10)).remainingMillis() <= 1000);
        assertTrue(Deadline.never().orIn(Duration.ofSeconds(1)).remainingMillis() <= 1000);
        assertTrue(Deadline.in(Duration.ofSeconds(1)).orIn(Duration.ofDays(100_000)).remainingMillis() <= 1000);
    }

    @Test
    void neverIsNever() {
        for (Deadline never : new Deadline[] {Deadline.never(), Deadline.in(Duration.ofSeconds(Long.MAX_VALUE))}) {
            assertFalse(never.isOver());
            assertEquals(-1, never.remainingMillis());
        }
    }
}
