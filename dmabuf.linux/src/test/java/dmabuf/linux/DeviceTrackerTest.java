package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Subscription;
import dmabuf.fd.KernelKind;
import dmabuf.linux.DeviceTracker.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Devices of several kernels, published while they are there and preferred as configured. */
class DeviceTrackerTest {

    private final FakeKernel real = new FakeKernel(KernelKind.LINUX);
    private final FakeKernel simulated = new FakeKernel(KernelKind.SIMULATED);
    /** What happened, in order: "+/dev/a" for a real device, "~" after it for a simulated one. */
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private DeviceTracker tracker;

    @AfterEach
    void closingWithdrawsEverythingAndEndsAllWatching() {
        tracker.close();
        assertEquals(Set.of(), published());
        assertEquals(List.of(), List.copyOf(real.watchers));
        assertEquals(List.of(), List.copyOf(simulated.watchers));
        tracker.close();
    }

    private void track(KernelPreference preference) {
        track(preference, UnaryOperator.identity());
    }

    private void track(KernelPreference preference, UnaryOperator<Subscription> refuse) {
        tracker = new DeviceTracker("/dev", node -> !node.contains("other"), preference, device -> refuse.apply(publish(device)));
    }

    private Subscription publish(Device device) {
        String name = device.node() + (device.kernel().kind() == KernelKind.SIMULATED ? "~" : "");
        log.add("+" + name);
        return () -> log.add("-" + name);
    }

    private Set<String> published() {
        Set<String> published = new HashSet<>();
        for (String entry : List.copyOf(log)) {
            if (entry.startsWith("+")) {
                assertTrue(published.add(entry.substring(1)), "published twice: " + log);
            } else {
                assertTrue(published.remove(entry.substring(1)), "withdrawn though not published: " + log);
            }
        }
        return published;
    }

    @Test
    void deviceThatTakesThePlaceOfAnotherAtOnceIsANewOne() {
        real.plug("/dev/a");
        real.plug("/dev/b");
        track(KernelPreference.AUTO);
        tracker.start();
        tracker.addKernel(real.syscalls);
        real.replace("/dev/a");
        assertEquals(List.of("+/dev/a", "+/dev/b", "-/dev/a", "+/dev/a"), log);
        assertEquals(Set.of("/dev/a", "/dev/b"), published());
    }

    @Test
    void nothingIsPublishedBeforeTheStart() {
        real.plug("/dev/a");
        track(KernelPreference.AUTO);
        tracker.addKernel(real.syscalls);
        assertEquals(List.of(), log);
        tracker.start();
        assertEquals(List.of("+/dev/a"), log);
    }

    @Test
    void nodesThatComeAndGoArePublishedAndWithdrawn() {
        track(KernelPreference.AUTO);
        tracker.start();
        tracker.addKernel(real.syscalls);
        real.plug("/dev/a");
        real.plug("/dev/other");
        real.plug("/dev/b");
        real.unplug("/dev/a");
        assertEquals(List.of("+/dev/a", "+/dev/b", "-/dev/a"), log);
        tracker.removeKernel(real.syscalls);
        assertEquals(Set.of(), published());
        real.plug("/dev/c");
        assertEquals(Set.of(), published(), "nobody listens to a kernel that went");
    }

    @Test
    void simulatedDeviceServesOnlyWhileThereIsNoRealOne() {
        simulated.plug("/dev/a");
        track(KernelPreference.AUTO);
        tracker.start();
        tracker.addKernel(simulated.syscalls);
        tracker.addKernel(real.syscalls);
        assertEquals(Set.of("/dev/a~"), published());
        real.plug("/dev/a");
        assertEquals(Set.of("/dev/a"), published());
        real.unplug("/dev/a");
        assertEquals(Set.of("/dev/a~"), published());
        assertEquals(List.of("+/dev/a~", "+/dev/a", "-/dev/a~", "-/dev/a", "+/dev/a~"), log, "at no moment there is none for long");
    }

    @Test
    void kernelsThatAreThereAtTheStartAreAllKnownBeforeOneIsPreferred() {
        real.plug("/dev/a");
        simulated.plug("/dev/a");
        track(KernelPreference.AUTO);
        tracker.addKernel(simulated.syscalls);
        tracker.addKernel(real.syscalls);
        tracker.start();
        assertEquals(List.of("+/dev/a"), log);
    }

    @Test
    void preferenceForOneKindLeavesTheOtherAlone() {
        real.plug("/dev/a");
        simulated.plug("/dev/a");
        track(KernelPreference.LINUX);
        tracker.start();
        tracker.addKernel(simulated.syscalls);
        assertEquals(List.of(), List.copyOf(simulated.watchers), "not even watched");
        tracker.addKernel(real.syscalls);
        assertEquals(Set.of("/dev/a"), published());
        tracker.close();
        track(KernelPreference.SIMULATED);
        tracker.start();
        tracker.addKernel(simulated.syscalls);
        tracker.addKernel(real.syscalls);
        assertEquals(Set.of("/dev/a~"), published());
    }

    @Test
    void realDeviceOfAnotherDriverDoesNotKeepTheSimulatedOneAway() {
        real.plug("/dev/a");
        simulated.plug("/dev/a");
        boolean[] refuses = {true};
        tracker = new DeviceTracker("/dev", node -> true, KernelPreference.AUTO, device ->
                refuses[0] && device.kernel().kind() == KernelKind.LINUX ? null : publish(device));
        tracker.start();
        tracker.addKernel(real.syscalls);
        tracker.addKernel(simulated.syscalls);
        assertEquals(Set.of("/dev/a~"), published());
        refuses[0] = false;
        real.plug("/dev/b");
        assertEquals(Set.of("/dev/a", "/dev/b"), published(), "a node that was refused is tried again");
    }

    @Test
    void nodeThatIsNoLongerChosenIsWithdrawn() {
        tracker = new DeviceTracker("/dev", (devices, nodes) -> nodes.stream().limit(1).toList(), KernelPreference.AUTO, this::publish);
        tracker.start();
        tracker.addKernel(real.syscalls);
        real.plug("/dev/b");
        real.plug("/dev/a");
        real.unplug("/dev/a");
        assertEquals(List.of("+/dev/b", "-/dev/b", "+/dev/a", "-/dev/a", "+/dev/b"), log);
    }

    @Test
    void sameReasonIsToldOnceAndAnotherOneIsNews() {
        String[] reason = {"no permission"};
        tracker = new DeviceTracker("/dev", node -> !node.equals("/dev/b"), KernelPreference.AUTO, device -> {
            if (device.node().equals("/dev/c")) {
                real.nodes.remove("/dev/c");
            }
            throw new IllegalStateException(reason[0]);
        });
        List<String> warnings = new ArrayList<>();
        Logger logger = Logger.getLogger(DeviceTracker.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getLevel() == Level.WARNING) {
                    warnings.add(new SimpleFormatter().formatMessage(entry));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            tracker.start();
            tracker.addKernel(real.syscalls);
            real.plug("/dev/a");
            real.plug("/dev/b");
            reason[0] = "no device";
            real.plug("/dev/c"); // Goes while it is asked.
            real.unplug("/dev/a");
            real.plug("/dev/a");
        } finally {
            logger.removeHandler(handler);
            logger.setUseParentHandlers(true);
        }
        String again = "/dev/a cannot be used: no device";
        assertEquals(List.of("/dev/a cannot be used: no permission", again, again), warnings, "a node that was away is new");
    }

    @Test
    void publisherThatFailsHarmsNoOtherDevice() {
        real.plug("/dev/a");
        real.plug("/dev/b");
        boolean[] fails = {true};
        tracker = new DeviceTracker("/dev", node -> true, KernelPreference.AUTO, device -> {
            if (fails[0] && device.node().equals("/dev/a")) {
                throw new IllegalStateException("on purpose");
            }
            return publish(device);
        });
        tracker.start();
        tracker.addKernel(real.syscalls);
        assertEquals(Set.of("/dev/b"), published());
        fails[0] = false;
        real.plug("/dev/c");
        assertEquals(Set.of("/dev/a", "/dev/b", "/dev/c"), published());
    }

    @Test
    void withdrawalThatFailsHarmsNoOtherDevice() {
        real.plug("/dev/a");
        real.plug("/dev/b");
        tracker = new DeviceTracker("/dev", node -> true, KernelPreference.AUTO, device -> {
            Subscription published = publish(device);
            return () -> {
                published.close();
                throw new IllegalStateException("on purpose");
            };
        });
        tracker.start();
        tracker.addKernel(real.syscalls);
        tracker.removeKernel(real.syscalls);
        assertEquals(Set.of(), published());
    }

    @Test
    void publisherMayCauseChangesItself() {
        tracker = new DeviceTracker("/dev", node -> true, KernelPreference.AUTO, device -> {
            Subscription published = publish(device);
            if (device.node().equals("/dev/a")) {
                real.plug("/dev/b"); // Tells the tracker, in the middle of its work.
                tracker.addKernel(simulated.syscalls);
            }
            return published;
        });
        simulated.plug("/dev/s");
        tracker.start();
        tracker.addKernel(real.syscalls);
        real.plug("/dev/a");
        assertEquals(Set.of("/dev/a", "/dev/b"), published());
        assertFalse(simulated.watchers.isEmpty());
    }

    @Test
    void publisherMayCloseTheTracker() {
        tracker = new DeviceTracker("/dev", node -> true, KernelPreference.AUTO, device -> {
            Subscription published = publish(device);
            tracker.close();
            return published;
        });
        tracker.start();
        tracker.addKernel(real.syscalls);
        real.plug("/dev/a");
        assertEquals(List.of("+/dev/a", "-/dev/a"), log);
    }

    @Test
    void kernelThatComesAfterTheEndIsNotWatched() {
        track(KernelPreference.AUTO);
        tracker.start();
        tracker.close();
        tracker.addKernel(real.syscalls);
        assertEquals(List.of(), List.copyOf(real.watchers));
    }

    @Test
    void kernelThatIsAddedTwiceIsWatchedOnce() {
        track(KernelPreference.AUTO);
        tracker.start();
        tracker.addKernel(real.syscalls);
        tracker.addKernel(real.syscalls);
        assertEquals(1, real.watchers.size());
        real.plug("/dev/a");
        assertEquals(List.of("+/dev/a"), log);
    }

    @Test
    void removalReturnsOnlyWhenWithdrawnAlsoWhileAnotherThreadIsAtWork() throws Exception {
        CountDownLatch publishing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        tracker = new DeviceTracker("/dev", node -> true, KernelPreference.AUTO, device -> {
            publishing.countDown();
            awaitQuietly(goOn);
            return publish(device);
        });
        tracker.start();
        tracker.addKernel(real.syscalls);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> plugging = threads.submit(() -> real.plug("/dev/a"));
            assertTrue(publishing.await(10, TimeUnit.SECONDS));
            Future<Set<String>> removing = threads.submit(() -> {
                tracker.removeKernel(real.syscalls);
                return published();
            });
            goOn.countDown();
            assertEquals(Set.of(), removing.get(10, TimeUnit.SECONDS));
            plugging.get(10, TimeUnit.SECONDS);
        }
        assertEquals(List.of("+/dev/a", "-/dev/a"), log);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void publisherIsCalledByOneThreadAtATimeAndEndsUpWithWhatIsThere() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        tracker = new DeviceTracker("/dev", node -> true, KernelPreference.AUTO, device -> {
            assertEquals(1, inside.incrementAndGet());
            Subscription published = publish(device);
            inside.decrementAndGet();
            return published;
        });
        tracker.start();
        tracker.addKernel(real.syscalls);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> plugging = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Random random = new Random(thread);
                plugging.add(threads.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        String node = "/dev/" + random.nextInt(4);
                        if (random.nextBoolean()) {
                            real.plug(node);
                        } else {
                            real.unplug(node);
                        }
                    }
                }));
            }
            for (Future<?> each : plugging) {
                each.get(30, TimeUnit.SECONDS);
            }
        }
        assertEquals(Set.copyOf(real.nodes), published());
    }
}
