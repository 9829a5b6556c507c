package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferInfo;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CensusTest {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE);

    private final Rig rig = new Rig();
    private final List<BufferInfo> news = new CopyOnWriteArrayList<>();

    @AfterEach
    void nothingIsLeftOpen() {
        assertEquals(List.of(), rig.core.census());
        rig.close();
        Rig.await("the announcer ends with the core", () -> announcers().isEmpty());
    }

    private static List<Thread> announcers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("dmabuf-announcer"))
                .toList();
    }

    private static List<BufferState> states(List<BufferInfo> infos) {
        return infos.stream().map(BufferInfo::state).toList();
    }

    @Test
    void everyChangeIsAnnouncedOnceAndInOrder() {
        rig.core.listen(news::add);
        ExporterRegistration one = rig.add("one");
        DmaBuf first = one.source().export(REQUEST);
        DmaBuf second = one.source().export(REQUEST);
        one.close();
        second.close();
        first.close();
        Rig.await("four announcements", () -> news.size() == 4);
        assertEquals(
                List.of(BufferState.ORPHANED, BufferState.ORPHANED, BufferState.CLOSED, BufferState.CLOSED), states(news));
        assertEquals(
                List.of(first.id(), second.id(), second.id(), first.id()), news.stream().map(BufferInfo::id).toList());
        assertEquals(0, news.getLast().handles());
        assertEquals("one on /dev/one generation 1", news.getLast().origin());
    }

    @Test
    void announcementsComeOnAThreadOfTheCoreWithNothingInherited() {
        assertEquals(List.of(), announcers(), "begins with the first piece of news");
        AtomicReference<Thread> teller = new AtomicReference<>();
        rig.core.listen(buffer -> teller.set(Thread.currentThread()));
        ClassLoader stranger = new ClassLoader() {};
        ClassLoader own = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(stranger);
        try {
            rig.buffer(PAGE).close();
        } finally {
            Thread.currentThread().setContextClassLoader(own);
        }
        Rig.await("told", () -> teller.get() != null);
        assertNotEquals(Thread.currentThread(), teller.get());
        assertTrue(teller.get().isDaemon());
        assertNotEquals(stranger, teller.get().getContextClassLoader());
    }

    @Test
    void nobodyListeningCostsNoThread() {
        rig.buffer(PAGE).close();
        assertEquals(List.of(), announcers());
    }

    @Test
    void throwingListenerIsReportedAndHarmsNobody() {
        rig.core.listen(buffer -> {
            throw new IllegalStateException("listener's own");
        });
        rig.core.listen(buffer -> {
            throw new NoClassDefFoundError("gone/Helper");
        });
        rig.core.listen(news::add);
        rig.buffer(PAGE).close();
        rig.buffer(PAGE).close();
        Rig.await("told twice", () -> news.size() == 2);
        assertEquals(4, rig.log.at(Level.WARNING).size());
        assertTrue(rig.log.at(Level.WARNING).getFirst().contains("listener's own"));
        assertFalse(rig.log.lines.stream().anyMatch(CapturedLog.Line::hasThrowable));
    }

    @Test
    void subscriptionThatIsClosedHearsNothingMore() {
        Subscription subscription = rig.core.listen(news::add);
        List<BufferInfo> others = new CopyOnWriteArrayList<>();
        rig.core.listen(others::add);
        rig.buffer(PAGE).close();
        Rig.await("told", () -> others.size() == 1 && news.size() == 1);
        subscription.close();
        subscription.close();
        rig.buffer(PAGE).close();
        Rig.await("told", () -> others.size() == 2);
        assertEquals(1, news.size());
    }

    @Test
    void listenerMayUseTheCoreAndTheBuffers() {
        List<Integer> alive = new CopyOnWriteArrayList<>();
        DmaBuf other = rig.buffer(PAGE);
        rig.core.listen(info -> {
            alive.add(rig.core.census().size());
            if (info.id().equals(other.id())) {
                return;
            }
            other.rename("renamed by a listener");
            rig.core.listen(news::add);
            other.close();
        });
        rig.buffer(PAGE).close();
        Rig.await("told of both", () -> alive.size() == 2 && news.size() == 1);
        assertEquals("renamed by a listener", news.getFirst().name());
    }

    @Test
    void slowListenerDelaysNobodyButListeners() throws Exception {
        CountDownLatch mayReturn = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        rig.core.listen(info -> {
            inside.countDown();
            try {
                mayReturn.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        rig.core.listen(news::add);
        ExporterRegistration one = rig.add("one");
        DmaBuf buffer = one.source().export(REQUEST);
        rig.buffer(PAGE).close();
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        one.close();
        buffer.close();
        assertEquals(List.of(), news);
        mayReturn.countDown();
        Rig.await("told", () -> news.size() == 3);
        assertEquals(List.of(BufferState.CLOSED, BufferState.ORPHANED, BufferState.CLOSED), states(news));
    }

    @Test
    void bufferThatIsBornOrphanedIsAnnouncedOnce() {
        rig.core.listen(news::add);
        ExporterRegistration[] own = new ExporterRegistration[1];
        own[0] = rig.add("suicidal", request -> {
            own[0].close();
            return rig.exporter.export(request);
        });
        own[0].source().export(REQUEST).close();
        Rig.await("told", () -> news.size() == 2);
        assertEquals(List.of(BufferState.ORPHANED, BufferState.CLOSED), states(news));
        assertEquals(1, news.getFirst().handles());
    }

    @Test
    void snapshotDoesNotChange() {
        DmaBuf buffer = rig.buffer(PAGE);
        List<BufferInfo> before = rig.core.census();
        buffer.rename("later");
        buffer.close();
        assertEquals(1, before.size());
        assertEquals("", before.getFirst().name());
        assertEquals(BufferState.ACTIVE, before.getFirst().state());
        assertEquals(1, before.getFirst().handles());
    }

    @Test
    void stoppingTheCoreTellsTheLastNewsAndListsWhatIsOpenOnce() {
        rig.core.listen(news::add);
        List<DmaBuf> open = new ArrayList<>();
        ExporterRegistration one = rig.add("one");
        open.add(one.source().export(REQUEST.withName("left open")));
        open.add(open.getFirst().retain());
        rig.core.close();
        rig.core.close();
        assertEquals(List.of(BufferState.ORPHANED), states(news));
        List<String> said = rig.log.at(Level.INFO).stream().filter(line -> line.contains("left open")).toList();
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.getFirst().contains("2 handles, 0 mappings"), said::toString);
        open.getFirst().mmap().close();
        open.forEach(DmaBuf::close);
        assertEquals(List.of(), rig.core.census());
        assertEquals(1, news.size(), "nobody is told any more");
    }

    @Test
    void listenerThatHoldsUpTheStopIsInterruptedAndReported() throws Exception {
        rig.core.drainTimeoutMillis(20);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        rig.core.listen(info -> {
            inside.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        rig.buffer(PAGE).close();
        assertTrue(inside.await(20, TimeUnit.SECONDS));
        rig.core.close();
        Rig.await("interrupted", () -> announcers().isEmpty());
        assertTrue(rig.log.at(Level.WARNING).getFirst().contains("CensusTest"), rig.log.lines::toString);
    }
}
