package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferInfo;
import dmabuf.api.BufferRevokedException;
import dmabuf.api.BufferState;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.Direction;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Fence;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Lifetime;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import dmabuf.spi.ExportedBuffer;
import iosys.IosysMap;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Memory that leaves with its device. */
@SuppressWarnings("try")
class DeviceBoundTest {

    private static final int FOREVER = CoreDmaBufs.MOST_GRACE_MILLIS;

    private final Rig rig = new Rig();
    private volatile BufferControl control;
    private final BufferOps ops = new BufferOps() {
        @Override
        public void exported(BufferControl buffer) {
            control = buffer;
        }
    };
    private final ExporterRegistration registration = rig.add("device", request -> {
        Fd fd = TestUdmabuf.create(rig.kernel, request.size());
        return ExportedBuffer.builder(fd, request.size(), MmapPolicy.mappable(Caching.CACHED))
                .ops(ops)
                .lifetime(request.name().equals("stays") ? Lifetime.SELF_CONTAINED : Lifetime.DEVICE_BOUND)
                .build();
    });
    private final DmaBuf buffer = registration.source().export(ExportRequest.ofSize(PAGE).withName("leaving"));

    @AfterEach
    void nothingIsLeftOpen() {
        buffer.close();
        Rig.await("end of the revocation", () -> rig.core.census().isEmpty());
        rig.close();
    }

    private void awaitTakenAway(Mapping mapping) {
        Rig.await("mapping taken away", () -> {
            try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
                return access.segment().byteSize() < 0;
            } catch (BufferRevokedException e) {
                return true;
            }
        });
    }

    @Test
    void revocationIsAnnouncedOnceAndMappingsGoOnForTheGracePeriod() {
        rig.core.graceMillis(FOREVER);
        List<BufferInfo> news = new CopyOnWriteArrayList<>();
        Mapping mapping = buffer.mmap();
        try (Subscription listening = rig.core.listen(news::add)) {
            control.revoke();
            control.revoke();
            assertEquals(BufferState.REVOKED, buffer.state());
            try (CpuAccess access = mapping.cpuAccess(Access.READ_WRITE)) {
                access.segment().set(JAVA_BYTE, 0, (byte) 7);
                int read = access.access(memory -> (int) memory.get(JAVA_BYTE, 0));
                assertEquals(7, read);
                assertEquals(List.of(1), rig.core.census().getFirst().openScopes());
            }
            assertEquals(Lifetime.DEVICE_BOUND, rig.core.census().getFirst().lifetime());
            mapping.close(); // The last one: nobody is left to be waited for.
            buffer.close();
            Rig.await("close", () -> !news.isEmpty() && news.getLast().state() == BufferState.CLOSED);
        }
        assertEquals(List.of(BufferState.REVOKED, BufferState.CLOSED), news.stream().map(BufferInfo::state).toList());
    }

    @Test
    void accessAfterTheGracePeriodThrowsANamedException() {
        rig.core.graceMillis(0);
        Mapping mapping = buffer.mmap();
        MemorySegment kept;
        try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
            kept = access.segment();
        }
        control.revoke();
        awaitTakenAway(mapping);
        BufferRevokedException e = assertThrows(BufferRevokedException.class, () -> mapping.cpuAccess(Access.READ));
        assertEquals(Errno.ENODEV, e.errno());
        assertThrows(IllegalStateException.class, () -> kept.get(JAVA_BYTE, 0));
        mapping.close();
        assertThrows(BufferClosedException.class, () -> mapping.cpuAccess(Access.READ));
    }

    @Test
    void nothingNewIsMappedOnceTheMemoryIsLeaving() throws Exception {
        rig.core.graceMillis(FOREVER);
        control.revoke();
        assertThrows(BufferRevokedException.class, buffer::mmap);
        assertThrows(BufferRevokedException.class, () -> buffer.vmap(new IosysMap()));
        assertThrows(BufferRevokedException.class, () -> buffer.attach(ImporterDevice.named("gpu")));
        try (Fd fd = buffer.fd();
                Fence fence = buffer.exportFence(Access.READ)) {
            assertTrue(fd.isOpen());
            assertTrue(fence.isSignalled());
        }
    }

    @Test
    void devicesAreToldToLetGo() {
        rig.core.graceMillis(FOREVER);
        List<Attachment> told = new CopyOnWriteArrayList<>();
        try (Attachment attachment = buffer.attach(ImporterDevice.named("gpu"), told::add)) {
            attachment.unmap(attachment.map(Direction.TO_DEVICE));
            control.revoke();
            Rig.await("invalidation", () -> !told.isEmpty());
            assertThrows(BufferRevokedException.class, () -> attachment.map(Direction.TO_DEVICE));
            control.restore();
            assertTrue(attachment.isInvalidated(), "what has left does not come back");
            assertEquals(List.of(attachment), told);
        }
    }

    @Test
    void mapThatIsOutCanBeGivenBackAndNotBeAccessed() {
        rig.core.graceMillis(0);
        IosysMap map = new IosysMap();
        buffer.vmap(map);
        CpuAccess access = buffer.cpuAccess(Access.READ);
        control.revoke();
        Rig.await("map taken away", () -> {
            try {
                return access.segment().byteSize() < 0;
            } catch (BufferRevokedException e) {
                return true;
            }
        });
        access.close();
        assertThrows(BufferRevokedException.class, () -> buffer.cpuAccess(Access.READ));
        buffer.vunmap(map);
    }

    @Test
    void openScopeIsWaitedForAndThenItsMemoryIsTakenAway() {
        rig.core.graceMillis(0);
        Mapping mapping = buffer.mmap();
        CpuAccess open = mapping.cpuAccess(Access.READ_WRITE);
        MemorySegment memory = open.segment();
        control.revoke();
        awaitTakenAway(mapping);
        assertTrue(memory.scope().isAlive(), "a scope that is open has the time to end");
        assertThrows(BufferRevokedException.class, () -> open.access(seen -> {
            Rig.await("memory taken away", () -> !seen.scope().isAlive());
            return seen.get(JAVA_BYTE, 0);
        }));
        assertThrows(BufferRevokedException.class, open::segment);
        open.close();
        mapping.close();
        Rig.await("warning", () -> rig.log.at(Level.WARNING).stream().anyMatch(line -> line.contains("1 scopes were open on it")));
    }

    @Test
    void mappingThatIsLostIsNotWaitedForLongerThanItTakesToFindIt() {
        rig.core.graceMillis(FOREVER);
        MemorySegment kept = segmentOfALostMapping();
        control.revoke();
        System.gc();
        assertEquals(0, kept.get(JAVA_BYTE, 0));
        kept = null;
        Rig.await("it is found", () -> {
            System.gc();
            return rig.core.census().getFirst().mappings() == 0;
        });
    }

    @Test
    void segmentOfALostMappingIsTakenAwayWithTheMemory() {
        rig.core.graceMillis(0);
        MemorySegment kept = segmentOfALostMapping();
        System.gc();
        control.revoke();
        Rig.await("memory taken away", () -> !kept.scope().isAlive());
        Rig.await("it is given back", () -> rig.core.census().getFirst().mappings() == 0);
        assertEquals(List.of(), rig.log.at(Level.WARNING));
    }

    private MemorySegment segmentOfALostMapping() {
        try (CpuAccess access = buffer.mmap().cpuAccess(Access.READ)) {
            return access.segment();
        }
    }

    @Test
    void nativeFunctionKeepsTheMemoryUntilItReturns() throws Exception {
        rig.core.graceMillis(0);
        Mapping mapping = buffer.mmap();
        try (NativeUse use = NativeUse.begin(mapping)) {
            control.revoke();
            awaitTakenAway(mapping);
            Rig.await("warning", () -> rig.log.at(Level.WARNING).stream().anyMatch(line -> line.contains("in use by a native function")));
            assertEquals(1, rig.core.census().getFirst().mappings());
        }
        Rig.await("unmapping", () -> rig.core.census().getFirst().mappings() == 0);
        mapping.close();
    }

    @Test
    void memoryOfAnExporterThatLeavesWithoutAWordGoesToo() {
        rig.core.graceMillis(FOREVER);
        registration.close();
        assertEquals(BufferState.REVOKED, buffer.state());
        assertThrows(BufferRevokedException.class, buffer::mmap);
    }

    @Test
    void onlyMemoryThatWasSaidToBeBoundCanLeave() {
        try (DmaBuf other = registration.source().export(ExportRequest.ofSize(PAGE).withName("stays"))) {
            Rig.assertErrno(Errno.EINVAL, control::revoke);
            assertEquals(BufferState.ACTIVE, other.state());
        }
    }

    @Test
    void mappingThatOnlyItsThreadCouldCloseIsRefused() {
        Rig.assertErrno(Errno.EOPNOTSUPP, () -> buffer.mmap(MmapRequest.whole().confined()));
    }

    @Test
    void revocationAfterCloseDoesNothing() {
        List<BufferInfo> news = new CopyOnWriteArrayList<>();
        try (Subscription listening = rig.core.listen(news::add)) {
            buffer.close();
            control.revoke();
            Rig.await("close", () -> !news.isEmpty());
        }
        assertFalse(news.stream().anyMatch(line -> line.state() == BufferState.REVOKED));
    }
}
