package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fences that are still to be signalled, of vgem: what waits for them, and what Linux 6.12 tells of them. */
@Timeout(60)
class FenceTest extends SimulatedKernelCase {

    private static final String VGEM = "/dev/dri/card0";
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int BOTH = Posix.POLLIN | Posix.POLLOUT;
    private static final long MERGE = 0xc0303e03L;
    private static final long FILE_INFO = 0xc0383e04L;
    private static final long SET_DEADLINE = 0x40103e05L;

    private Drm vgem;
    private int handle;
    private Fd buffer;

    @BeforeEach
    void makeBuffer() {
        kernel.machine().plug(VGEM, SimulatedGpu.VGEM);
        vgem = new Drm(kernel, VGEM);
        handle = vgem.dumb(1).handle();
        buffer = vgem.export(handle);
    }

    @AfterEach
    void close() {
        buffer.close();
        vgem.close();
    }

    private int attach(int flags) {
        int fence = vgem.attach(handle, flags);
        assertTrue(fence > 0, answer(fence));
        return fence;
    }

    private int exportSyncFile(Fd from, long flags) {
        MemorySegment struct = arena.allocate(8, 4);
        struct.set(JAVA_INT, 0, (int) flags);
        SyscallResult.check(kernel.ioctl(from.number(), DmaBufIoctl.EXPORT_SYNC_FILE, struct), "EXPORT_SYNC_FILE", from.toString());
        return struct.get(JAVA_INT, 4);
    }

    private Fd syncFile(long flags) {
        return adopt(exportSyncFile(buffer, flags));
    }

    private int importSyncFile(Fd into, long flags, Fd syncFile) {
        MemorySegment struct = arena.allocate(8, 4);
        struct.set(JAVA_INT, 0, (int) flags);
        struct.set(JAVA_INT, 4, syncFile.number());
        return kernel.ioctl(into.number(), DmaBufIoctl.IMPORT_SYNC_FILE, struct);
    }

    /** Name, status, and of each fence its driver, time line and status. */
    private String info(Fd syncFile) {
        MemorySegment fences = arena.allocate(4 * 80, 8);
        MemorySegment info = arena.allocate(56, 8);
        info.set(JAVA_INT, 40, 4);
        info.set(JAVA_LONG, 48, fences.address());
        assertEquals("ok", answer(kernel.ioctl(syncFile.number(), FILE_INFO, info)));
        StringBuilder text = new StringBuilder(info.getString(0).replaceAll("(unbound)\\d+", "$1N") + " " + info.get(JAVA_INT, 32));
        for (int i = 0; i < info.get(JAVA_INT, 40); i++) {
            MemorySegment fence = fences.asSlice(80L * i);
            int status = fence.get(JAVA_INT, 64);
            assertEquals(status == 1, fence.get(JAVA_LONG, 72) != 0, "a time stamp comes with the signal");
            text.append(" [" + fence.getString(32) + " " + fence.getString(0) + " " + status + "]");
        }
        return text.toString();
    }

    private Fd merged(Fd one, Fd two, String name) {
        MemorySegment data = arena.allocate(48, 8);
        data.setString(0, name);
        data.set(JAVA_INT, 32, two.number());
        assertEquals("ok", answer(kernel.ioctl(one.number(), MERGE, data)));
        return adopt(data.get(JAVA_INT, 36));
    }

    private int poll(Fd fd) {
        return kernel.poll(fd.number(), BOTH, 0);
    }

    private <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /** Waits until a call sleeps in the kernel. */
    private void awaitSleeper() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (kernel.machine().sleepers() == 0) {
            assertTrue(System.nanoTime() < deadline, "nobody sleeps");
            Thread.onSpinWait();
        }
    }

    @Test
    void writersFenceIsInEverybodysWayAndReadersOnlyInAWriters() throws Exception {
        int fence = attach(READ);
        assertEquals(Posix.POLLIN, poll(buffer));
        assertEquals(0, sync(buffer.number(), DmaBufIoctl.SYNC_READ));
        assertEquals(0, vgem.signal(fence));
        assertEquals(BOTH, poll(buffer));

        fence = attach(WRITE);
        assertEquals(0, poll(buffer));
        assertEquals(0, sync(buffer.number(), DmaBufIoctl.SYNC_RW | DmaBufIoctl.SYNC_END), "an end waits for nothing");
        FutureTask<Integer> read = start(() -> sync(DmaBufIoctl.SYNC_READ));
        awaitSleeper();
        assertFalse(read.isDone());
        assertEquals(0, vgem.signal(fence));
        assertEquals(0, read.get());
        assertEquals(BOTH, poll(buffer));
    }

    /** From another thread, whose memory is its own. */
    private int sync(long flags) {
        try (var own = java.lang.foreign.Arena.ofConfined()) {
            return kernel.ioctl(buffer.number(), DmaBufIoctl.SYNC, own.allocateFrom(JAVA_LONG, flags));
        }
    }

    @Test
    void syncWaitsForTheReadersBeforeAWrite() throws Exception {
        int first = attach(READ);
        int second = attach(READ);
        FutureTask<Integer> write = start(() -> sync(DmaBufIoctl.SYNC_WRITE));
        awaitSleeper();
        assertEquals(0, vgem.signal(first));
        assertFalse(write.isDone());
        assertEquals(0, vgem.signal(second));
        assertEquals(0, write.get());
    }

    @Test
    void signalInterruptsTheWaitAndJavaInterruptsDoNot() throws Exception {
        int fence = attach(WRITE);
        FutureTask<String> wait = new FutureTask<>(() -> answer(sync(DmaBufIoctl.SYNC_READ)) + Thread.interrupted());
        Thread waiter = Thread.ofPlatform().daemon().start(wait);
        awaitSleeper();
        waiter.interrupt();
        assertEquals(1, kernel.machine().sleepers(), "sleeps on, as a native call would");
        assertEquals(1, kernel.machine().interruptCalls());
        assertEquals("EINTRtrue", wait.get(), "and finds its interrupt afterwards");
        assertEquals(0, vgem.signal(fence));
    }

    @Test
    void pollWaitsForWhatItAsksFor() throws Exception {
        int fence = attach(READ);
        assertEquals(Posix.POLLIN, kernel.poll(buffer.number(), BOTH, -1), "one of the two is enough");
        assertEquals(0, kernel.poll(buffer.number(), Posix.POLLOUT, 1));
        FutureTask<Integer> poll = start(() -> kernel.poll(buffer.number(), Posix.POLLOUT, -1));
        awaitSleeper();
        assertEquals(0, vgem.signal(fence));
        assertEquals(Posix.POLLOUT, poll.get());
        attach(WRITE);
        FutureTask<Integer> interrupted = start(() -> kernel.poll(buffer.number(), BOTH, 60_000));
        awaitSleeper();
        kernel.machine().interruptCalls();
        assertEquals("EINTR", answer(interrupted.get()));
    }

    @Test
    void syncFileIsASnapshotOfWhatThatAccessMustWaitFor() {
        attach(READ);
        int second = attach(READ);
        try (Fd readers = syncFile(DmaBufIoctl.SYNC_READ);
                Fd writers = syncFile(DmaBufIoctl.SYNC_WRITE)) {
            assertEquals("stub-stub0-0 1 [stub stub 1]", info(readers));
            assertEquals("dma_fence_array-unboundN-1 0 [vgem unbound 0] [vgem unbound 0]", info(writers));
            attach(READ);
            assertEquals("dma_fence_array-unboundN-1 0 [vgem unbound 0] [vgem unbound 0]", info(writers), "a snapshot");
            assertEquals(0, vgem.signal(second));
            assertEquals("dma_fence_array-unboundN-1 0 [vgem unbound 0] [vgem unbound 1]", info(writers));
            assertEquals(0, poll(writers));
        }
        try (Fd now = syncFile(DmaBufIoctl.SYNC_RW)) {
            assertEquals("dma_fence_array-unboundN-1 0 [vgem unbound 0] [vgem unbound 0]", info(now), "without what has happened");
        }
    }

    @Test
    void syncFileOfOneFenceHasItsName() {
        int fence = attach(WRITE);
        try (Fd one = syncFile(DmaBufIoctl.SYNC_READ)) {
            assertEquals("vgem-unboundN-1 0 [vgem unbound 0]", info(one));
            assertEquals(0, vgem.signal(fence));
            assertEquals("vgem-unboundN-1 1 [vgem unbound 1]", info(one));
        }
    }

    @Test
    void infoIntoTooLittleRoomIsEinvalAndIntoNoneTellsTheNumber() {
        attach(READ);
        attach(READ);
        try (Fd two = syncFile(DmaBufIoctl.SYNC_WRITE)) {
            MemorySegment info = arena.allocate(56, 8);
            info.set(JAVA_INT, 40, 1);
            info.set(JAVA_LONG, 48, arena.allocate(160, 8).address());
            assertEquals("EINVAL", answer(kernel.ioctl(two.number(), FILE_INFO, info)));
            info.set(JAVA_INT, 40, 0);
            assertEquals("ok", answer(kernel.ioctl(two.number(), FILE_INFO, info)));
            assertEquals(2, info.get(JAVA_INT, 40));
            assertEquals(0, info.get(JAVA_INT, 32), "active");
        }
    }

    @Test
    void rawPollSeesASyncFileBecomeReady() {
        int fence = attach(WRITE);
        try (Fd sync = syncFile(DmaBufIoctl.SYNC_READ);
                Fd copy = Fd.adopt(real.dup(sync.number()), real)) {
            assertEquals(0, poll(sync));
            assertEquals(0, real.poll(copy.number(), Posix.POLLIN, 0));
            assertEquals(0, vgem.signal(fence));
            assertEquals(Posix.POLLIN, real.poll(copy.number(), Posix.POLLIN, -1));
            assertEquals(Posix.POLLIN, kernel.poll(sync.number(), BOTH, -1));
            assertEquals("EINVAL", answer(kernel.read(sync.number(), arena.allocate(8))));
        }
    }

    @Test
    void syncFileThatIsClosedBeforeItsFenceIsSignalledLeavesNothing() throws Exception {
        int fence = attach(WRITE);
        Fd sync = syncFile(DmaBufIoctl.SYNC_READ);
        String pipe = OpenThings.of(sync.number());
        assertEquals(2, OpenThings.countOf(pipe), "both ends of " + pipe);
        sync.close();
        assertEquals(0, OpenThings.countOf(pipe), pipe);
        assertEquals(0, vgem.signal(fence));
    }

    @Test
    void importedFenceIsInTheWayOfAnotherBuffer() {
        int fence = attach(WRITE);
        try (Fd memfd = sealed(PAGE);
                Fd other = udmabuf.buffer(memfd.number(), 0, PAGE);
                Fd sync = syncFile(DmaBufIoctl.SYNC_READ)) {
            assertEquals(0, importSyncFile(other, DmaBufIoctl.SYNC_READ, sync));
            assertEquals(Posix.POLLIN, poll(other), "the fence of a reader");
            assertEquals(0, importSyncFile(other, DmaBufIoctl.SYNC_RW, sync));
            assertEquals(0, poll(other), "the fence of a writer");
            assertEquals(0, vgem.signal(fence));
            assertEquals(BOTH, poll(other));
        }
    }

    @Test
    void fenceThatIsImportedAgainIsThereOnceUnlessTheOldUseIsInTheWayOfMore() {
        int fence = attach(READ);
        try (Fd reader = syncFile(DmaBufIoctl.SYNC_WRITE)) {
            assertEquals(0, importSyncFile(buffer, DmaBufIoctl.SYNC_READ, reader));
            assertEquals(0, importSyncFile(buffer, DmaBufIoctl.SYNC_WRITE, reader));
            try (Fd once = syncFile(DmaBufIoctl.SYNC_READ)) {
                assertEquals("vgem-unboundN-1 0 [vgem unbound 0]", info(once), "a writer's by now");
            }
            assertEquals(0, importSyncFile(buffer, DmaBufIoctl.SYNC_READ, reader));
            try (Fd twice = syncFile(DmaBufIoctl.SYNC_WRITE)) {
                assertEquals("dma_fence_array-unboundN-1 0 [vgem unbound 0] [vgem unbound 0]", info(twice));
            }
        }
        assertEquals(0, vgem.signal(fence));
        assertEquals(BOTH, poll(buffer));
    }

    @Test
    void fenceOnAnImportIsOnTheBufferItself() {
        try (Fd memfd = sealed(PAGE);
                Fd other = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            int fence = vgem.attach(vgem.toHandle(other.number()), WRITE);
            assertEquals(0, poll(other));
            assertEquals(0, vgem.signal(fence));
            assertEquals(BOTH, poll(other));
        }
    }

    @Test
    void mergeHasEveryPendingFenceOnce() {
        attach(READ);
        int second = attach(READ);
        try (Fd both = syncFile(DmaBufIoctl.SYNC_WRITE);
                Fd idle = syncFile(DmaBufIoctl.SYNC_READ);
                Fd same = merged(both, both, "same");
                Fd none = merged(idle, idle, "");
                Fd unnamed = merged(idle, both, "")) {
            assertEquals("same 0 [vgem unbound 0] [vgem unbound 0]", info(same));
            assertEquals("stub-stub0-0 1 [stub stub 1]", info(none));
            assertEquals("dma_fence_array-unboundN-1 0 [vgem unbound 0] [vgem unbound 0]", info(unnamed));
            assertEquals(0, vgem.signal(second));
            try (Fd rest = merged(both, idle, "")) {
                assertEquals("vgem-unboundN-1 0 [vgem unbound 0]", info(rest));
            }
        }
    }

    @Test
    void deadlineIsTakenForAHint() {
        try (Fd sync = syncFile(DmaBufIoctl.SYNC_READ)) {
            MemorySegment deadline = arena.allocate(16, 8);
            assertEquals("ok", answer(kernel.ioctl(sync.number(), SET_DEADLINE, deadline)));
            deadline.set(JAVA_LONG, 8, 1);
            assertEquals("EINVAL", answer(kernel.ioctl(sync.number(), SET_DEADLINE, deadline)));
            assertEquals("EFAULT", answer(kernel.ioctl(sync.number(), SET_DEADLINE, MemorySegment.NULL)));
        }
    }

    @Test
    void attachingOntoWhatMustBeWaitedForIsEbusy() {
        int read = attach(READ);
        assertEquals("EBUSY", answer(vgem.attach(handle, WRITE)));
        assertEquals(0, vgem.signal(read));
        attach(WRITE);
        assertEquals("EBUSY", answer(vgem.attach(handle, READ)));
        assertEquals("EBUSY", answer(vgem.attach(handle, WRITE)));
        assertEquals("EINVAL", answer(vgem.attach(handle, 2)));
        assertEquals("ENOENT", answer(vgem.attach(999, READ)));
    }

    @Test
    void fenceIsSignalledOnceByWhoAttachedIt() {
        int fence = attach(WRITE);
        try (Drm other = new Drm(kernel, VGEM)) {
            assertEquals("ENOENT", answer(other.signal(fence)), "numbers are each client's own");
        }
        assertEquals(0, poll(buffer));
        assertEquals("ok", answer(vgem.signal(fence)));
        assertEquals("ENOENT", answer(vgem.signal(fence)));
        assertEquals("ENOENT", answer(vgem.signal(0)));
        assertNotEquals(fence, attach(WRITE), "numbers are not used again");
    }

    @Test
    void closingTheClientSignalsWhatItLeaves() {
        try (Drm other = new Drm(kernel, VGEM)) {
            assertTrue(other.attach(other.toHandle(buffer.number()), WRITE) > 0);
            assertEquals(0, poll(buffer));
        }
        assertEquals(BOTH, poll(buffer));
    }

    @Test
    void fenceThatNobodySignalsExpires() {
        kernel.machine().unplug(VGEM);
        kernel.machine().setFenceTimeout(TimeUnit.MILLISECONDS.toMillis(20));
        kernel.machine().plug(VGEM, SimulatedGpu.VGEM);
        try (Drm hasty = new Drm(kernel, VGEM);
                Fd own = hasty.export(hasty.dumb(1).handle())) {
            int fence = hasty.attach(1, WRITE);
            assertEquals(0, sync(own.number(), DmaBufIoctl.SYNC_READ));
            assertEquals("ETIMEDOUT", answer(hasty.signal(fence)));
            assertEquals("ENOENT", answer(hasty.signal(fence)));
        }
    }
}
