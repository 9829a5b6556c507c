package importer.v4l2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What the driver's numbers say of frames that nobody saw. */
class SequenceCounterTest {

    private final SequenceCounter counter = new SequenceCounter();

    @Test
    void numbersWithoutGapsDropNothing() {
        for (int i = 0; i < 5; i++) {
            assertEquals(i, counter.next(i));
            assertEquals(0, counter.gap());
        }
        assertEquals(0, counter.dropped());
    }

    @Test
    void gapsAreCountedAlsoBeforeTheFirstFrame() {
        assertEquals(2, counter.next(2));
        assertEquals(2, counter.gap());
        assertEquals(3, counter.next(3));
        assertEquals(0, counter.gap());
        assertEquals(10, counter.next(10));
        assertEquals(6, counter.gap());
        assertEquals(8, counter.dropped());
    }

    @Test
    void wrapAroundIsNoGap() {
        counter.next(0x7fff_0000L);
        counter.next(0xf000_0000L);
        counter.next(0xffff_fffeL);
        long before = counter.dropped();
        assertEquals(0xffff_ffffL, counter.next(0xffff_ffffL));
        assertEquals(0x1_0000_0000L, counter.next(0));
        assertEquals(0x1_0000_0003L, counter.next(3));
        assertEquals(before + 2, counter.dropped());
    }

    @Test
    void driverThatDoesNotCountDropsNothing() {
        for (int i = 0; i < 3; i++) {
            assertEquals(i, counter.next(0));
        }
        assertEquals(0, counter.dropped());
    }

    @Test
    void lostFrameCounts() {
        counter.next(0);
        counter.lose();
        assertEquals(1, counter.dropped());
    }
}
