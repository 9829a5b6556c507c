package dmabuf.display.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.api.Subscription;
import dmabuf.display.Display;
import dmabuf.display.DisplayListener;
import dmabuf.display.DisplayPlane;
import dmabuf.display.DisplayState;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who follows a screen is told of its changes, and nobody asks the device otherwise. */
@SuppressWarnings("try")
class WatchTest {

    private final Rig rig = new Rig();
    private final List<DisplayState> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger refreshed = new AtomicInteger();
    private final DisplayListener listener = new DisplayListener() {
        @Override
        public void changed(DisplayState now) {
            told.add(now);
        }

        @Override
        public void refreshed(DisplayState now) {
            assertEquals(told.getLast(), now);
            refreshed.incrementAndGet();
        }
    };

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    private List<DisplayState.Condition> conditions() {
        return told.stream().map(DisplayState::condition).toList();
    }

    @Test
    void changesAreToldOnceAndInOrder() {
        try (Subscription follows = rig.screen.listen(Duration.ZERO, listener)) {
            Rig.await("what there is at the beginning", () -> told.size() == 1);
            rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 4, 2, 0, 0);
            Rig.await("it is switched on", () -> told.size() == 2);
            int before = refreshed.get();
            Rig.await("nothing changes", () -> refreshed.get() > before + 2);
            rig.show(DisplayPlane.CURSOR, 2, DrmFormat.ARGB8888, 2, 2, 1, 1);
            Rig.await("there is a cursor", () -> told.size() == 3);
            rig.show(DisplayPlane.CURSOR, 2, DrmFormat.ARGB8888, 2, 2, 2, 1);
            Rig.await("the cursor has moved", () -> told.size() == 4);
            rig.whenAsked = () -> {
                throw new DmaBufException(Errno.EIO, "QUERY", "device");
            };
            Rig.await("it is unreadable", () -> told.size() == 5);
            assertEquals(rig.screen.state(), told.getLast());
        }
        assertEquals(
                List.of(DisplayState.Condition.OFF, DisplayState.Condition.ON, DisplayState.Condition.ON, DisplayState.Condition.ON,
                        DisplayState.Condition.UNREADABLE),
                conditions());
    }

    @Test
    void subscriptionSurvivesTheExporter() {
        rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 4, 2, 0, 0);
        try (Subscription follows = rig.screen.listen(Duration.ZERO, listener)) {
            Rig.await("it is on", () -> told.size() == 1);
            rig.unplug();
            Rig.await("it is gone", () -> told.size() == 2);
            rig.plug();
            Rig.await("it is back", () -> told.size() == 3);
        }
        assertEquals(List.of(DisplayState.Condition.ON, DisplayState.Condition.GONE, DisplayState.Condition.ON), conditions());
        assertEquals(told.getFirst(), told.getLast());
    }

    @Test
    void deviceIsAskedByNobodyOnceNobodyListens() {
        Thread[] follower = new Thread[1];
        Subscription follows = rig.screen.listen(Duration.ZERO, now -> follower[0] = Thread.currentThread());
        Rig.await("it begins", () -> follower[0] != null);
        follows.close();
        follows.close();
        Rig.await("its thread ends", () -> !follower[0].isAlive());
        int asked = rig.queries.get();
        rig.screen.listen(Duration.ofDays(1_000_000), listener).close();
        Rig.await("another begins and ends", () -> rig.queries.get() <= asked + 2);
    }

    @Test
    void oneThatIsAskedForOnceAnHourIsNotAskedAgain() {
        try (Subscription follows = rig.screen.listen(Duration.ofHours(1), listener)) {
            Rig.await("what there is at the beginning", () -> told.size() == 1);
            rig.show(DisplayPlane.PRIMARY, 1, DrmFormat.XRGB8888, 4, 2, 0, 0);
            AtomicInteger other = new AtomicInteger();
            try (Subscription often = rig.screen.listen(Duration.ZERO, new DisplayListener() {
                @Override
                public void changed(DisplayState now) {}

                @Override
                public void refreshed(DisplayState now) {
                    other.incrementAndGet();
                }
            })) {
                Rig.await("another one looks several times", () -> other.get() > 3);
            }
            assertEquals(1, told.size());
            assertEquals(0, refreshed.get());
        }
    }

    @Test
    void twoCallsAreNeverCloserThanTheShortestInterval() {
        List<Long> calls = new CopyOnWriteArrayList<>();
        try (Subscription follows = rig.screen.listen(Duration.ofNanos(1), new DisplayListener() {
            @Override
            public void changed(DisplayState now) {
                calls.add(System.nanoTime());
            }

            @Override
            public void refreshed(DisplayState now) {
                calls.add(System.nanoTime());
            }
        })) {
            Rig.await("several calls", () -> calls.size() > 8);
        }
        // What was noted may be noted late: of the first call most of all.
        long nanos = calls.getLast() - calls.getFirst();
        assertTrue(nanos > (calls.size() - 3) * Display.SHORTEST_INTERVAL.toNanos(), () -> calls.size() + " calls in " + nanos + " ns");
    }

    @Test
    void listenerThatThrowsGoesOnListeningAndHarmsNoOther() {
        AtomicInteger calls = new AtomicInteger();
        try (Subscription bad = rig.screen.listen(Duration.ZERO, new DisplayListener() {
            @Override
            public void changed(DisplayState now) {
                throw new IllegalStateException("first call " + calls.incrementAndGet());
            }

            @Override
            public void refreshed(DisplayState now) {
                throw new IllegalStateException("call " + calls.incrementAndGet());
            }
        });
                Subscription good = rig.screen.listen(Duration.ZERO, listener)) {
            Rig.await("it is called again", () -> calls.get() > 2);
            Rig.await("so is the other", () -> refreshed.get() > 2);
        }
    }

    @Test
    void listenerMayEndItsSubscriptionAndBeInterrupted() {
        AtomicReference<Subscription> own = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        own.set(rig.screen.listen(Duration.ZERO, new DisplayListener() {
            @Override
            public void changed(DisplayState now) {
                Thread.currentThread().interrupt();
            }

            @Override
            public void refreshed(DisplayState now) {
                if (own.get() != null && calls.incrementAndGet() == 3) {
                    own.get().close();
                }
            }
        }));
        Rig.await("it has ended itself", () -> calls.get() == 3);
        int asked = rig.queries.get();
        assertTrue(asked < 100, () -> "asked " + asked + " times: an interrupt must not make it run");
    }

    @Test
    void screenThatIsClosedEndsItsSubscriptions() {
        Thread[] follower = new Thread[1];
        rig.screen.listen(Duration.ofHours(1), now -> follower[0] = Thread.currentThread());
        Rig.await("it begins", () -> follower[0] != null);
        rig.screen.close();
        Rig.await("its thread ends", () -> !follower[0].isAlive());
        assertEquals(DisplayState.GONE, rig.screen.state());
    }
}
