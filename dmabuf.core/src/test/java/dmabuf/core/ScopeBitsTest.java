package dmabuf.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScopeBitsTest {

    @Test
    void slotsTakeTurns() {
        long bits = 0;
        for (int i = 0; i < 40; i++) {
            int slot = ScopeBits.freeSlot(bits);
            assertEquals(i % ScopeBits.TAKING_TURNS, slot);
            bits = ScopeBits.opened(bits, slot) - ScopeBits.weight(slot);
            assertTrue(ScopeBits.isIdle(bits));
        }
    }

    @Test
    void everySlotIsUsedBeforeThereIsNone() {
        long bits = 0;
        Set<Integer> slots = new HashSet<>();
        for (int i = 0; i < ScopeBits.SLOTS; i++) {
            int slot = ScopeBits.freeSlot(bits);
            slots.add(slot);
            bits = ScopeBits.opened(bits, slot);
        }
        assertEquals(ScopeBits.SLOTS, slots.size());
        assertEquals(ScopeBits.NO_SLOT, ScopeBits.freeSlot(bits));
    }

    @Test
    void closedMappingIsIdleOnlyWhenEveryScopeIsClosed() {
        long bits = ScopeBits.opened(0, 5) | ScopeBits.CLOSED;
        assertTrue(ScopeBits.isClosed(bits));
        assertFalse(ScopeBits.isIdle(bits));
        bits -= ScopeBits.weight(5);
        assertTrue(ScopeBits.isIdle(bits));
        assertTrue(ScopeBits.isClosed(bits));
    }

    @Test
    void randomOpeningAndClosingComesOutEven() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long bits = 0;
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            if (open.isEmpty() || random.nextInt(open.size() + 30) < 20) {
                int slot = ScopeBits.freeSlot(bits);
                assertTrue(slot == ScopeBits.NO_SLOT ? open.stream().filter(each -> each >= 0).count() == ScopeBits.SLOTS
                        : !open.contains(slot), () -> "seed " + seed);
                bits = ScopeBits.opened(bits, slot);
                open.add(slot);
            } else {
                bits -= ScopeBits.weight(open.remove(random.nextInt(open.size())));
            }
            assertEquals(open.isEmpty(), ScopeBits.isIdle(bits), () -> "seed " + seed);
            assertFalse(ScopeBits.isClosed(bits));
        }
    }
}
