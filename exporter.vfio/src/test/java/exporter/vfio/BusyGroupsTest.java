package exporter.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A group that is in use is tried again until it is not, and nothing goes on after that. */
class BusyGroupsTest {

    private static final long PATIENCE_SECONDS = 30;

    @Test
    void groupIsTriedAgainWhileItIsInUse() throws InterruptedException {
        CountDownLatch free = new CountDownLatch(3);
        AtomicReference<BusyGroups> itself = new AtomicReference<>();
        try (BusyGroups busy = new BusyGroups(() -> {
            free.countDown();
            if (free.getCount() > 0) {
                itself.get().meet();
            }
        })) {
            itself.set(busy);
            busy.meet();
            busy.meet();
            assertTrue(free.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
    }

    @Test
    void whatIsClosedTriesNothing() {
        AtomicInteger tries = new AtomicInteger();
        BusyGroups busy = new BusyGroups(tries::incrementAndGet);
        busy.meet();
        busy.close();
        busy.meet();
        assertEquals(0, tries.get());
    }
}
