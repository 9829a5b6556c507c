package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.NoSourceException;
import dmabuf.api.Refusal;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.fd.Errno;
import dmabuf.fd.KernelKind;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SelectionTest {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE);

    private final Rig rig = new Rig();

    @AfterEach
    void nothingIsLeftOpen() {
        rig.close();
    }

    @Test
    void sourcesAreRealBeforeSimulatedThenByRankingThenByArrival() {
        rig.add(TestExporter.properties("simulated", KernelKind.SIMULATED), 1000);
        rig.add(TestExporter.properties("early"), 0);
        rig.add(TestExporter.properties("late"), 0);
        rig.add(TestExporter.properties("low"), -5);
        rig.add(TestExporter.properties("high"), 5);
        rig.add(TestExporter.properties("simulated too", KernelKind.SIMULATED), 2000);
        assertEquals(List.of("high", "early", "late", "low", "simulated too", "simulated"), names());
    }

    private List<String> names() {
        return rig.core.sources().stream().map(source -> source.properties().exporter()).toList();
    }

    @Test
    void selectionFollowsExportersAsTheyComeAndGo() {
        Selection selection = rig.core.select(Requirements.none());
        assertThrows(NoSourceException.class, selection::source);
        ExporterRegistration one = rig.add("one");
        assertSame(one.source(), selection.source());
        ExporterRegistration better = rig.add(TestExporter.properties("better"), 1);
        assertSame(better.source(), selection.source());
        better.close();
        assertSame(one.source(), selection.source());
        one.close();
        assertThrows(NoSourceException.class, selection::source);
    }

    @Test
    void exporterThatChangesItsRankingChangesItsPlace() {
        ExporterRegistration one = rig.add("one");
        ExporterRegistration two = rig.add("two");
        Selection selection = rig.core.select(Requirements.none());
        assertSame(one.source(), selection.source());
        two.update(TestExporter.properties("two"), 1);
        assertSame(two.source(), selection.source());
        assertEquals(1, two.source().properties().generation());
    }

    @Test
    void everyRefusalHasItsReason() {
        rig.add(properties("small").maxSize(PAGE).build(), 0);
        rig.add(properties("uncached").mmap(true).caching(Caching.UNCACHED).build(), 0);
        rig.add(TestExporter.properties("fits"), 0);
        Selection selection = rig.core.select(Requirements.none().caching(Caching.CACHED).size(2 * PAGE));
        assertEquals("fits", selection.source().properties().exporter());
        assertEquals(
                List.of("small on /dev/small generation 1", "uncached on /dev/uncached generation 1"),
                selection.refusals().stream().map(Refusal::source).toList());
        assertTrue(selection.refusals().get(1).reason().contains("uncached"), selection.refusals()::toString);
    }

    private static ExporterProperties.Builder properties(String name) {
        return ExporterProperties.builder(name, "/dev/" + name, KernelKind.LINUX);
    }

    @Test
    void nothingRegisteredIsSaidInWords() {
        NoSourceException thrown = assertThrows(NoSourceException.class, () -> rig.core.export(Requirements.none(), REQUEST));
        assertEquals(Errno.ENODEV, thrown.errno());
        assertTrue(thrown.getMessage().contains("no exporter is registered"), thrown.getMessage());
    }

    @Test
    void sizeOfTheRequestIsRequired() {
        rig.add(properties("small").maxSize(PAGE).build(), 10);
        rig.add("large");
        try (DmaBuf buffer = rig.core.export(Requirements.none(), ExportRequest.ofSize(2 * PAGE))) {
            assertEquals("large on /dev/large generation 1", buffer.origin());
        }
    }

    @Test
    void sizeThatIsRequiredCountsTogetherWithTheRequests() {
        rig.add(properties("small").maxSize(PAGE).build(), 10);
        NoSourceException thrown = assertThrows(
                NoSourceException.class, () -> rig.core.export(Requirements.none().size(4 * PAGE), REQUEST));
        assertTrue(thrown.refusals().getFirst().reason().contains("needed are " + 4 * PAGE), thrown.getMessage());
    }

    @Test
    void requestThatWrapsMemoryNeedsASourceThatCan() {
        rig.add(properties("allocates only").wrap(false).build(), 10);
        ExportRequest wrapping = ExportRequest.ofSegments(List.of(MemorySegment.NULL));
        NoSourceException thrown =
                assertThrows(NoSourceException.class, () -> rig.core.export(Requirements.none(), wrapping));
        assertTrue(thrown.getMessage().contains("existing memory"), thrown.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"ENOMEM", "ENODEV", "ENOENT", "ENXIO", "EACCES", "EPERM", "EIO"})
    void nextSourceIsAskedWhenThisOneCannot(Errno errno) {
        AtomicInteger asked = new AtomicInteger();
        rig.core.add(
                request -> {
                    asked.incrementAndGet();
                    throw new DmaBufException(errno, "open", "/dev/bad");
                },
                TestExporter.properties("bad"),
                1);
        rig.add("good");
        try (DmaBuf buffer = rig.core.export(Requirements.none(), REQUEST)) {
            assertEquals("good on /dev/good generation 1", buffer.origin());
        }
        assertEquals(1, asked.get());
    }

    @ParameterizedTest
    @EnumSource(names = {"EINVAL", "EBADFD", "EMFILE", "EBUSY"})
    void refusalOfTheRequestItselfIsNotTakenToTheNextSource(Errno errno) {
        DmaBufException refusal = new DmaBufException(errno, "UDMABUF_CREATE", "memfd 3");
        rig.core.add(
                request -> {
                    throw refusal;
                },
                TestExporter.properties("strict"),
                1);
        rig.add("good");
        assertSame(refusal, assertThrows(DmaBufException.class, () -> rig.core.export(Requirements.none(), REQUEST)));
        assertEquals(0, rig.exporter.calls.get());
    }

    @Test
    void onlyCandidateSpeaksForItself() {
        DmaBufException own = new DmaBufException(Errno.EACCES, "open", "/dev/one", "join the group kvm");
        rig.add("one", request -> {
            throw own;
        });
        rig.add(properties("unfit").maxSize(1).build(), 0);
        assertSame(own, assertThrows(DmaBufException.class, () -> rig.core.export(Requirements.none(), REQUEST)));
    }

    @Test
    void whenAllCandidatesFailEveryReasonIsGiven() {
        for (Errno errno : List.of(Errno.ENOMEM, Errno.EACCES)) {
            rig.add(errno.name(), request -> {
                throw new DmaBufException(errno, "open", "/dev/" + errno);
            });
        }
        rig.add(properties("unfit").maxSize(1).build(), 0);
        NoSourceException thrown = assertThrows(NoSourceException.class, () -> rig.core.export(Requirements.none(), REQUEST));
        assertEquals(3, thrown.refusals().size());
        for (String word : List.of("ENOMEM", "EACCES", "its limit is 1 bytes")) {
            assertTrue(thrown.getMessage().contains(word), thrown.getMessage());
        }
    }

    @Test
    void successorOfASourceThatLeavesMeanwhileIsACandidate() {
        ExporterRegistration[] first = new ExporterRegistration[1];
        first[0] = rig.add("one", request -> {
            // The bundle is updated while the call runs: this incarnation goes, the next one comes.
            first[0].close();
            rig.add("one");
            throw new DmaBufException(Errno.ENODEV, "open", "/dev/one");
        });
        try (DmaBuf buffer = rig.core.export(Requirements.none(), REQUEST)) {
            assertEquals("one on /dev/one generation 2", buffer.origin());
        }
    }

    @Test
    void sourceThatIsHeldAfterItLeftRefuses() {
        ExporterRegistration one = rig.add("one");
        BufferSource source = one.source();
        one.close();
        ExporterGoneException gone = assertThrows(ExporterGoneException.class, () -> source.export(REQUEST));
        assertEquals(Errno.ENODEV, gone.errno());
        assertTrue(gone.getMessage().contains("one on /dev/one generation 1"), gone.getMessage());
        assertEquals("one", source.properties().exporter());
    }
}
