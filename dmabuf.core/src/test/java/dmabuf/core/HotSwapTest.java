package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Mapping;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.linux.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HotSwapTest {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE);

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    @Test
    void stoppingExporterKeepsMappedBufferReadable() {
        ExporterRegistration one = rig.add("one");
        try (DmaBuf buffer = one.source().export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            try (CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
                access.segment().set(JAVA_INT, 0, 42);
            }
            CpuAccess open = mapping.cpuAccess(Access.READ_WRITE);
            one.close();
            assertEquals(BufferState.ORPHANED, buffer.state());
            open.segment().set(JAVA_INT, 4, 43);
            open.close();
            try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
                assertEquals(42, access.segment().get(JAVA_INT, 0));
                assertEquals(43, access.segment().get(JAVA_INT, 4));
            }
        }
    }

    @Test
    void orphanDoesEverythingThatABufferDoes() {
        ExporterRegistration one = rig.add("one");
        DmaBuf buffer = one.source().export(REQUEST);
        one.close();
        try (buffer;
                DmaBuf other = buffer.retain();
                Mapping mapping = other.mmap()) {
            buffer.rename("orphan");
            assertEquals("one on /dev/one generation 1", buffer.origin());
            assertEquals(PAGE, mapping.length());
            rig.core.importFd(buffer.fd()).close();
            assertEquals("orphan", rig.core.census().getFirst().name());
            assertEquals(BufferState.ORPHANED, rig.core.census().getFirst().state());
        }
    }

    @Test
    void exporterThatLeftExportsNothingMoreAndTheNextOneIsChosen() {
        ExporterRegistration one = rig.add(TestExporter.properties("one"), 1);
        rig.add("two");
        Selection selection = rig.core.select(Requirements.none());
        assertEquals("one", selection.source().properties().exporter());
        one.close();
        assertThrows(ExporterGoneException.class, () -> one.source().export(REQUEST));
        try (DmaBuf buffer = selection.export(REQUEST)) {
            assertEquals("two on /dev/two generation 1", buffer.origin());
        }
    }

    @Test
    void comingBackIsANewGenerationAndBuffersStayWithTheOld() {
        ExporterRegistration first = rig.add("one");
        try (DmaBuf old = first.source().export(REQUEST)) {
            first.close();
            ExporterRegistration second = rig.add("one");
            assertEquals(2, second.source().properties().generation());
            assertEquals(1, rig.add("two").source().properties().generation());
            try (DmaBuf fresh = second.source().export(REQUEST)) {
                assertEquals(BufferState.ORPHANED, old.state());
                assertEquals(BufferState.ACTIVE, fresh.state());
                second.close();
                assertEquals(BufferState.ORPHANED, fresh.state());
            }
        }
    }

    @Test
    void callInFlightIsAwaitedAndItsBufferIsBornOrphaned() throws Exception {
        HeldExporter held = new HeldExporter(rig.exporter);
        ExporterRegistration registration = rig.add("held", held);
        CompletableFuture<DmaBuf> call = held.call(registration.source());
        CompletableFuture<Void> stop = CompletableFuture.runAsync(registration::close);
        Rig.await("the exporter is draining", () -> rig.core.sources().isEmpty());
        assertThrows(ExporterGoneException.class, () -> registration.source().export(REQUEST));
        assertFalse(stop.isDone(), "it waits for the call");
        held.letGo();
        try (DmaBuf buffer = HeldExporter.get(call)) {
            HeldExporter.get(stop);
            assertEquals(BufferState.ORPHANED, buffer.state());
            buffer.mmap().close();
        }
        assertEquals(List.of(), rig.log.at(Level.WARNING));
    }

    @Test
    void stuckCallIsReportedWithItsStackAndWhatItReturnsLateIsAccepted() throws Exception {
        rig.core.drainTimeoutMillis(30);
        HeldExporter held = new HeldExporter(rig.exporter);
        ExporterRegistration registration = rig.add("held", held);
        CompletableFuture<DmaBuf> call = held.call(registration.source());
        registration.close();
        String warning = String.join("\n", rig.log.at(Level.WARNING));
        assertTrue(warning.contains("held on /dev/held generation 1"), warning);
        assertTrue(warning.contains("caller") && warning.contains("HeldExporter.export"), warning);
        assertFalse(call.isDone());
        held.letGo();
        try (DmaBuf late = HeldExporter.get(call)) {
            assertEquals(BufferState.ORPHANED, late.state());
            late.mmap().close();
            assertEquals(1, rig.core.census().size());
        }
    }

    @Test
    void exporterThatStopsItsOwnBundleInACallIsNotWaitedFor() {
        rig.core.drainTimeoutMillis(4000);
        ExporterRegistration[] own = new ExporterRegistration[1];
        long[] millis = new long[1];
        own[0] = rig.add("suicidal", request -> {
            long begin = System.nanoTime();
            own[0].close();
            millis[0] = (System.nanoTime() - begin) / 1_000_000;
            return rig.exporter.export(request);
        });
        try (DmaBuf buffer = own[0].source().export(REQUEST)) {
            assertTrue(millis[0] < 2000, () -> millis[0] + " ms");
            assertEquals(BufferState.ORPHANED, buffer.state());
        }
        assertEquals(List.of(), rig.log.at(Level.WARNING));
    }

    @Test
    void whoComesSecondDoesNotWaitForACallOfTheOneThatStopped() throws Exception {
        rig.core.drainTimeoutMillis(4000);
        ExporterRegistration[] own = new ExporterRegistration[1];
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        own[0] = rig.add("suicidal", request -> {
            own[0].close();
            stopped.countDown();
            HeldExporter.waitFor(mayReturn);
            return rig.exporter.export(request);
        });
        CompletableFuture<DmaBuf> call = CompletableFuture.supplyAsync(() -> own[0].source().export(REQUEST));
        HeldExporter.waitFor(stopped);
        own[0].close();
        assertFalse(call.isDone());
        mayReturn.countDown();
        HeldExporter.get(call).close();
        assertEquals(List.of(), rig.log.at(Level.WARNING));
    }

    @Test
    void everyExporterOfABundleIsDrainedUnderOneDeadline() throws Exception {
        List<HeldExporter> held = new ArrayList<>();
        List<ExporterRegistration> registrations = new ArrayList<>();
        List<CompletableFuture<DmaBuf>> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            held.add(new HeldExporter(rig.exporter));
            registrations.add(rig.add("held " + i, held.get(i)));
            calls.add(held.get(i).call(registrations.get(i).source()));
        }
        long begin = System.nanoTime();
        rig.core.retire(registrations, Deadline.in(Duration.ofMillis(400)));
        long millis = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(millis >= 400 && millis < 1600, () -> millis + " ms for five exporters");
        assertEquals(5, rig.log.at(Level.WARNING).size());
        held.forEach(HeldExporter::letGo);
        for (CompletableFuture<DmaBuf> call : calls) {
            HeldExporter.get(call).close();
        }
    }

    @Test
    void allExportersOfABundleAreShutBeforeAnyIsAwaited() throws Exception {
        HeldExporter held = new HeldExporter(rig.exporter);
        ExporterRegistration first = rig.add("held", held);
        ExporterRegistration second = rig.add("idle");
        CompletableFuture<DmaBuf> call = held.call(first.source());
        CompletableFuture<Void> stop =
                CompletableFuture.runAsync(() -> rig.core.retire(List.of(first, second), rig.core.drainDeadline()));
        Rig.await("both are out of the selection", () -> rig.core.sources().isEmpty());
        assertThrows(ExporterGoneException.class, () -> second.source().export(REQUEST));
        held.letGo();
        HeldExporter.get(stop);
        HeldExporter.get(call).close();
    }

    @Test
    void interruptedStopStillWaitsAndKeepsTheInterrupt() throws Exception {
        HeldExporter held = new HeldExporter(rig.exporter);
        ExporterRegistration registration = rig.add("held", held);
        CompletableFuture<DmaBuf> call = held.call(registration.source());
        CompletableFuture<Boolean> stop = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            registration.close();
            stop.complete(Thread.currentThread().isInterrupted());
        });
        Rig.await("the exporter is draining", () -> rig.core.sources().isEmpty());
        assertFalse(stop.isDone());
        held.letGo();
        assertTrue(HeldExporter.get(stop));
        HeldExporter.get(call).close();
    }

    @Test
    void sourceDisappearsBeforeItsCallsAreAwaited() throws Exception {
        HeldExporter held = new HeldExporter(rig.exporter);
        ExporterRegistration registration = rig.add("held", held);
        CompletableFuture<DmaBuf> call = held.call(registration.source());
        CountDownLatch withdrawn = new CountDownLatch(1);
        registration.whenLeaving(() -> {
            assertTrue(rig.core.sources().isEmpty(), "out of the selection first");
            withdrawn.countDown();
        });
        CompletableFuture<Void> stop = CompletableFuture.runAsync(registration::close);
        HeldExporter.waitFor(withdrawn);
        assertFalse(stop.isDone());
        held.letGo();
        HeldExporter.get(stop);
        HeldExporter.get(call).close();
    }

    @Test
    void withdrawalThatComesTooLateHappensAtOnce() {
        ExporterRegistration one = rig.add("one");
        one.close();
        boolean[] withdrawn = new boolean[1];
        one.whenLeaving(() -> withdrawn[0] = true);
        assertTrue(withdrawn[0]);
    }

    @Test
    void failedCallInFlightFailsAsItWouldHave() {
        HeldExporter held = new HeldExporter(rig.exporter);
        ExporterRegistration registration = rig.add("held", request -> {
            held.export(request).fd().close();
            throw new IllegalStateException("the device was closed under it");
        });
        CompletableFuture<DmaBuf> call = held.call(registration.source());
        held.letGo();
        registration.close();
        assertThrows(ExecutionException.class, () -> call.get(20, TimeUnit.SECONDS));
    }

    @Test
    void exportThatRacesWithTheStopGivesAnOrphanOrEnodev() throws Exception {
        int[] outcomes = new int[2];
        for (int round = 0; round < 500; round++) {
            AtomicBoolean stopped = new AtomicBoolean();
            ExporterRegistration registration = rig.add("raced", request -> {
                assertFalse(stopped.get(), "called after it was seen off");
                return rig.exporter.export(request);
            });
            CyclicBarrier together = new CyclicBarrier(2);
            CompletableFuture<DmaBuf> call = CompletableFuture.supplyAsync(() -> {
                await(together);
                return registration.source().export(REQUEST);
            });
            await(together);
            registration.close();
            stopped.set(true);
            try (DmaBuf buffer = HeldExporter.get(call)) {
                assertEquals(BufferState.ORPHANED, buffer.state());
                outcomes[0]++;
            } catch (ExecutionException e) {
                assertEquals(ExporterGoneException.class, e.getCause().getClass());
                outcomes[1]++;
            }
        }
        assertEquals(List.of(), rig.log.at(Level.WARNING));
        assertEquals(500, outcomes[0] + outcomes[1]);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void drainTimeIsCapped() {
        rig.core.drainTimeoutMillis(3_600_000);
        assertTrue(rig.core.drainDeadline().remainingMillis() <= CoreDmaBufs.MOST_DRAIN_MILLIS);
        rig.core.drainTimeoutMillis(-1);
        assertTrue(rig.core.drainDeadline().isOver());
    }

    @Test
    void exporterComingAndGoingIsSaidOnceEach() {
        rig.add("one").close();
        assertEquals(
                List.of("exporter here: one on /dev/one generation 1", "exporter gone: one on /dev/one generation 1"),
                rig.log.at(Level.INFO));
    }
}
