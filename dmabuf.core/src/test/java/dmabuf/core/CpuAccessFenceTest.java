package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.Fence;
import dmabuf.api.Mapping;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Beginning CPU access waits for the fences that the kernel would wait for, and for no others. */
@Timeout(60)
class CpuAccessFenceTest {

    private final Rig rig = new Rig();
    private Vgem vgem;
    private DmaBuf buffer;
    private Mapping mapping;

    @BeforeEach
    void map() {
        vgem = Vgem.of(rig);
        buffer = rig.buffer(PAGE);
        mapping = buffer.mmap();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        mapping.close();
        buffer.close();
        vgem.close();
        rig.close();
    }

    /** Begins and ends an access on a thread of its own, and waits until that thread sleeps in the kernel. */
    private FutureTask<Boolean> sleeping(Access access) {
        FutureTask<Boolean> task = start(access);
        awaitSleepers(1);
        assertFalse(task.isDone());
        return task;
    }

    private FutureTask<Boolean> start(Access access) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            try (CpuAccess scope = mapping.cpuAccess(access)) {
                return scope.segment().byteSize() == PAGE;
            }
        });
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private void awaitSleepers(int count) {
        Rig.await(count + " sleep in the kernel", () -> rig.simulated.machine().sleepers() == count);
    }

    private static void assertEnds(FutureTask<Boolean> task) throws Exception {
        assertTrue(task.get(30, TimeUnit.SECONDS));
    }

    private void accessAtOnce(Access access) {
        mapping.cpuAccess(access).close();
    }

    @Test
    void readingWaitsForAWriter() throws Exception {
        Runnable signal = vgem.write(buffer);
        FutureTask<Boolean> access = sleeping(Access.READ);
        signal.run();
        assertEnds(access);
    }

    @Test
    void readingDoesNotWaitForReaders() {
        Runnable signal = vgem.read(buffer);
        accessAtOnce(Access.READ);
        signal.run();
    }

    @Test
    void writingWaitsForEveryReader() throws Exception {
        Runnable first = vgem.read(buffer);
        Runnable second = vgem.read(buffer);
        FutureTask<Boolean> access = sleeping(Access.WRITE);
        first.run();
        awaitSleepers(1);
        assertFalse(access.isDone());
        second.run();
        assertEnds(access);
    }

    @Test
    void writingWaitsForAWriter() throws Exception {
        Runnable signal = vgem.write(buffer);
        FutureTask<Boolean> access = sleeping(Access.WRITE);
        signal.run();
        assertEnds(access);
    }

    @Test
    void readingAndWritingWaitsForAReader() throws Exception {
        Runnable signal = vgem.read(buffer);
        FutureTask<Boolean> access = sleeping(Access.READ_WRITE);
        signal.run();
        assertEnds(access);
    }

    @Test
    void endOfAnAccessWaitsForNothing() {
        CpuAccess access = mapping.cpuAccess(Access.READ_WRITE);
        Runnable signal = vgem.write(buffer);
        access.close();
        signal.run();
    }

    @Test
    void accessThatIsOpenDoesNotWaitForAFenceThatComesLater() {
        try (CpuAccess access = mapping.cpuAccess(Access.READ)) {
            Runnable signal = vgem.write(buffer);
            assertEquals(PAGE, access.segment().byteSize());
            signal.run();
        }
    }

    @Test
    void accessWaitsForAFenceThatWasImported() throws Exception {
        try (DmaBuf other = rig.buffer(PAGE)) {
            Runnable signal = vgem.write(other);
            try (Fence fence = other.exportFence(Access.READ)) {
                buffer.importFence(fence, Access.READ);
            }
            accessAtOnce(Access.READ);
            FutureTask<Boolean> access = sleeping(Access.WRITE);
            signal.run();
            assertEnds(access);
        }
    }

    @Test
    void accessWaitsOnWhenASignalInterruptsTheCall() throws Exception {
        Runnable signal = vgem.write(buffer);
        FutureTask<Boolean> access = sleeping(Access.READ);
        AtomicInteger interrupted = new AtomicInteger();
        Rig.await("three signals", () -> interrupted.addAndGet(rig.simulated.machine().interruptCalls()) >= 3);
        awaitSleepers(1);
        assertFalse(access.isDone());
        signal.run();
        assertEnds(access);
    }

    @Test
    void interruptOfTheThreadIsKeptForLater() throws Exception {
        Runnable signal = vgem.write(buffer);
        FutureTask<Boolean> access = new FutureTask<>(() -> {
            mapping.cpuAccess(Access.READ).close();
            return Thread.interrupted();
        });
        Thread thread = Thread.ofPlatform().daemon().start(access);
        awaitSleepers(1);
        thread.interrupt();
        assertEquals(1, rig.simulated.machine().sleepers(), "sleeps on");
        signal.run();
        assertEnds(access);
    }

    @Test
    void closingMappingAndBufferLeavesAWaitInPeace() throws Exception {
        Runnable signal = vgem.write(buffer);
        FutureTask<Boolean> access = sleeping(Access.READ);
        mapping.close();
        buffer.close();
        rig.core.close();
        assertFalse(access.isDone());
        assertEquals(1, rig.core.census().getFirst().mappings(), "the memory stays for it");
        signal.run();
        assertEnds(access);
    }

    @Test
    void accessThatWaitsHoldsUpNoOther() throws Exception {
        Runnable signal = vgem.read(buffer);
        FutureTask<Boolean> writing = sleeping(Access.WRITE);
        accessAtOnce(Access.READ);
        assertFalse(writing.isDone());
        signal.run();
        assertEnds(writing);
    }

    @Test
    void isReadyTellsWhatAnAccessWouldWaitFor() {
        assertTrue(buffer.isReady(Access.READ) && buffer.isReady(Access.WRITE) && buffer.isReady(Access.READ_WRITE));
        Runnable read = vgem.read(buffer);
        assertTrue(buffer.isReady(Access.READ));
        assertFalse(buffer.isReady(Access.WRITE) || buffer.isReady(Access.READ_WRITE));
        read.run();
        Runnable write = vgem.write(buffer);
        assertFalse(buffer.isReady(Access.READ) || buffer.isReady(Access.WRITE));
        write.run();
        assertTrue(buffer.isReady(Access.READ_WRITE));
    }
}
