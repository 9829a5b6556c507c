package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.BufferState;
import dmabuf.api.CpuAccess;
import dmabuf.api.Direction;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Fence;
import dmabuf.api.ImporterDevice;
import dmabuf.api.ImporterOps;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.linux.TestUdmabuf;
import iosys.IosysMap;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes unreachable unclosed is reported once and given back, and nothing else is. What is to be lost is made in methods of its own,
 * whose frames are gone when the collector looks.
 */
@Timeout(120)
@SuppressWarnings({"resource", "try"})
class LeakTest {

    private static final String HOW_TO_TRACE = "; set traceLeaks in the configuration dmabuf.core to be told where such things are made";

    private final Rig rig = new Rig();
    private final ExporterRegistration exporter = rig.add("one");

    @AfterEach
    void nothingIsLeftOpen() {
        rig.core.close();
        Rig.await("everything is given back", () -> rig.core.census().isEmpty() && rig.leftovers().isEmpty());
        rig.close();
        Rig.await("the watch ends with the core", () -> watchers() == 0);
    }

    private static long watchers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("dmabuf-leaks"))
                .count();
    }

    private DmaBuf buffer() {
        return exporter.source().export(ExportRequest.ofSize(PAGE).withName("frame"));
    }

    private List<String> reports() {
        return rig.log.at(Level.WARNING);
    }

    private List<String> awaitReports(int count) {
        Rig.await(count + " reports", () -> {
            System.gc();
            return reports().size() >= count;
        });
        return reports();
    }

    /** Has the collector look several times, and sees that a leak which was made on purpose is found, and that one alone. */
    private void assertNothingElseIsFound() {
        int before = reports().size();
        lose(() -> rig.core.importFd(TestUdmabuf.create(rig.kernel, PAGE)));
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        List<String> now = awaitReports(before + 1);
        assertEquals(before + 1, now.size(), now::toString);
        assertTrue(now.getLast().contains("imported"), now::toString);
    }

    private static void lose(Supplier<?> made) {
        made.get();
    }

    private String of(String id, String what) {
        return what.formatted("buffer \"frame\" " + id) + " (" + PAGE + " bytes, one on /dev/one generation 1)";
    }

    @Test
    void handleIsReportedOnceAndItsDescriptorsAreClosed() {
        String id = loseABuffer();
        assertEquals(
                List.of(of(id, "handle on %s") + " was never closed, and nobody can close it any more: it is closed" + HOW_TO_TRACE),
                awaitReports(1));
        Rig.await("the buffer is gone", () -> rig.core.census().isEmpty() && rig.leftovers().isEmpty());
        assertNothingElseIsFound();
    }

    private String loseABuffer() {
        return buffer().id().toString();
    }

    @Test
    void eachHandleIsLostByItself() {
        try (DmaBuf kept = buffer()) {
            lose(kept::retain);
            lose(kept::retain);
            assertEquals(2, awaitReports(2).size());
            Rig.await("one handle is left", () -> rig.core.census().getFirst().handles() == 1);
            assertEquals(BufferState.ACTIVE, kept.state());
            kept.mmap().close();
        }
    }

    @Test
    void mappingIsReportedOnceAndUnmapped() {
        try (DmaBuf buffer = buffer()) {
            lose(() -> buffer.mmap(MmapRequest.whole().access(Access.READ)));
            assertEquals(
                    List.of(of(buffer.id().toString(), "mapping of %s, offset 0, length " + PAGE)
                            + " was never closed, and nobody can close it any more: it is unmapped" + HOW_TO_TRACE),
                    awaitReports(1));
            Rig.await("it is unmapped", () -> rig.core.census().getFirst().mappings() == 0);
            assertNothingElseIsFound();
        }
    }

    @Test
    void confinedMappingIsUnmappedThoughItsThreadIsAlive() {
        try (DmaBuf buffer = buffer()) {
            String before = rig.leftovers();
            lose(() -> buffer.mmap(MmapRequest.whole().confined()));
            awaitReports(1);
            Rig.await("it is unmapped", () -> rig.core.census().getFirst().mappings() == 0 && rig.leftovers().equals(before));
        }
    }

    @Test
    void confinedMappingOfAThreadThatHasEndedIsUnmapped() throws Exception {
        try (DmaBuf buffer = buffer()) {
            Thread owner = Thread.ofPlatform().start(() -> lose(() -> buffer.mmap(MmapRequest.whole().confined())));
            assertTrue(owner.join(Duration.ofSeconds(20)));
            awaitReports(1);
            Rig.await("it is unmapped", () -> rig.core.census().getFirst().mappings() == 0);
        }
    }

    @Test
    void partOfABufferThatIsMappedAsAWholeIsUnmappedAsAWhole() {
        try (DmaBuf buffer = rig.core.importFd(TestUdmabuf.create(rig.kernel, 4 * PAGE))) {
            String before = rig.leftovers();
            lose(() -> buffer.mmap(MmapRequest.whole().range(PAGE, PAGE)));
            awaitReports(1);
            Rig.await("it is unmapped", () -> rig.leftovers().equals(before));
        }
    }

    @Test
    void segmentKeepsTheMappingUntilItIsLostToo() {
        assertKeeps(CpuAccess::segment);
    }

    @Test
    void sliceKeepsTheMappingUntilItIsLostToo() {
        assertKeeps(access -> access.segment().asSlice(8).asReadOnly());
    }

    private void assertKeeps(Function<CpuAccess, MemorySegment> kept) {
        for (MmapRequest request : List.of(MmapRequest.whole(), MmapRequest.whole().confined())) {
            try (DmaBuf buffer = buffer()) {
                keepUntilLost(buffer, request, kept);
                awaitReports(1);
                Rig.await("it is unmapped", () -> rig.core.census().getFirst().mappings() == 0);
                rig.log.lines.clear();
            }
        }
    }

    private void keepUntilLost(DmaBuf buffer, MmapRequest request, Function<CpuAccess, MemorySegment> kept) {
        MemorySegment memory = segmentOfALostMapping(buffer, request, kept);
        lookRepeatedly(() -> assertEquals(7, memory.get(JAVA_BYTE, 8)));
    }

    private static MemorySegment segmentOfALostMapping(DmaBuf buffer, MmapRequest request, Function<CpuAccess, MemorySegment> kept) {
        Mapping mapping = buffer.mmap(request);
        try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
            access.segment().fill((byte) 7);
            return kept.apply(access);
        }
    }

    private void lookRepeatedly(Runnable look) {
        for (int i = 0; i < 5; i++) {
            System.gc();
            look.run();
        }
        assertEquals(List.of(), reports());
        assertEquals(1, rig.core.census().getFirst().mappings());
    }

    @Test
    void byteBufferKeepsTheMapping() {
        try (DmaBuf buffer = buffer()) {
            useByteBuffer(buffer);
            awaitReports(1);
        }
    }

    private void useByteBuffer(DmaBuf buffer) {
        ByteBuffer bytes = segmentOfALostMapping(buffer, MmapRequest.whole(), CpuAccess::segment).asByteBuffer();
        lookRepeatedly(() -> assertEquals(7, bytes.get(8)));
    }

    @Test
    void openScopeKeepsTheMappingAndIsReportedWithIt() {
        try (DmaBuf buffer = buffer()) {
            useScopeOfALostMapping(buffer);
            assertEquals(
                    List.of(of(buffer.id().toString(), "mapping of %s, offset 0, length " + PAGE) + ", with open CPU-access scopes: 1,"
                            + " was never closed, and nobody can close it any more: it is unmapped" + HOW_TO_TRACE),
                    awaitReports(1));
            Rig.await("it is unmapped", () -> rig.core.census().getFirst().mappings() == 0);
        }
    }

    private void useScopeOfALostMapping(DmaBuf buffer) {
        CpuAccess scope = buffer.mmap().cpuAccess(Access.READ_WRITE);
        lookRepeatedly(() -> scope.segment().set(JAVA_LONG, 0, 5));
    }

    @Test
    void mappingOutlivesTheLostHandle() {
        try (Mapping mapping = buffer().mmap();
                CpuAccess scope = mapping.cpuAccess(Access.WRITE)) {
            awaitReports(1);
            Rig.await("the handle is closed", () -> rig.core.census().getFirst().handles() == 0);
            scope.segment().set(JAVA_LONG, 0, 5);
        }
        assertEquals(List.of(), rig.core.census());
    }

    /** What was made at a line, and the line. */
    private record Made<T>(T what, StackTraceElement where) {}

    private static StackTraceElement here() {
        return new Throwable().getStackTrace()[1];
    }

    @Test
    void tracesSayWhereItWasMade() {
        rig.core.traceLeaks(true);
        Made<String> buffer = loseATracedBuffer();
        String text = awaitReports(1).getFirst();
        String begin = of(buffer.what, "handle on %s") + " was never closed, and nobody can close it any more: it is closed\n  made"
                + "\n    at " + buffer.where + "\n    at ";
        assertEquals(begin, text.substring(0, Math.min(begin.length(), text.length())));
        assertFalse(rig.log.lines.stream().anyMatch(CapturedLog.Line::hasThrowable));
    }

    private Made<String> loseATracedBuffer() {
        return new Made<>(exporter.source().export(ExportRequest.ofSize(PAGE).withName("frame")).id().toString(), here());
    }

    @Test
    void tracesSayWhereAScopeWasOpenedToTheCensusToo() {
        try (DmaBuf buffer = buffer()) {
            String before = rig.core.census().getFirst().traces().toString();
            assertEquals("[]", before);
            rig.core.traceLeaks(true);
            StackTraceElement opened = loseATracedScope(buffer);
            String text = awaitReports(1).getFirst();
            assertTrue(text.contains("it is unmapped\n  made\n    at " + getClass().getName() + ".loseATracedScope("), text);
            assertTrue(text.contains("\n  with an open scope, opened\n    at " + opened + "\n"), text);
        }
    }

    private StackTraceElement loseATracedScope(DmaBuf buffer) {
        Mapping mapping = buffer.mmap();
        mapping.cpuAccess(Access.READ).close();
        List<String> idle = rig.core.census().getFirst().traces();
        assertEquals(1, idle.size(), idle::toString);
        assertTrue(idle.getFirst().startsWith("mapping of ") && !idle.getFirst().contains("scope"), idle::toString);
        Made<CpuAccess> scope = new Made<>(mapping.cpuAccess(Access.READ), here());
        String open = rig.core.census().getFirst().traces().getFirst();
        assertTrue(open.contains("\n  with an open scope, opened\n    at " + scope.where + "\n"), open);
        assertEquals(PAGE, scope.what.segment().byteSize());
        return scope.where;
    }

    @Test
    void whatWasMadeBeforeTracesWereKeptSaysSo() {
        Runnable lose = keepUntilCalled(buffer());
        rig.core.traceLeaks(true);
        lose.run();
        assertTrue(awaitReports(1).getFirst().endsWith("it is closed; it was made before traceLeaks was set"), reports()::toString);
    }

    private static Runnable keepUntilCalled(Object kept) {
        Object[] holder = {kept};
        return () -> holder[0] = null;
    }

    @Test
    void fenceIsReportedAndItsDescriptorClosed() {
        try (DmaBuf buffer = buffer();
                Vgem vgem = Vgem.of(rig)) {
            vgem.write(buffer).run();
            String before = rig.leftovers();
            lose(() -> buffer.exportFence(Access.READ));
            lose(() -> {
                try (Fence fence = buffer.exportFence(Access.READ)) {
                    return fence.merge(fence, "");
                }
            });
            List<String> said = awaitReports(2);
            assertTrue(said.stream().allMatch(line -> line.matches(
                    "fence of fd \\d+ \\(simulated\\) was never closed, and nobody can close it any more: its descriptor is closed"
                            + HOW_TO_TRACE)), said::toString);
            Rig.await("they are closed", () -> rig.leftovers().equals(before));
        }
    }

    @Test
    void fenceThatIsWaitedForIsNotLostBeforeItIsSignalled() throws Exception {
        try (DmaBuf buffer = buffer();
                Vgem vgem = Vgem.of(rig)) {
            Runnable signal = vgem.write(buffer);
            var stage = buffer.exportFence(Access.READ).whenSignalled().toCompletableFuture();
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
            assertFalse(stage.isDone());
            assertEquals(List.of(), reports());
            signal.run();
            assertTrue(stage.get().signalled());
            assertTrue(awaitReports(1).getFirst().startsWith("fence of "));
        }
    }

    @Test
    void attachmentIsUnmappedAndDetached() {
        RecordingOps ops = new RecordingOps();
        ExporterRegistration taking = rig.add("taking", new OpsExporter(rig.kernel, ops));
        try (DmaBuf buffer = taking.source().export(ExportRequest.ofSize(PAGE))) {
            lose(() -> attachMapped(buffer));
            assertEquals("attachment of gpu on buffer " + buffer.id() + " (" + PAGE + " bytes, taking on /dev/taking generation 1)"
                    + " was never closed, and nobody can close it any more: it is unmapped and detached" + HOW_TO_TRACE,
                    awaitReports(1).getFirst());
            Rig.await("it is detached", () -> ops.calls.contains("detach gpu"));
            assertTrue(ops.calls.contains("unmap FROM_DEVICE"), ops.calls::toString);
        }
        assertEquals("release", ops.calls.getLast());
        assertEquals(1, reports().size());
    }

    private static Attachment attachMapped(DmaBuf buffer) {
        Attachment attachment = buffer.attach(ImporterDevice.named("gpu"));
        attachment.map(Direction.FROM_DEVICE);
        return attachment;
    }

    /** Holds its attachment, and is held by it, on both sides. */
    private static final class Importer implements ImporterDevice, ImporterOps {

        private final Attachment attachment;

        Importer(DmaBuf buffer) {
            attachment = buffer.attach(this, this);
            attachment.map(Direction.TO_DEVICE);
        }

        @Override
        public String name() {
            return "camera";
        }

        @Override
        public void invalidated(Attachment which) {
            assertEquals(attachment, which);
        }
    }

    @Test
    void importerThatHoldsItsAttachmentIsLostWithIt() {
        try (DmaBuf buffer = buffer()) {
            String before = rig.leftovers();
            lose(() -> new Importer(buffer));
            assertTrue(awaitReports(1).getFirst().startsWith("attachment of camera (dynamic) on buffer "), reports()::toString);
            Rig.await("it is unmapped", () -> rig.leftovers().equals(before));
            assertEquals(1, reports().size(), "the mapping that the attachment had is its own");
        }
    }

    @Test
    void mapOfALostHandleWorksUntilItIsLostToo() {
        useMapOfALostHandle();
        assertEquals(2, awaitReports(2).size());
        assertTrue(reports().getLast().startsWith("mapping of buffer \"frame\""), reports()::toString);
        Rig.await("everything is given back", () -> rig.core.census().isEmpty() && rig.leftovers().isEmpty());
    }

    private void useMapOfALostHandle() {
        IosysMap map = new IosysMap();
        lose(() -> {
            DmaBuf buffer = buffer();
            buffer.vmap(map);
            return buffer;
        });
        awaitReports(1);
        Rig.await("the handle is closed", () -> rig.core.census().getFirst().handles() == 0);
        for (int i = 0; i < 3; i++) {
            System.gc();
            map.writeLong(0, i);
            assertEquals(i, map.readLong(0));
        }
        assertEquals(1, reports().size(), reports()::toString);
    }

    @Test
    void accessThroughAMapIsEndedAndItsUseOfTheBufferToo() {
        RecordingOps ops = new RecordingOps();
        ExporterRegistration taking = rig.add("taking", new OpsExporter(rig.kernel, ops));
        try (DmaBuf buffer = taking.source().export(ExportRequest.ofSize(PAGE))) {
            lose(() -> buffer.cpuAccess(Access.READ));
            assertTrue(awaitReports(1).getFirst().startsWith("CPU access through the map of buffer "), reports()::toString);
            Rig.await("it is ended", () -> ops.calls.contains("end FROM_DEVICE"));
        }
        Rig.await("nothing uses the buffer any more", () -> ops.calls.getLast().equals("release"));
    }

    @Test
    void whatIsClosedIsNeverReported() {
        try (DmaBuf buffer = buffer()) {
            for (int round = 0; round < 20; round++) {
                closeEverything(buffer);
                System.gc();
            }
        }
        assertNothingElseIsFound();
    }

    private void closeEverything(DmaBuf buffer) {
        for (int i = 0; i < 100; i++) {
            buffer().close();
            buffer.retain().close();
            buffer.mmap().close();
            buffer.mmap(MmapRequest.whole().confined()).close();
            buffer.exportFence(Access.READ).close();
            buffer.attach(ImporterDevice.named("gpu")).close();
            buffer.cpuAccess(Access.READ).close();
            CpuAccess last;
            try (Mapping mapping = buffer.mmap()) {
                last = mapping.cpuAccess(Access.READ);
            }
            last.close();
        }
    }

    @Test
    void stoppedCoreWatchesNoMore() {
        try (DmaBuf buffer = buffer();
                Mapping mapping = buffer.mmap()) {
            assertEquals(1, watchers());
            rig.core.close();
            assertEquals(0, watchers());
            assertEquals(1, rig.log.at(Level.INFO).stream().filter(line -> line.startsWith("1 buffers stay usable")).count());
            mapping.cpuAccess(Access.READ).close();
            buffer.retain().close();
        }
    }

    @Test
    void coreThatNeverHadABufferHasNoWatcher() {
        assertEquals(0, watchers());
        rig.core.close();
        assertEquals(0, watchers());
    }
}
