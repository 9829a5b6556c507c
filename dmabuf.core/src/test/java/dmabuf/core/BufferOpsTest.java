package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.BufferState;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.Direction;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.ScatterList;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.spi.AttachedImporter;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import iosys.IosysMap;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers in which the exporter has a part. */
class BufferOpsTest {

    private static final ImporterDevice DEVICE = ImporterDevice.named("gpu");

    private final Rig rig = new Rig();
    private final RecordingOps ops = new RecordingOps();
    private final ExporterRegistration registration = rig.add("ours", new OpsExporter(rig.kernel, ops));
    private final DmaBuf buffer = registration.source().export(ExportRequest.ofSize(2 * PAGE));

    @AfterEach
    void nothingIsLeftOpen() {
        buffer.close();
        assertEquals(1, ops.calls.stream().filter("release"::equals).count());
        assertEquals("release", ops.calls.getLast());
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    private List<String> sinceExport() {
        assertEquals("exported", ops.calls.getFirst());
        return ops.calls.subList(1, ops.calls.size());
    }

    private static Runnable throwing(RuntimeException exception) {
        return () -> {
            throw exception;
        };
    }

    @Test
    void exporterIsCalledInTheOrderOfTheKernel() {
        try (Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            attachment.pin();
            ScatterList list = attachment.map(Direction.TO_DEVICE);
            assertSame(ops.mapsTo, list);
            attachment.unmap(list);
            attachment.unpin();
        }
        assertEquals(List.of("attach gpu", "pin", "map TO_DEVICE", "unmap TO_DEVICE", "unpin", "detach gpu"), sinceExport());
    }

    @Test
    void detachTakesBackWhatIsLeft() {
        Attachment attachment = buffer.attach(DEVICE, gone -> {});
        attachment.pin();
        attachment.map(Direction.BIDIRECTIONAL);
        attachment.map(Direction.BIDIRECTIONAL);
        attachment.close();
        assertEquals(
                List.of("attach gpu", "pin", "map BIDIRECTIONAL", "unmap BIDIRECTIONAL", "unpin", "detach gpu"), sinceExport());
    }

    @Test
    void exporterSeesWhoAttaches() {
        ImporterDevice peer = new ImporterDevice() {
            @Override
            public String name() {
                return "peer";
            }

            @Override
            public boolean reachesIoMemory() {
                return true;
            }
        };
        buffer.attach(peer).close();
        AttachedImporter seen = ops.lastImporter;
        assertFalse(seen.isDynamic() || seen.isPeerToPeer() || seen.isRevocable());
        assertSame(ops.control, seen.buffer());
        buffer.attach(peer, gone -> {}).close();
        seen = ops.lastImporter;
        assertTrue(seen.isDynamic() && seen.isPeerToPeer() && seen.isRevocable());
        assertEquals(buffer.id(), ops.control.id());
        assertEquals(buffer.size(), ops.control.size());
    }

    @ParameterizedTest
    @EnumSource(value = Errno.class, names = {"EBUSY", "EOPNOTSUPP", "EPERM", "ENOMEM"})
    void attachErrorOfTheExporterIsVerbatimAndNobodyIsAttached(Errno errno) {
        DmaBufException refusal = new DmaBufException(errno, "attach", "gpu");
        ops.doing.put("attach", throwing(refusal));
        assertSame(refusal, assertThrows(DmaBufException.class, () -> buffer.attach(DEVICE)));
        assertTrue(ops.control.invalidate(Duration.ZERO));
        assertEquals(List.of("attach gpu"), sinceExport());
    }

    @Test
    void exporterThatGivesNothingToMapIsEnomem() {
        ops.mapsTo = null;
        try (Attachment attachment = buffer.attach(DEVICE)) {
            Rig.assertErrno(Errno.ENOMEM, () -> attachment.map(Direction.TO_DEVICE));
        }
        assertEquals(List.of("attach gpu", "map TO_DEVICE", "detach gpu"), sinceExport());
    }

    @ParameterizedTest
    @EnumSource(value = Errno.class, names = {"EINTR", "ENODEV", "EIO"})
    void mapErrorOfTheExporterIsVerbatimAndCanBeTriedAgain(Errno errno) {
        DmaBufException refusal = new DmaBufException(errno, "map", "gpu");
        ops.doing.put("map", throwing(refusal));
        try (Attachment attachment = buffer.attach(DEVICE)) {
            assertSame(refusal, assertThrows(DmaBufException.class, () -> attachment.map(Direction.TO_DEVICE)));
            ops.doing.clear();
            attachment.map(Direction.FROM_DEVICE);
        }
    }

    @Test
    void mappingOfAnotherSizeIsTheExportersFault() {
        ops.mapsTo = ScatterList.contiguous(RecordingOps.ADDRESS, PAGE);
        try (Attachment attachment = buffer.attach(DEVICE)) {
            DmaBufException thrown = Rig.assertErrno(Errno.EIO, () -> attachment.map(Direction.TO_DEVICE));
            assertTrue(thrown.getMessage().contains("at fault"), thrown.getMessage());
        }
        assertEquals(List.of("attach gpu", "map TO_DEVICE", "unmap TO_DEVICE", "detach gpu"), sinceExport());
    }

    @Test
    void clashingDirectionIsEbusyWithoutAskingTheExporter() {
        try (Attachment attachment = buffer.attach(DEVICE)) {
            attachment.map(Direction.TO_DEVICE);
            Rig.assertErrno(Errno.EBUSY, () -> attachment.map(Direction.FROM_DEVICE));
        }
        assertEquals(List.of("attach gpu", "map TO_DEVICE", "unmap TO_DEVICE", "detach gpu"), sinceExport());
    }

    @Test
    void keptMappingIsUnmappedAtDetachOnly() {
        BufferOps keeping = new Kept(ops);
        try (DmaBuf kept = rig.add("keeping", new OpsExporter(rig.kernel, keeping)).source().export(ExportRequest.ofSize(PAGE))) {
            ops.calls.clear();
            try (Attachment attachment = kept.attach(DEVICE)) {
                ScatterList list = attachment.map(Direction.TO_DEVICE);
                attachment.unmap(list);
                assertEquals(List.of("map TO_DEVICE"), ops.calls);
                assertSame(list, attachment.map(Direction.TO_DEVICE));
                attachment.unmap(list);
                Rig.assertErrno(Errno.EBUSY, () -> attachment.map(Direction.FROM_DEVICE));
                Rig.assertErrno(Errno.EINVAL, () -> attachment.unmap(list));
            }
            assertEquals(List.of("map TO_DEVICE", "unmap TO_DEVICE"), ops.calls);
        }
    }

    /** Keeps mappings, and has nothing else. */
    private record Kept(RecordingOps real) implements BufferOps {
        @Override
        public ScatterList map(AttachedImporter importer, Direction direction) {
            real.map(importer, direction);
            return ScatterList.contiguous(0, PAGE);
        }

        @Override
        public void unmap(AttachedImporter importer, ScatterList list, Direction direction) {
            real.unmap(importer, list, direction);
        }

        @Override
        public boolean cachesMappings() {
            return true;
        }
    }

    @Test
    void pinErrorOfTheExporterIsVerbatimAndNothingIsPinned() {
        ops.doing.put("pin", throwing(new DmaBufException(Errno.ENOSPC, "pin", "vram")));
        try (Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            Rig.assertErrno(Errno.ENOSPC, attachment::pin);
            Rig.assertErrno(Errno.EINVAL, attachment::unpin);
        }
        assertEquals(List.of("attach gpu", "pin", "detach gpu"), sinceExport());
    }

    @ParameterizedTest
    @ValueSource(strings = {"unmap", "unpin", "detach", "vunmap"})
    void takingBackCannotFail(String callback) {
        ops.doing.put(callback, throwing(new IllegalStateException("the driver is confused")));
        try (Arena arena = Arena.ofShared(); Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            ops.vmapsTo = arena.allocate(16);
            IosysMap map = new IosysMap();
            buffer.vmap(map);
            buffer.vunmap(map);
            attachment.pin();
            attachment.unmap(attachment.map(Direction.TO_DEVICE));
            attachment.unpin();
        }
        String warning = String.join("\n", rig.log.at(Level.WARNING));
        assertTrue(warning.contains("ours on /dev/ours") && warning.contains("failed in " + callback), warning);
        assertFalse(rig.log.lines.stream().anyMatch(CapturedLog.Line::hasThrowable));
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach", "map", "pin", "vmap", "beginCpuAccess", "mmapInfo"})
    void whateverElseAnExporterThrowsIsEioAndTextInTheLog(String callback) {
        try (Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            ops.doing.put(callback, throwing(new IllegalStateException("the driver is confused")));
            Map<String, Runnable> uses = Map.of(
                    "attach", () -> buffer.attach(DEVICE),
                    "map", () -> attachment.map(Direction.TO_DEVICE),
                    "pin", attachment::pin,
                    "vmap", () -> buffer.vmap(new IosysMap()),
                    "beginCpuAccess", () -> buffer.cpuAccess(Access.READ),
                    "mmapInfo", buffer::mmapInfo);
            Rig.assertErrno(Errno.EIO, uses.get(callback)::run);
            String warning = String.join("\n", rig.log.at(Level.WARNING));
            assertTrue(warning.contains("failed in " + callback), warning);
            assertFalse(rig.log.lines.stream().anyMatch(CapturedLog.Line::hasThrowable));
        }
    }

    @ParameterizedTest
    @EnumSource(Access.class)
    void cpuAccessIsBracketedByTheExporterOutsideOfSync(Access access) {
        rig.kernel.recordSync = true;
        ops.doing.put("beginCpuAccess", () -> assertEquals(0, rig.kernel.syncFlags.size()));
        ops.doing.put("endCpuAccess", () -> assertEquals(2, rig.kernel.syncFlags.size()));
        try (Mapping mapping = buffer.mmap(); CpuAccess scope = mapping.cpuAccess(access)) {
            assertEquals(2 * PAGE, scope.segment().byteSize());
        }
        Direction direction = Direction.ofCpuAccess(access);
        assertEquals(List.of("begin " + direction, "end " + direction), sinceExport());
    }

    @Test
    void cpuAccessThatTheExporterRefusesIsNotGrantedAndNotSynced() {
        rig.kernel.recordSync = true;
        ops.doing.put("beginCpuAccess", throwing(new DmaBufException(Errno.EIO, "begin", "gpu")));
        try (Mapping mapping = buffer.mmap()) {
            Rig.assertErrno(Errno.EIO, () -> mapping.cpuAccess(Access.READ));
        }
        assertEquals(List.of(), rig.kernel.syncFlags);
    }

    @Test
    void cpuAccessThatTheKernelRefusesIsTakenBackFromTheExporter() {
        rig.kernel.script = (fd, request, word) ->
                request == DmaBufIoctl.SYNC && word == DmaBufIoctl.SYNC_READ ? -Errno.EIO.number() : ScriptedKernel.Script.PASS;
        try (Mapping mapping = buffer.mmap()) {
            Rig.assertErrno(Errno.EIO, () -> mapping.cpuAccess(Access.READ));
        }
        assertEquals(List.of("begin FROM_DEVICE", "end FROM_DEVICE"), sinceExport());
    }

    @Test
    void endErrorOfTheExporterGoesToTheCallerAndTheScopeIsClosed() {
        ops.doing.put("endCpuAccess", throwing(new DmaBufException(Errno.EIO, "end", "gpu")));
        Mapping mapping = buffer.mmap();
        CpuAccess scope = mapping.cpuAccess(Access.WRITE);
        Rig.assertErrno(Errno.EIO, scope::close);
        mapping.close();
        assertEquals(0, rig.core.census().getFirst().mappings());
    }

    @Test
    void exporterSaysHowMappingsBehaveNow() {
        assertEquals(MmapPolicy.unknown(), buffer.mmapInfo().policy());
        ops.info = MmapPolicy.mappable(Caching.WRITE_COMBINED);
        assertEquals(Caching.WRITE_COMBINED, buffer.mmapInfo().policy().caching());
        registration.close();
        assertEquals(Caching.CACHED, buffer.mmapInfo().policy().caching(), "as it was exported");
    }

    @Test
    void missingCallbacksAreDoneByTheCore() {
        BufferOps none = new BufferOps() {};
        try (DmaBuf plain = rig.add("plain", new OpsExporter(rig.kernel, none)).source().export(ExportRequest.ofSize(PAGE));
                Attachment attachment = plain.attach(DEVICE, gone -> {})) {
            attachment.pin();
            ScatterList list = attachment.map(Direction.BIDIRECTIONAL);
            assertEquals(PAGE, list.size());
            IosysMap map = new IosysMap();
            plain.vmap(map);
            map.writeInt(8, 7);
            assertEquals(7, map.readInt(8));
            plain.vunmap(map);
        }
    }

    @Test
    void onceTheExporterIsGoneNothingButReleaseIsCalled() {
        try (Arena arena = Arena.ofShared()) {
            ops.vmapsTo = arena.allocate(16);
            IosysMap map = new IosysMap();
            buffer.vmap(map);
            Attachment attachment = buffer.attach(DEVICE, gone -> {});
            attachment.pin();
            ScatterList list = attachment.map(Direction.TO_DEVICE);
            Mapping mapping = buffer.mmap();
            CpuAccess open = mapping.cpuAccess(Access.READ);
            registration.close();
            ops.calls.clear();
            assertEquals(BufferState.ORPHANED, buffer.state());
            assertGone(() -> buffer.attach(DEVICE));
            assertGone(() -> mapping.cpuAccess(Access.READ));
            assertGone(() -> buffer.cpuAccess(Access.READ));
            assertGone(attachment::pin);
            attachment.unmap(list);
            assertGone(() -> attachment.map(Direction.TO_DEVICE));
            attachment.unpin();
            attachment.close();
            open.close();
            mapping.close();
            buffer.vunmap(map);
            assertGone(() -> buffer.vmap(map));
            assertTrue(map.isNull());
            buffer.fd().close();
            buffer.retain().close();
            buffer.mmap().close();
            assertEquals(List.of(), ops.calls);
        }
    }

    private static void assertGone(Runnable use) {
        ExporterGoneException gone = assertThrows(ExporterGoneException.class, use::run);
        assertEquals(Errno.ENODEV, gone.errno());
    }

    @Test
    void releaseIsCalledWhenTheLastReferenceGoesAlsoAfterTheExporter() {
        Mapping mapping = buffer.mmap();
        buffer.close();
        registration.close();
        assertFalse(ops.calls.contains("release"));
        mapping.close();
        assertEquals("release", ops.calls.getLast());
    }

    @Test
    void releaseThatFailsIsTextInTheLogAndTheDescriptorIsClosed() {
        ops.doing.put("release", throwing(new IllegalStateException("the driver is confused")));
        buffer.close();
        assertEquals("", rig.leftovers());
        assertTrue(String.join("\n", rig.log.at(Level.WARNING)).contains("failed in release"));
        assertFalse(rig.log.lines.stream().anyMatch(CapturedLog.Line::hasThrowable));
    }

    @Test
    void bufferThatTheCoreRefusesIsReleasedToo() {
        RecordingOps refused = new RecordingOps();
        refused.doing.put("exported", throwing(new DmaBufException(Errno.ENOMEM, "exported", "gpu")));
        ExporterRegistration other = rig.add("other", new OpsExporter(rig.kernel, refused));
        Rig.assertErrno(Errno.ENOMEM, () -> other.source().export(ExportRequest.ofSize(PAGE)));
        assertEquals(List.of("exported", "release"), refused.calls);
        assertTrue(refused.control.invalidate(Duration.ofDays(1)), "there is nothing left to wait for");
        RecordingOps misnamed = new RecordingOps();
        ExporterRegistration third = rig.add("third", new OpsExporter(rig.kernel, misnamed));
        Rig.assertErrno(Errno.EINVAL, () -> third.source().export(ExportRequest.ofSize(PAGE).withName("x".repeat(32))));
        assertEquals(List.of("release"), misnamed.calls);
    }

    @Test
    void stoppingExporterWaitsForItsCallbacks() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        ops.doing.put("map", () -> {
            inside.countDown();
            HeldExporter.waitFor(mayReturn);
        });
        try (Attachment attachment = buffer.attach(DEVICE)) {
            CompletableFuture<ScatterList> mapping =
                    CompletableFuture.supplyAsync(() -> attachment.map(Direction.TO_DEVICE), HeldExporter::onItsOwnThread);
            HeldExporter.waitFor(inside);
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(registration::close, HeldExporter::onItsOwnThread);
            Rig.await("the exporter is leaving", () -> rig.core.sources().isEmpty());
            assertFalse(stopping.isDone());
            mayReturn.countDown();
            assertSame(ops.mapsTo, HeldExporter.get(mapping));
            HeldExporter.get(stopping);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"map", "unmap", "pin", "unpin", "vmap", "vunmap"})
    void callbackUnderTheLockThatCallsBackIsToldOfTheDeadlock(String callback) {
        try (Arena arena = Arena.ofShared(); Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            ops.vmapsTo = arena.allocate(16);
            Errno[] answer = new Errno[1];
            ops.doing.put(callback, () -> answer[0] = assertThrows(DmaBufException.class, () -> buffer.attach(DEVICE)).errno());
            useEverything(attachment);
            assertEquals(Errno.EDEADLK, answer[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"attach", "detach", "beginCpuAccess", "endCpuAccess", "mmapInfo"})
    void callbackWithNoLockHeldMayCallBack(String callback) {
        try (Arena arena = Arena.ofShared(); Attachment attachment = buffer.attach(DEVICE, gone -> {})) {
            ops.vmapsTo = arena.allocate(16);
            Runnable callsBack = () -> {
                ops.doing.clear();
                useEverything(attachment);
                assertTrue(ops.control.invalidate(Duration.ZERO));
                ops.control.restore();
            };
            ops.doing.put(callback, callsBack);
            useEverything(attachment);
            assertTrue(ops.doing.isEmpty(), "it was called");
        }
    }

    private void useEverything(Attachment attachment) {
        IosysMap map = new IosysMap();
        buffer.vmap(map);
        buffer.vunmap(map);
        attachment.pin();
        attachment.unpin();
        attachment.unmap(attachment.map(Direction.TO_DEVICE));
        buffer.attach(DEVICE).close();
        buffer.cpuAccess(Access.READ).close();
        buffer.mmapInfo();
    }

    @Test
    void oneObjectMayServeManyBuffers() {
        try (DmaBuf another = registration.source().export(ExportRequest.ofSize(PAGE))) {
            BufferControl second = ops.control;
            assertEquals(another.id(), second.id());
            try (Attachment attachment = buffer.attach(DEVICE)) {
                assertEquals(buffer.id(), ops.lastImporter.buffer().id());
                assertEquals(buffer.id(), attachment.buffer());
            }
        }
        assertEquals(1, ops.calls.stream().filter("release"::equals).count());
        ops.calls.removeIf("release"::equals);
    }
}
