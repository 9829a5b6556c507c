package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CpuAccessTest {

    private final Rig rig = new Rig();
    private DmaBuf buffer;
    private Mapping mapping;

    @BeforeEach
    void map() {
        buffer = rig.buffer(PAGE);
        mapping = buffer.mmap();
        rig.kernel.recordSync = true;
    }

    @AfterEach
    void nothingIsLeftOpen() {
        mapping.close();
        buffer.close();
        assertEquals(List.of(), rig.core.census());
        rig.close();
    }

    @Test
    void scopeIsBracketedBySync() {
        mapping.cpuAccess(Access.READ).close();
        mapping.cpuAccess(Access.WRITE).close();
        mapping.cpuAccess(Access.READ_WRITE).close();
        assertEquals(List.of(1L, 1L | 4, 2L, 2L | 4, 3L, 3L | 4), rig.kernel.syncFlags);
    }

    @Test
    void everyScopeSeesTheSameBytes() {
        try (CpuAccess write = mapping.cpuAccess(Access.READ_WRITE);
                CpuAccess read = mapping.cpuAccess(Access.READ)) {
            write.segment().set(JAVA_BYTE, PAGE - 1, (byte) 9);
            assertEquals(9, read.segment().get(JAVA_BYTE, PAGE - 1));
            assertEquals(PAGE, read.segment().byteSize());
        }
    }

    @Test
    void scopeForReadingHandsOutMemoryThatCannotBeWritten() {
        try (CpuAccess read = mapping.cpuAccess(Access.READ)) {
            MemorySegment first = read.segment();
            assertTrue(first.isReadOnly());
            assertSame(first, read.segment());
            assertThrows(IllegalArgumentException.class, () -> first.set(JAVA_BYTE, 0, (byte) 1));
        }
    }

    @Test
    void mappingForReadingGrantsReadingOnly() {
        try (Mapping readOnly = buffer.mmap(MmapRequest.whole().access(Access.READ))) {
            Rig.assertErrno(Errno.EACCES, () -> readOnly.cpuAccess(Access.WRITE));
            Rig.assertErrno(Errno.EACCES, () -> readOnly.cpuAccess(Access.READ_WRITE));
            readOnly.cpuAccess(Access.READ).close();
        }
        assertEquals(List.of(1L, 5L), rig.kernel.syncFlags);
    }

    @Test
    void mappingForWritingGrantsWritingOnly() {
        try (Mapping writeOnly = buffer.mmap(MmapRequest.whole().access(Access.WRITE))) {
            Rig.assertErrno(Errno.EACCES, () -> writeOnly.cpuAccess(Access.READ));
            try (CpuAccess access = writeOnly.cpuAccess(Access.WRITE)) {
                access.segment().set(JAVA_BYTE, 0, (byte) 1);
            }
        }
    }

    @Test
    void closedScopeHandsOutNothingAndClosesOnce() {
        CpuAccess access = mapping.cpuAccess(Access.READ);
        access.close();
        access.close();
        assertEquals(List.of(1L, 5L), rig.kernel.syncFlags);
        assertEquals(
                BufferClosedException.class, Rig.assertErrno(Errno.EBADF, access::segment).getClass());
    }

    @Test
    void staleSecondCloseDoesNotHitTheScopeThatCameNext() {
        CpuAccess stale = mapping.cpuAccess(Access.READ);
        stale.close();
        try (CpuAccess next = mapping.cpuAccess(Access.READ)) {
            stale.close();
            assertNotSame(stale, next);
            assertEquals(0, next.segment().get(JAVA_BYTE, 0));
            assertEquals(List.of(1L, 5L, 1L), rig.kernel.syncFlags);
        }
    }

    @Test
    void scopeObjectsAreUsedAgain() {
        Map<CpuAccess, Boolean> seen = new IdentityHashMap<>();
        for (int i = 0; i < 1000; i++) {
            CpuAccess access = mapping.cpuAccess(Access.READ);
            seen.put(access, true);
            access.close();
        }
        assertEquals(ScopeBits.TAKING_TURNS, seen.size());
    }

    @Test
    void anyNumberOfScopesMayBeOpen() {
        List<CpuAccess> open = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            open.add(mapping.cpuAccess(Access.READ_WRITE));
        }
        Map<CpuAccess, Boolean> different = new IdentityHashMap<>();
        open.forEach(access -> different.put(access, access.segment().isNative()));
        assertEquals(100, different.size());
        mapping.close();
        for (CpuAccess access : open) {
            access.segment().set(JAVA_BYTE, 0, (byte) 3);
            access.close();
        }
        assertEquals(0, rig.core.census().getFirst().mappings());
        assertEquals(100, rig.kernel.syncFlags.stream().filter(flags -> flags == 7L).count());
    }

    @Test
    void refusedBeginGrantsNothingAndFreesTheSlot() {
        rig.kernel.script = (fd, request, word) ->
                request == DmaBufIoctl.SYNC && (word & 4) == 0 ? -Errno.EIO.number() : ScriptedKernel.Script.PASS;
        for (int i = 0; i < 40; i++) {
            DmaBufException refused = Rig.assertErrno(Errno.EIO, () -> mapping.cpuAccess(Access.WRITE));
            assertTrue(refused.getMessage().startsWith("DMA_BUF_IOCTL_SYNC(fd "), refused.getMessage());
            assertTrue(refused.getMessage().contains("begin write"), refused.getMessage());
        }
        assertFalse(rig.kernel.syncFlags.stream().anyMatch(flags -> (flags & 4) != 0), "no end without a begin");
        rig.kernel.script = null;
        mapping.close();
        assertEquals(0, rig.core.census().getFirst().mappings(), "a slot that was not freed would keep the mapping");
    }

    @Test
    void refusedEndIsReportedAndTheScopeIsClosedAllTheSame() {
        CpuAccess access = mapping.cpuAccess(Access.READ);
        rig.kernel.script = (fd, request, word) ->
                request == DmaBufIoctl.SYNC && (word & 4) != 0 ? -Errno.EIO.number() : ScriptedKernel.Script.PASS;
        DmaBufException refused = Rig.assertErrno(Errno.EIO, access::close);
        assertTrue(refused.getMessage().contains("end read"), refused.getMessage());
        access.close();
        mapping.close();
        assertEquals(0, rig.core.census().getFirst().mappings());
    }

    @Test
    void interruptedSyncIsIssuedAgain() {
        AtomicInteger times = new AtomicInteger();
        int[] answers = {-Errno.EINTR.number(), -Errno.EAGAIN.number(), -Errno.EINTR.number(), 0};
        rig.kernel.script = (fd, request, word) ->
                request == DmaBufIoctl.SYNC ? answers[times.getAndIncrement() % 4] : ScriptedKernel.Script.PASS;
        mapping.cpuAccess(Access.READ).close();
        assertEquals(8, times.get());
        rig.kernel.script = null;
    }

    @Test
    void slotIsGivenBackOnlyAfterSyncEnd() {
        // While END is under way the mapping is closed: it must not be unmapped before END has returned.
        CpuAccess access = mapping.cpuAccess(Access.WRITE);
        AtomicInteger mappingsDuringEnd = new AtomicInteger(-1);
        rig.kernel.script = (fd, request, word) -> {
            if (request == DmaBufIoctl.SYNC) {
                mapping.close();
                mappingsDuringEnd.set(rig.core.census().getFirst().mappings());
            }
            return ScriptedKernel.Script.PASS;
        };
        access.close();
        rig.kernel.script = null;
        assertEquals(1, mappingsDuringEnd.get());
        assertEquals(0, rig.core.census().getFirst().mappings());
    }

    @Test
    void closedMappingGrantsNoScope() {
        mapping.close();
        mapping.close();
        assertEquals(
                BufferClosedException.class,
                Rig.assertErrno(Errno.EBADF, () -> mapping.cpuAccess(Access.READ)).getClass());
    }

    @Test
    void memoryStaysUntilTheLastScopeIsClosed() {
        CpuAccess one = mapping.cpuAccess(Access.READ_WRITE);
        CpuAccess two = mapping.cpuAccess(Access.READ_WRITE);
        MemorySegment memory = one.segment();
        mapping.close();
        buffer.close();
        one.close();
        memory.set(JAVA_BYTE, 0, (byte) 5);
        assertEquals(5, two.segment().get(JAVA_BYTE, 0));
        two.close();
        assertThrows(IllegalStateException.class, () -> memory.get(JAVA_BYTE, 0));
        assertEquals(List.of(), rig.core.census());
    }

    @Test
    void mappingOutlivesTheHandle() {
        buffer.close();
        try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
            access.segment().set(JAVA_BYTE, 0, (byte) 5);
        }
        assertEquals(4, rig.kernel.syncFlags.getLast() & 4);
    }

    @Test
    void confinedMappingIsForItsThreadOnly() {
        try (Mapping confined = buffer.mmap(MmapRequest.whole().confined())) {
            CpuAccess access = confined.cpuAccess(Access.READ_WRITE);
            List<Runnable> foreign = List.of(() -> confined.cpuAccess(Access.READ), confined::close, access::close);
            for (Runnable each : foreign) {
                CompletionException thrown =
                        assertThrows(CompletionException.class, () -> CompletableFuture.runAsync(each).join());
                assertEquals(WrongThreadException.class, thrown.getCause().getClass());
            }
            access.segment().set(JAVA_BYTE, 0, (byte) 1);
            access.close();
        }
        assertEquals(1, rig.core.census().getFirst().mappings(), "the other mapping");
    }

    @Test
    void sharedMappingIsForEveryThread() {
        CpuAccess access = mapping.cpuAccess(Access.READ_WRITE);
        CompletableFuture.runAsync(() -> {
                    access.segment().set(JAVA_BYTE, 0, (byte) 1);
                    access.close();
                    mapping.close();
                })
                .join();
        assertEquals(0, rig.core.census().getFirst().mappings());
    }

    @Test
    void mappingThatANativeFunctionStillUsesIsUnmappedWhenThatReturns() throws Exception {
        try (NativeUse use = NativeUse.begin(mapping)) {
            mapping.close();
            buffer.close();
            assertEquals(1, rig.core.census().getFirst().mappings());
            use.end();
            Rig.await("unmapped", () -> rig.core.census().isEmpty());
        }
    }

    @Test
    void tableOfSyncFlagsIsTheHeaders() {
        assertEquals(DmaBufIoctl.SYNC_READ, DmaBufCalls.syncFlags(Access.READ));
        assertEquals(DmaBufIoctl.SYNC_WRITE, DmaBufCalls.syncFlags(Access.WRITE));
        assertEquals(DmaBufIoctl.SYNC_RW, DmaBufCalls.syncFlags(Access.READ_WRITE));
    }
}
