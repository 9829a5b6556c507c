package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.ExportedBuffer;
import iosys.IosysMap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The one map of a buffer that all who ask for one share. */
class VmapTest {

    private final Rig rig = new Rig();
    private final DmaBuf buffer = rig.buffer(2 * PAGE);

    @AfterEach
    void nothingIsLeftOpen() {
        buffer.close();
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    private DmaBuf bufferWith(MmapPolicy policy) {
        return rig.add("other", request -> ExportedBuffer.builder(TestUdmabuf.create(rig.kernel, request.size()), request.size(), policy)
                        .build())
                .source()
                .export(ExportRequest.ofSize(PAGE));
    }

    @Test
    void mapShowsTheWholeBuffer() {
        IosysMap map = new IosysMap();
        buffer.vmap(map);
        assertEquals(2 * PAGE, map.byteSize());
        assertFalse(map.isIoMemory());
        map.writeInt(PAGE + 8, 77);
        try (Mapping mapping = buffer.mmap(); CpuAccess access = mapping.cpuAccess(Access.READ)) {
            assertEquals(77, access.segment().get(JAVA_INT, PAGE + 8));
        }
        buffer.vunmap(map);
    }

    @Test
    void vmapIsCountedAndTheLastVunmapUnmaps() {
        IosysMap first = new IosysMap();
        IosysMap second = new IosysMap();
        buffer.vmap(first);
        buffer.vmap(second);
        assertTrue(first.isEqual(second));
        assertEquals(1, rig.core.census().getFirst().mappings());
        buffer.vunmap(second);
        first.writeInt(0, 1);
        buffer.vunmap(first);
        assertEquals(0, rig.core.census().getFirst().mappings());
        assertThrows(IllegalStateException.class, () -> first.writeInt(0, 1));
        assertTrue(first.isSet(), "the caller's map stays as it is, as in the kernel");
    }

    @Test
    void vmapClearsTheMapFirstAlsoWhenItFails() {
        IosysMap map = IosysMap.ofIo(MemorySegment.ofAddress(4096));
        try (DmaBuf unmappable = bufferWith(MmapPolicy.notMappable())) {
            Rig.assertErrno(Errno.EINVAL, () -> unmappable.vmap(map));
        }
        assertTrue(map.isNull());
        assertFalse(map.isIoMemory());
        map.setSystem(MemorySegment.ofAddress(4096));
        DmaBuf closed = buffer.retain();
        closed.close();
        assertThrows(BufferClosedException.class, () -> closed.vmap(map));
        assertTrue(map.isNull());
    }

    @Test
    void vmapIntoNoMapIsEinval() {
        Rig.assertErrno(Errno.EINVAL, () -> buffer.vmap(null));
        Rig.assertErrno(Errno.EINVAL, () -> buffer.vunmap(null));
    }

    @Test
    void vmapOfABufferThatCannotBeMappedIsEinval() {
        try (DmaBuf unmappable = bufferWith(MmapPolicy.notMappable())) {
            Rig.assertErrno(Errno.EINVAL, () -> unmappable.vmap(new IosysMap()));
        }
    }

    @Test
    void vunmapOfNothingIsEinval() {
        IosysMap map = new IosysMap();
        Rig.assertErrno(Errno.EINVAL, () -> buffer.vunmap(map));
        buffer.vmap(map);
        buffer.vunmap(map);
        Rig.assertErrno(Errno.EINVAL, () -> buffer.vunmap(map));
    }

    @Test
    void vunmapOfAForeignMapIsEinvalAndChangesNothing() {
        IosysMap map = new IosysMap();
        IosysMap other = new IosysMap();
        buffer.vmap(map);
        try (DmaBuf another = rig.add("two").source().export(ExportRequest.ofSize(PAGE))) {
            another.vmap(other);
            DmaBufException refused = Rig.assertErrno(Errno.EINVAL, () -> buffer.vunmap(other));
            assertTrue(refused.getMessage().contains("the buffer's is"), refused.getMessage());
            Rig.assertErrno(Errno.EINVAL, () -> buffer.vunmap(new IosysMap()));
            Rig.assertErrno(Errno.EINVAL, () -> buffer.vunmap(map.atOffset(8)));
            another.vunmap(other);
        }
        map.writeInt(0, 1);
        buffer.vunmap(map);
    }

    @Test
    void ioMemoryGivesAMapOfIoMemory() {
        MmapPolicy registers = new MmapPolicy(
                true, Caching.UNCACHED, false, Access.READ_WRITE, MemoryKind.IO, false, PolicyOrigin.EXPORTER);
        try (DmaBuf region = bufferWith(registers)) {
            IosysMap map = new IosysMap();
            region.vmap(map);
            assertTrue(map.isIoMemory());
            map.writeInt(4, 5);
            assertEquals(5, map.readInt(4));
            try (CpuAccess access = region.cpuAccess(Access.READ)) {
                Rig.assertErrno(Errno.EINVAL, access::segment);
            }
            region.vunmap(map);
        }
    }

    @Test
    void mapOfABufferForReadingCannotBeWritten() {
        try (DmaBuf readOnly = rig.add("readable").source().export(ExportRequest.ofSize(PAGE).withAccess(Access.READ))) {
            IosysMap map = new IosysMap();
            readOnly.vmap(map);
            assertThrows(IllegalArgumentException.class, () -> map.writeInt(0, 1));
            assertEquals(0, map.readInt(0));
            readOnly.vunmap(map);
        }
    }

    @Test
    void cpuAccessBracketsWhatGoesThroughTheMap() {
        IosysMap map = new IosysMap();
        buffer.vmap(map);
        rig.kernel.recordSync = true;
        try (CpuAccess access = buffer.cpuAccess(Access.READ_WRITE)) {
            map.writeInt(12, 99);
            assertEquals(99, access.segment().get(JAVA_INT, 12));
        }
        assertEquals(List.of(DmaBufIoctl.SYNC_RW, DmaBufIoctl.SYNC_RW | DmaBufIoctl.SYNC_END), rig.kernel.syncFlags);
        try (CpuAccess access = buffer.cpuAccess(Access.READ)) {
            assertTrue(access.segment().isReadOnly());
        }
        buffer.vunmap(map);
    }

    @Test
    void cpuAccessWithoutAMapHasNoSegment() {
        CpuAccess access = buffer.cpuAccess(Access.READ);
        Rig.assertErrno(Errno.EINVAL, access::segment);
        access.close();
        access.close();
        assertThrows(BufferClosedException.class, access::segment);
    }

    @Test
    void cpuAccessThatTheKernelRefusesIsNotGranted() {
        rig.kernel.script = (fd, request, word) -> request == DmaBufIoctl.SYNC ? -Errno.EIO.number() : ScriptedKernel.Script.PASS;
        Rig.assertErrno(Errno.EIO, () -> buffer.cpuAccess(Access.READ));
        rig.kernel.script = null;
        CpuAccess access = buffer.cpuAccess(Access.WRITE);
        rig.kernel.script = (fd, request, word) -> request == DmaBufIoctl.SYNC ? -Errno.EIO.number() : ScriptedKernel.Script.PASS;
        Rig.assertErrno(Errno.EIO, access::close);
    }

    @Test
    void openCpuAccessKeepsTheBuffer() {
        DmaBuf other = rig.add("two").source().export(ExportRequest.ofSize(PAGE));
        CpuAccess access = other.cpuAccess(Access.WRITE);
        other.close();
        assertEquals(2, rig.core.census().size());
        access.close();
        assertEquals(1, rig.core.census().size());
    }

    @Test
    void mapThatIsStillOutWhenTheLastHandleGoesIsTakenBackAndReported() {
        IosysMap map = new IosysMap();
        DmaBuf other = rig.add("two").source().export(ExportRequest.ofSize(PAGE));
        DmaBuf last = other.retain();
        other.vmap(map);
        other.vmap(map);
        other.close();
        map.writeInt(0, 1);
        last.close();
        assertThrows(IllegalStateException.class, () -> map.writeInt(0, 1));
        String warning = String.join("\n", rig.log.at(Level.WARNING));
        assertTrue(warning.contains("while 2 calls of vunmap were due"), warning);
        assertEquals(1, rig.core.census().size());
    }

    @Test
    void exporterMapsForTheFirstAndUnmapsAfterTheLast() {
        RecordingOps ops = new RecordingOps();
        try (Arena arena = Arena.ofShared();
                DmaBuf theirs = rig.add("ours", new OpsExporter(rig.kernel, ops)).source().export(ExportRequest.ofSize(PAGE))) {
            ops.vmapsTo = arena.allocate(64);
            IosysMap map = new IosysMap();
            theirs.vmap(map);
            theirs.vmap(map);
            assertEquals(ops.vmapsTo, map.segment());
            assertEquals(1, rig.core.census().getLast().mappings());
            theirs.vunmap(map);
            theirs.vunmap(map);
            assertEquals(List.of("exported", "vmap", "vunmap 64"), ops.calls);
            assertEquals(0, rig.core.census().getLast().mappings());
        }
    }

    @Test
    void vmapErrorOfTheExporterIsVerbatimAndNothingIsMapped() {
        RecordingOps ops = new RecordingOps();
        try (DmaBuf theirs = rig.add("ours", new OpsExporter(rig.kernel, ops)).source().export(ExportRequest.ofSize(PAGE))) {
            IosysMap map = new IosysMap();
            DmaBufException refusal = new DmaBufException(Errno.EOPNOTSUPP, "vmap", "vram");
            ops.doing.put("vmap", () -> {
                throw refusal;
            });
            assertSame(refusal, assertThrows(DmaBufException.class, () -> theirs.vmap(map)));
            ops.doing.clear();
            Rig.assertErrno(Errno.ENOMEM, () -> theirs.vmap(map));
            assertTrue(map.isNull());
            assertFalse(ops.calls.contains("vunmap 0"));
        }
    }
}
