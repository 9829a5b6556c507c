package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What CPU and device see of each other's writes, with brackets and without: on a GPU without LLC nothing, until somebody syncs. */
class IncoherenceTest extends SimulatedKernelCase {

    private static final String CARD = "/dev/dri/card0";
    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final int RW = 3;
    private static final int END = 4;
    private static final int CPU = 0x1;
    private static final int GTT = 0x40;
    private static final int WC = 0x80;

    private I915 atom;

    @BeforeEach
    void plug() {
        kernel.machine().plug(CARD, SimulatedGpu.I915_NO_LLC);
        atom = new I915(kernel, CARD);
    }

    @AfterEach
    void close() {
        atom.close();
    }

    private static long inode(Fd buffer) {
        return FileStatus.of(buffer.number()).inode();
    }

    private int deviceRead(Fd buffer, long offset) {
        MemorySegment word = arena.allocate(JAVA_INT);
        kernel.machine().deviceRead(inode(buffer), offset, word);
        return word.get(JAVA_INT, 0);
    }

    private void deviceWrite(Fd buffer, long offset, int value) {
        kernel.machine().deviceWrite(inode(buffer), offset, arena.allocateFrom(JAVA_INT, value));
    }

    private void syncs(Fd buffer, int flags) {
        assertEquals(0, sync(buffer.number(), flags));
    }

    @Test
    void deviceSeesWhatTheCpuWroteOnlyAfterTheEndOfItsAccess() {
        try (Fd buffer = atom.buffer(2 * PAGE)) {
            MemorySegment cpu = map(buffer, 0, 2 * PAGE);
            syncs(buffer, WRITE);
            cpu.set(JAVA_INT, PAGE, 7);
            assertEquals(0, deviceRead(buffer, PAGE), "in the CPU's cache still");
            syncs(buffer, WRITE | END);
            assertEquals(7, deviceRead(buffer, PAGE));
        }
    }

    @Test
    void importerThatForgetsTheEndLeavesTheDeviceWithStaleDataEveryTime() {
        try (Fd buffer = atom.buffer(PAGE)) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            for (int frame = 1; frame <= 100; frame++) {
                syncs(buffer, WRITE);
                cpu.set(JAVA_INT, 0, frame);
                assertEquals(0, deviceRead(buffer, 0));
            }
            syncs(buffer, READ | END);
            assertEquals(0, deviceRead(buffer, 0), "the end of another access");
        }
    }

    @Test
    void cpuSeesWhatTheDeviceWroteOnlyAfterTheBeginningOfItsAccess() {
        try (Fd buffer = atom.buffer(PAGE)) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            for (int frame = 1; frame <= 100; frame++) {
                deviceWrite(buffer, 8, frame);
                assertEquals(frame - 1, cpu.get(JAVA_INT, 8), "stale every time");
                syncs(buffer, READ);
                assertEquals(frame, cpu.get(JAVA_INT, 8));
                syncs(buffer, READ | END);
            }
        }
    }

    @Test
    void endDoesNotBringWhatTheDeviceWrote() {
        try (Fd buffer = atom.buffer(PAGE)) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            deviceWrite(buffer, 0, 5);
            syncs(buffer, RW | END);
            assertEquals(0, cpu.get(JAVA_INT, 0), "the beginning is missing");
            assertEquals(5, deviceRead(buffer, 0), "and the device's write is not lost for it");
        }
    }

    @Test
    void neighboursInOneCacheLineAreNotOverwritten() {
        try (Fd buffer = atom.buffer(PAGE)) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            syncs(buffer, RW);
            for (int i = 0; i < 64; i += 2) {
                cpu.set(JAVA_BYTE, i, (byte) 1);
                kernel.machine().deviceWrite(inode(buffer), i + 1, arena.allocateFrom(JAVA_BYTE, (byte) 2));
            }
            syncs(buffer, RW | END);
            syncs(buffer, READ);
            byte[] seen = new byte[64];
            kernel.machine().deviceRead(inode(buffer), 0, MemorySegment.ofArray(seen));
            for (int i = 0; i < 64; i++) {
                assertEquals(i % 2 + 1, seen[i], "the device's byte " + i);
                assertEquals(i % 2 + 1, cpu.get(JAVA_BYTE, i), "the CPU's byte " + i);
            }
        }
    }

    @Test
    void writerThatWritesWhatItHadBeforeIsSeenWhenTheDeviceHasChangedIt() {
        try (Fd buffer = atom.buffer(PAGE)) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            deviceWrite(buffer, 0, 9);
            syncs(buffer, WRITE);
            cpu.set(JAVA_INT, 0, 0);
            syncs(buffer, WRITE | END);
            assertEquals(0, deviceRead(buffer, 0), "clearing a buffer that the device has used clears it");
        }
    }

    @Test
    void byteThatBothWroteStaysTheDevices() {
        try (Fd buffer = atom.buffer(PAGE)) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            cpu.set(JAVA_BYTE, 0, (byte) 1);
            deviceWrite(buffer, 0, 2);
            syncs(buffer, RW);
            assertEquals(1, cpu.get(JAVA_BYTE, 0), "written outside of the bracket, and not overwritten by it");
            syncs(buffer, RW | END);
            assertEquals(2, deviceRead(buffer, 0), "nor what the device wrote");
            syncs(buffer, READ);
            assertEquals(2, cpu.get(JAVA_BYTE, 0), "who has given up on it gets the device's");
        }
    }

    @ParameterizedTest(name = "mode {0} shows the device''s copy")
    @ValueSource(ints = {I915.GTT, I915.WC, I915.UC})
    void mappingPastTheCachesIsTheDevicesCopy(int mode) {
        int handle = atom.create(PAGE);
        try (Fd buffer = atom.drm.export(handle)) {
            MemorySegment past = map(atom.node(), atom.offset(handle, mode), PAGE);
            MemorySegment cached = map(atom.node(), atom.offset(handle, I915.WB), PAGE);
            MemorySegment ofBuffer = map(buffer, 0, PAGE);
            past.set(JAVA_INT, 0, 3);
            assertEquals(3, deviceRead(buffer, 0), "at once");
            assertEquals(0, cached.get(JAVA_INT, 0));
            deviceWrite(buffer, 4, 4);
            assertEquals(4, past.get(JAVA_INT, 4), "at once");
            cached.set(JAVA_INT, 8, 5);
            assertEquals(5, ofBuffer.get(JAVA_INT, 8), "one cache for both cached mappings");
            assertEquals(0, past.get(JAVA_INT, 8));
            syncs(buffer, RW);
            syncs(buffer, RW | END);
            assertEquals(3, ofBuffer.get(JAVA_INT, 0));
            assertEquals(4, cached.get(JAVA_INT, 4));
            assertEquals(5, past.get(JAVA_INT, 8));
        }
    }

    @Test
    void domainsAreAnotherWayToSync() {
        int handle = atom.create(PAGE);
        try (Fd buffer = atom.drm.export(handle)) {
            MemorySegment cpu = map(atom.node(), atom.offset(handle, I915.WB), PAGE);
            deviceWrite(buffer, 0, 1);
            assertEquals(0, atom.setDomain(handle, CPU, CPU));
            assertEquals(1, cpu.get(JAVA_INT, 0));
            cpu.set(JAVA_INT, 4, 2);
            assertEquals(0, deviceRead(buffer, 4));
            assertEquals(0, atom.setDomain(handle, GTT, 0));
            assertEquals(2, deviceRead(buffer, 4));
            cpu.set(JAVA_INT, 4, 3);
            assertEquals(0, atom.setDomain(handle, WC, WC));
            assertEquals(3, deviceRead(buffer, 4));
        }
    }

    @Test
    void snoopedBufferIsCoherentUntilItIsSnoopedNoMore() {
        int handle = atom.create(PAGE);
        try (Fd buffer = atom.drm.export(handle)) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            cpu.set(JAVA_INT, 8, 9);
            assertEquals(0, atom.setCaching(handle, 1));
            assertEquals(9, deviceRead(buffer, 8));
            cpu.set(JAVA_INT, 0, 1);
            assertEquals(1, deviceRead(buffer, 0));
            deviceWrite(buffer, 4, 2);
            assertEquals(2, cpu.get(JAVA_INT, 4));
            assertEquals(0, atom.setCaching(handle, 0));
            cpu.set(JAVA_INT, 0, 3);
            assertEquals(1, deviceRead(buffer, 0));
        }
    }

    @Test
    void preadAndPwriteGoPastTheCachesAndKeepThemRight() {
        int handle = atom.create(PAGE);
        try (Fd buffer = atom.drm.export(handle)) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            cpu.set(JAVA_INT, 0, 1);
            deviceWrite(buffer, 4, 2);
            MemorySegment both = arena.allocate(8, 4);
            assertEquals(0, atom.transfer(I915.PREAD, handle, 0, both));
            assertEquals(1, both.get(JAVA_INT, 0));
            assertEquals(2, both.get(JAVA_INT, 4));
            assertEquals(0, atom.transfer(I915.PWRITE, handle, 16, arena.allocateFrom(JAVA_INT, 3)));
            assertEquals(3, cpu.get(JAVA_INT, 16));
            assertEquals(3, deviceRead(buffer, 16));
        }
    }

    @ParameterizedTest(name = "{0} is coherent: no sync is needed for data")
    @EnumSource(names = {"I915_LLC", "I915_METEOR_LAKE", "I915_DISCRETE", "VGEM"})
    void coherentDevicesSeeOneMemory(SimulatedGpu gpu) {
        String card = "/dev/dri/card1";
        kernel.machine().plug(card, gpu);
        try (Drm device = new Drm(kernel, card);
                Fd buffer = device.export(device.dumb(1).handle())) {
            MemorySegment cpu = map(buffer, 0, PAGE);
            cpu.set(JAVA_INT, 0, 1);
            assertEquals(1, deviceRead(buffer, 0));
            deviceWrite(buffer, 4, 2);
            assertEquals(2, cpu.get(JAVA_INT, 4));
        }
    }

    @Test
    void deviceWritesAlsoWhatNobodyCanMapForWriting() {
        int handle = atom.create(PAGE);
        try (Fd readOnly = Fd.adopt(SyscallResult.check(atom.drm.toFd(handle, Drm.CLOEXEC), "export", "handle"), kernel);
                Fd heap = adopt(kernel.open("/dev/dma_heap/system", 0))) {
            deviceWrite(readOnly, 0, 1);
            assertEquals(1, deviceRead(readOnly, 0));
            MemorySegment data = arena.allocate(24, 8);
            data.set(JAVA_LONG, 0, PAGE);
            assertEquals(0, kernel.ioctl(heap.number(), 0xc0184800L, data));
            try (Fd allocated = adopt(data.get(JAVA_INT, 8))) {
                deviceWrite(allocated, 0, 4);
                assertEquals(4, MappedMemory.map(kernel, allocated.number(), 0, PAGE, false, arena).get(JAVA_INT, 0));
            }
        }
    }

    @Test
    void deviceReachesBuffersOnlyAndOnlyTheirBytes() {
        try (Fd buffer = atom.buffer(PAGE)) {
            MemorySegment word = arena.allocate(JAVA_INT);
            SimulatedMachine machine = kernel.machine();
            assertThrows(IndexOutOfBoundsException.class, () -> machine.deviceRead(inode(buffer), PAGE - 3, word));
            assertThrows(IndexOutOfBoundsException.class, () -> machine.deviceWrite(inode(buffer), -1, word));
            assertThrows(IllegalArgumentException.class, () -> machine.deviceRead(-1, 0, word));
            assertThrows(IllegalArgumentException.class, () -> machine.deviceRead(inode(atom.node()), 0, word));
        }
    }

    @Test
    void syncOfAHugeBufferLooksAtWhatWasTouchedOnly() {
        try (Fd buffer = atom.buffer(1L << 40)) {
            MemorySegment end = map(buffer, (1L << 40) - PAGE, PAGE);
            end.set(JAVA_INT, 0, 8);
            syncs(buffer, RW | END);
            assertEquals(8, deviceRead(buffer, (1L << 40) - PAGE));
        }
    }
}
