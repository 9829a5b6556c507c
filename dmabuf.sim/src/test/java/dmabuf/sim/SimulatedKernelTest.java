package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SharedExtents.Parts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Buffers from making to closing, over real memory. */
class SimulatedKernelTest {

    private static final long PAGE = MappedMemory.PAGE_SIZE;

    private OpenThings before;
    private SimulatedKernel kernel;
    private Udmabuf udmabuf;

    @BeforeEach
    void start() throws Exception {
        before = OpenThings.now();
        kernel = new SimulatedKernel();
        udmabuf = new Udmabuf(kernel);
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        udmabuf.close();
        kernel.close();
        assertEquals(before, OpenThings.now());
    }

    @Test
    void aBufferIsTheMemoryOfItsMemfd() {
        try (Arena arena = Arena.ofConfined();
                Fd memfd = Memfd.sealed(kernel, "test", 4 * PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), PAGE, 2 * PAGE)) {
            MemorySegment file = MappedMemory.map(kernel, memfd.number(), 0, 4 * PAGE, true, arena);
            MemorySegment mapped = MappedMemory.map(kernel, buffer.number(), 0, 2 * PAGE, true, arena);
            file.set(ValueLayout.JAVA_INT, PAGE + 12, 42);
            assertEquals(42, mapped.get(ValueLayout.JAVA_INT, 12));
            mapped.set(ValueLayout.JAVA_INT, PAGE, 43);
            assertEquals(43, file.get(ValueLayout.JAVA_INT, 2 * PAGE));
            assertEquals(2 * PAGE, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
        }
    }

    @Test
    void aListAliasesItsPiecesInTheirOrder() {
        try (Arena arena = Arena.ofConfined();
                Fd one = Memfd.sealed(kernel, "one", 2 * PAGE);
                Fd two = Memfd.sealed(kernel, "two", 2 * PAGE);
                Fd buffer = udmabuf.buffer(List.of(
                        new Extent(two.number(), PAGE, PAGE),
                        new Extent(one.number(), 0, 2 * PAGE),
                        new Extent(two.number(), PAGE, PAGE)))) {
            MemorySegment first = MappedMemory.map(kernel, one.number(), 0, 2 * PAGE, true, arena);
            MemorySegment second = MappedMemory.map(kernel, two.number(), 0, 2 * PAGE, true, arena);
            MemorySegment mapped = MappedMemory.map(kernel, buffer.number(), 0, 4 * PAGE, true, arena);
            second.set(ValueLayout.JAVA_BYTE, PAGE, (byte) 1);
            first.set(ValueLayout.JAVA_BYTE, 0, (byte) 2);
            first.set(ValueLayout.JAVA_BYTE, PAGE, (byte) 3);
            assertEquals(1, mapped.get(ValueLayout.JAVA_BYTE, 0));
            assertEquals(2, mapped.get(ValueLayout.JAVA_BYTE, PAGE));
            assertEquals(3, mapped.get(ValueLayout.JAVA_BYTE, 2 * PAGE));
            mapped.set(ValueLayout.JAVA_BYTE, 3 * PAGE, (byte) 4);
            assertEquals(4, mapped.get(ValueLayout.JAVA_BYTE, 0), "the same page twice");
        }
    }

    @Test
    void aMappingOutlivesDescriptorAndMemfd() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mapped;
            try (Fd memfd = Memfd.sealed(kernel, "test", PAGE);
                    Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
                mapped = MappedMemory.map(kernel, buffer.number(), 0, PAGE, true, arena);
                mapped.set(ValueLayout.JAVA_INT, 0, 7);
            }
            assertEquals(7, mapped.get(ValueLayout.JAVA_INT, 0));
            assertEquals(List.of(), kernel.machine().buffers());
        }
    }

    @Test
    void aBufferThatWasTakenApartIsPutTogetherByAnotherKernel() {
        try (SimulatedKernel peer = new SimulatedKernel();
                Arena arena = Arena.ofConfined();
                Fd memfd = Memfd.sealed(kernel, "test", 3 * PAGE);
                Fd buffer = udmabuf.buffer(List.of(
                        new Extent(memfd.number(), 2 * PAGE, PAGE), new Extent(memfd.number(), 0, PAGE)))) {
            Parts sent = kernel.disassemble(buffer.number()).orElseThrow();
            assertEquals(1, sent.extents().stream().map(Extent::memfd).distinct().count());
            int token = new LinuxSyscalls().dup(sent.token());
            try (Fd received = Fd.adopt(peer.assemble(new Parts(token, sent.size(), sent.extents())), peer)) {
                assertEquals(token, received.number());
                MappedMemory.map(kernel, buffer.number(), 0, 2 * PAGE, true, arena).set(ValueLayout.JAVA_INT, PAGE, 5);
                MemorySegment theirs = MappedMemory.map(peer, received.number(), 0, 2 * PAGE, true, arena);
                assertEquals(5, theirs.get(ValueLayout.JAVA_INT, PAGE));
                assertEquals(0, peer.ioctl(received.number(), DmaBufIoctl.SYNC, flags(arena, DmaBufIoctl.SYNC_RW)));
            }
        }
    }

    @Test
    void whatIsNoSimulatedDescriptorIsAnsweredByTheRealKernel() {
        try (Arena arena = Arena.ofConfined();
                Fd memfd = Memfd.unsealed(kernel, "test", PAGE)) {
            assertEquals("ENOTTY", Udmabuf.answer(
                    kernel.ioctl(memfd.number(), DmaBufIoctl.SYNC, flags(arena, DmaBufIoctl.SYNC_READ))));
            assertEquals(2, kernel.write(memfd.number(), arena.allocateFrom("x")));
            assertEquals(2, kernel.lseek(memfd.number(), 0, Posix.SEEK_CUR));
            assertTrue(kernel.disassemble(memfd.number()).isEmpty());
            assertNotEquals(0, kernel.fcntl(memfd.number(), Posix.F_GETFL, 0));
        }
    }

    private static MemorySegment flags(Arena arena, long flags) {
        return arena.allocateFrom(ValueLayout.JAVA_LONG, flags);
    }
}
