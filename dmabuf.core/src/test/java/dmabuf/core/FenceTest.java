package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.Fence;
import dmabuf.api.FenceInfo;
import dmabuf.api.FencePoint;
import dmabuf.api.FenceStatus;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Memfd;
import dmabuf.linux.Pipe;
import dmabuf.linux.Posix;
import dmabuf.linux.SyncFileIoctl;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What a fence is: whom it waits for, what it tells, and what becomes of it. */
@Timeout(60)
class FenceTest {

    private final Rig rig = new Rig();
    private Vgem vgem;
    private DmaBuf buffer;

    @BeforeEach
    void makeBuffer() {
        vgem = Vgem.of(rig);
        buffer = rig.buffer(PAGE);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        buffer.close();
        vgem.close();
        rig.close();
    }

    private boolean isSignalled(Access access) {
        try (Fence fence = buffer.exportFence(access)) {
            return fence.isSignalled();
        }
    }

    @Test
    void idleBufferExportsAFenceThatIsSignalled() throws Exception {
        for (Access access : Access.values()) {
            try (Fence fence = buffer.exportFence(access)) {
                assertTrue(fence.isSignalled());
                assertEquals(FenceStatus.SIGNALLED, fence.status());
                assertTrue(fence.await(Duration.ZERO));
                FenceInfo info = fence.info();
                assertEquals("stub-stub0-0", info.name());
                assertEquals(List.of("stub"), info.points().stream().map(FencePoint::driver).toList());
            }
        }
    }

    @Test
    void readingWaitsForWritersAndEverythingElseForAll() {
        Runnable read = vgem.read(buffer);
        assertTrue(isSignalled(Access.READ));
        assertFalse(isSignalled(Access.WRITE));
        assertFalse(isSignalled(Access.READ_WRITE));
        read.run();
        assertTrue(isSignalled(Access.READ_WRITE));
        Runnable write = vgem.write(buffer);
        assertFalse(isSignalled(Access.READ));
        assertFalse(isSignalled(Access.WRITE));
        write.run();
        assertTrue(isSignalled(Access.READ));
    }

    @Test
    void exportedFenceIsASnapshot() {
        try (Fence before = buffer.exportFence(Access.READ_WRITE)) {
            Runnable first = vgem.read(buffer);
            try (Fence between = buffer.exportFence(Access.WRITE)) {
                Runnable second = vgem.read(buffer);
                assertTrue(before.isSignalled());
                first.run();
                assertTrue(between.isSignalled());
                assertFalse(isSignalled(Access.WRITE), "the second reader is still there");
                second.run();
            }
        }
    }

    @Test
    void importedFenceIsInTheWayAsItsAccessSays() {
        Runnable write = vgem.write(buffer);
        try (Fence fence = buffer.exportFence(Access.READ);
                DmaBuf other = rig.buffer(PAGE)) {
            other.importFence(fence, Access.READ);
            assertTrue(other.isReady(Access.READ));
            assertFalse(other.isReady(Access.WRITE));
            other.importFence(fence, Access.WRITE);
            assertFalse(other.isReady(Access.READ));
            write.run();
            assertTrue(other.isReady(Access.READ_WRITE));
        }
    }

    @Test
    void importedFencesAreAddedAndNeverReplaced() {
        Runnable write = vgem.write(buffer);
        try (DmaBuf other = rig.buffer(PAGE);
                Fence idle = other.exportFence(Access.READ_WRITE);
                Fence busy = buffer.exportFence(Access.READ)) {
            other.importFence(busy, Access.READ_WRITE);
            other.importFence(idle, Access.READ_WRITE);
            assertFalse(other.isReady(Access.READ));
            write.run();
            assertTrue(other.isReady(Access.READ));
        }
    }

    @Test
    void importedFenceMayBeClosedAtOnce() throws Exception {
        Runnable write = vgem.write(buffer);
        try (DmaBuf other = rig.buffer(PAGE)) {
            try (Fence fence = buffer.exportFence(Access.READ)) {
                other.importFence(fence, Access.WRITE);
            }
            assertFalse(other.awaitReady(Access.READ, Duration.ofMillis(1)));
            write.run();
            assertTrue(other.awaitReady(Access.READ, Duration.ofSeconds(20)));
        }
    }

    @Test
    void mergedFenceWaitsForBothAndIsUnwrappedWhenImported() {
        Runnable first = vgem.read(buffer);
        try (Fence one = buffer.exportFence(Access.WRITE);
                DmaBuf other = rig.buffer(PAGE);
                DmaBuf third = rig.buffer(PAGE)) {
            Runnable second = vgem.write(other);
            try (Fence two = other.exportFence(Access.READ);
                    Fence both = one.merge(two, "both")) {
                assertEquals("both", both.info().name());
                assertEquals(2, both.info().points().size());
                third.importFence(both, Access.WRITE);
                first.run();
                assertFalse(both.isSignalled());
                assertFalse(third.isReady(Access.READ));
                try (Fence rest = third.exportFence(Access.READ)) {
                    assertEquals(1, rest.info().points().size(), "each is there by itself");
                }
                second.run();
                assertEquals(FenceStatus.SIGNALLED, both.status());
                assertTrue(third.isReady(Access.READ));
            }
        }
    }

    @Test
    void mergedFenceHasEachPointOnceAndOutlivesBoth() {
        Runnable write = vgem.write(buffer);
        Fence one = buffer.exportFence(Access.READ);
        Fence merged = one.merge(one, "");
        one.close();
        assertEquals(1, merged.info().points().size());
        assertTrue(merged.info().name().startsWith("vgem-unbound"), merged.info().name());
        write.run();
        assertTrue(merged.isSignalled());
        merged.close();
    }

    @Test
    void nameOfAMergeHasAtMost31Bytes() {
        try (Fence fence = buffer.exportFence(Access.READ)) {
            fence.merge(fence, "x".repeat(31)).close();
            DmaBufException refused = Rig.assertErrno(Errno.EINVAL, () -> fence.merge(fence, "ü".repeat(16)));
            assertTrue(refused.getMessage().contains("31 bytes"), refused.getMessage());
            Rig.assertErrno(Errno.EINVAL, () -> fence.merge(fence, "a\0b"));
        }
    }

    @Test
    void infoTellsDriverTimelineAndWhenItWasSignalled() {
        Runnable write = vgem.write(buffer);
        try (Fence fence = buffer.exportFence(Access.READ)) {
            FencePoint active = fence.info().points().getFirst();
            assertEquals(new FencePoint("vgem", "unbound", FenceStatus.ACTIVE, 0), active);
            long before = System.nanoTime();
            write.run();
            FencePoint done = fence.info().points().getFirst();
            assertEquals(FenceStatus.SIGNALLED, done.status());
            assertTrue(before <= done.timestampNanos() && done.timestampNanos() <= System.nanoTime(), done::toString);
        }
    }

    @Test
    void workThatFailedIsOverAndTellsWhy() throws Exception {
        Runnable write = vgem.write(buffer);
        rig.kernel.afterthought = (request, argument) -> {
            if (request == SyncFileIoctl.FILE_INFO && argument.get(java.lang.foreign.ValueLayout.JAVA_INT, 32) == 1) {
                argument.set(java.lang.foreign.ValueLayout.JAVA_INT, 32, -Errno.EIO.number());
            }
        };
        try (Fence fence = buffer.exportFence(Access.READ)) {
            var stage = fence.whenSignalled().toCompletableFuture();
            assertEquals(FenceStatus.ACTIVE, fence.status());
            write.run();
            assertTrue(fence.await(Duration.ofSeconds(20)), "it is over");
            assertEquals(FenceStatus.failed(Errno.EIO), fence.status());
            assertEquals(Optional.of(Errno.EIO), stage.get().error());
            assertEquals("failed: EIO", fence.status().toString());
        }
    }

    @Test
    void descriptorOfAFenceLivesOnItsOwn() {
        Runnable write = vgem.write(buffer);
        Fence fence = buffer.exportFence(Access.READ);
        Fd fd = fence.fd();
        fence.close();
        assertEquals(0, rig.kernel.poll(fd.number(), Posix.POLLIN, 0));
        try (Fence again = rig.core.fenceOf(fd)) {
            assertFalse(again.isSignalled());
            write.run();
            assertTrue(again.isSignalled());
        }
    }

    @Test
    void fenceOutlivesBufferDeviceAndCore() throws Exception {
        Runnable write = vgem.write(buffer);
        Fence fence = buffer.exportFence(Access.READ);
        buffer.close();
        rig.core.close();
        assertFalse(fence.await(Duration.ofMillis(1)));
        write.run();
        assertTrue(fence.await(Duration.ofSeconds(20)));
        assertEquals(FenceStatus.SIGNALLED, fence.status());
        fence.close();
    }

    @Test
    void whatIsNoSyncFileIsNoFenceAndIsClosed() {
        LinuxSyscalls linux = new LinuxSyscalls();
        Pipe pipe = Pipe.open();
        List<Fd> others = List.of(
                buffer.fd(), Memfd.unsealed(rig.kernel, "x", PAGE), Fd.adopt(pipe.readEnd(), linux), Fd.adopt(pipe.writeEnd(), linux),
                Fd.adopt(rig.kernel.open("/dev/null", Posix.O_RDWR), rig.kernel));
        for (Fd fd : others) {
            Rig.assertErrno(Errno.EINVAL, () -> rig.core.fenceOf(fd));
            assertFalse(fd.isOpen());
        }
    }

    @Test
    void stoppedCoreMakesNoFence() {
        try (Fence fence = buffer.exportFence(Access.READ)) {
            Fd fd = fence.fd();
            rig.core.close();
            Rig.assertErrno(Errno.ENODEV, () -> rig.core.fenceOf(fd));
            assertFalse(fd.isOpen());
        }
    }

    @Test
    void hintOfADeadlineChangesNothing() {
        Runnable write = vgem.write(buffer);
        try (Fence fence = buffer.exportFence(Access.READ)) {
            fence.neededWithin(Duration.ofMillis(16));
            fence.neededWithin(Duration.ofSeconds(Long.MAX_VALUE));
            fence.neededWithin(Duration.ofSeconds(Long.MIN_VALUE));
            assertFalse(fence.isSignalled());
            rig.kernel.script = (fd, request, word) ->
                    request == SyncFileIoctl.SET_DEADLINE ? -Errno.ENOTTY.number() : ScriptedKernel.Script.PASS;
            fence.neededWithin(Duration.ZERO);
            rig.kernel.script = (fd, request, word) ->
                    request == SyncFileIoctl.SET_DEADLINE ? -Errno.EINVAL.number() : ScriptedKernel.Script.PASS;
            Rig.assertErrno(Errno.EINVAL, () -> fence.neededWithin(Duration.ZERO));
            rig.kernel.script = null;
            write.run();
        }
    }

    @Test
    void closedFenceRefusesEverything() {
        Fence fence = buffer.exportFence(Access.READ);
        try (Fence other = buffer.exportFence(Access.READ)) {
            fence.close();
            fence.close();
            List<Executable> refused = List.of(
                    fence::isSignalled, fence::status, fence::info, fence::fd, fence::whenSignalled, () -> fence.await(Duration.ZERO),
                    () -> fence.merge(other, ""), () -> other.merge(fence, ""), () -> buffer.importFence(fence, Access.READ),
                    () -> fence.neededWithin(Duration.ZERO));
            for (Executable each : refused) {
                assertEquals(BufferClosedException.class, Rig.assertErrno(Errno.EBADF, each).getClass());
            }
        }
    }

    @Test
    void closedBufferHasNoFencesToGive() {
        try (Fence fence = buffer.exportFence(Access.READ)) {
            buffer.close();
            List<Executable> refused = List.of(
                    () -> buffer.exportFence(Access.READ), () -> buffer.importFence(fence, Access.READ), () -> buffer.isReady(Access.READ),
                    () -> buffer.awaitReady(Access.READ, Duration.ZERO));
            for (Executable each : refused) {
                assertEquals(BufferClosedException.class, Rig.assertErrno(Errno.EBADF, each).getClass());
            }
        }
    }

    @Test
    void memfdHasNoFencesAndIsAlwaysReady() throws Exception {
        try (DmaBuf memfd = rig.core.importFd(Memfd.sealed(rig.kernel, "x", PAGE));
                Fence fence = buffer.exportFence(Access.READ)) {
            DmaBufException none = Rig.assertErrno(Errno.ENOTTY, () -> memfd.exportFence(Access.READ));
            assertTrue(none.getMessage().contains("memfd"), none.getMessage());
            Rig.assertErrno(Errno.ENOTTY, () -> memfd.importFence(fence, Access.READ));
            assertTrue(memfd.isReady(Access.READ_WRITE));
            assertTrue(memfd.awaitReady(Access.READ_WRITE, Duration.ZERO));
        }
    }

    @Test
    void fencesHaveDifferentDescriptors() {
        try (Fence one = buffer.exportFence(Access.READ);
                Fence two = buffer.exportFence(Access.READ)) {
            assertNotEquals(one.toString(), two.toString());
        }
    }
}
