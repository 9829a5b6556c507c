package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SharedExtents.Parts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Taking buffers apart and putting them together in another kernel, which knows nothing of the first, as one in another process would. */
class SharedExtentsTest extends SimulatedKernelCase {

    private SimulatedKernel peer;
    private Fd one;
    private Fd two;
    private Fd buffer;

    @BeforeEach
    void makeBufferOfThreePages() {
        peer = new SimulatedKernel();
        one = sealed(2 * PAGE);
        two = sealed(PAGE);
        buffer = udmabuf.buffer(List.of(
                new Extent(one.number(), PAGE, PAGE), new Extent(two.number(), 0, PAGE), new Extent(one.number(), 0, PAGE)));
    }

    @AfterEach
    void close() {
        buffer.close();
        two.close();
        one.close();
        assertEquals(List.of(), peer.machine().buffers());
        peer.close();
    }

    /** The parts as a peer receives them: descriptors of its own, each memfd once. */
    private Parts received(UnaryOperator<Parts> tamper) {
        Parts sent = tamper.apply(kernel.disassemble(buffer.number()).orElseThrow());
        return new Parts(real.dup(sent.token()), sent.size(), sent.extents());
    }

    /** What the peer answers to parts, with the token closed again where it stays the caller's. */
    private String assembled(Parts parts) {
        int result = peer.assemble(parts);
        peer.close(parts.token());
        return answer(result);
    }

    @Test
    void partsTellTheBufferAndHoldEveryMemfdOnce() {
        Parts parts = kernel.disassemble(buffer.number()).orElseThrow();
        assertEquals(buffer.number(), parts.token());
        assertEquals(3 * PAGE, parts.size());
        assertEquals(List.of(PAGE, 0L, 0L), parts.extents().stream().map(Extent::offset).toList());
        assertEquals(List.of(PAGE, PAGE, PAGE), parts.extents().stream().map(Extent::length).toList());
        assertEquals(2, parts.extents().stream().map(Extent::memfd).distinct().count());
        assertTrue(FileStatus.of(parts.extents().get(1).memfd()).sameFile(FileStatus.of(two.number())));
    }

    @Test
    void assembledBufferIsTheSameMemoryAndTheSameIdentity() {
        Parts parts = received(UnaryOperator.identity());
        try (Fd theirs = Fd.adopt(peer.assemble(parts), peer)) {
            assertEquals(parts.token(), theirs.number());
            assertTrue(FileStatus.of(theirs.number()).sameFile(FileStatus.of(buffer.number())));
            MemorySegment here = map(buffer, 0, 3 * PAGE);
            MemorySegment there = MappedMemory.map(peer, theirs.number(), 0, 3 * PAGE, true, arena);
            here.set(ValueLayout.JAVA_INT, PAGE, 5);
            there.set(ValueLayout.JAVA_INT, 2 * PAGE, 6);
            assertEquals(5, there.get(ValueLayout.JAVA_INT, PAGE));
            assertEquals(6, here.get(ValueLayout.JAVA_INT, 2 * PAGE));
            assertEquals(6, map(one, 0, PAGE).get(ValueLayout.JAVA_INT, 0));
            assertEquals(new SimulatedBuffer(FileStatus.of(buffer.number()).inode(), 3 * PAGE, "import", ""),
                    peer.machine().buffers().getFirst());
        }
    }

    @Test
    void assembledBufferOutlivesTheDescriptorsThatCameWithIt() {
        Parts parts = received(UnaryOperator.identity());
        try (Fd theirs = Fd.adopt(peer.assemble(parts), peer)) {
            buffer.close();
            one.close();
            two.close();
            MappedMemory.map(peer, theirs.number(), 0, 3 * PAGE, true, arena).set(ValueLayout.JAVA_INT, 0, 1);
        }
    }

    @Test
    void bufferThatComesBackIsTheBufferThatWentOut() {
        Parts parts = received(UnaryOperator.identity());
        try (Fd back = adopt(kernel.assemble(parts))) {
            assertEquals(1, kernel.machine().buffers().size());
            assertEquals("udmabuf", kernel.machine().buffers().getFirst().exporter());
            assertEquals("ok", answer(sync(back.number(), 3)));
        }
    }

    @Test
    void bufferThatComesBackWithOtherMemoryIsRefused() {
        Parts parts = received(sent -> new Parts(sent.token(), sent.size(), sent.extents().reversed()));
        assertEquals("EINVAL", answer(kernel.assemble(parts)));
        real.close(parts.token());
        Parts shorter = received(sent -> new Parts(sent.token(), sent.size(), List.of(new Extent(one.number(), 0, 2 * PAGE),
                new Extent(two.number(), 0, PAGE))));
        assertEquals("EINVAL", answer(kernel.assemble(shorter)));
        real.close(shorter.token());
    }

    @Test
    void piecesThatDoNotAddUpToTheSizeAreEinval() {
        assertEquals("EINVAL", assembled(received(sent -> new Parts(sent.token(), sent.size(), sent.extents().subList(0, 2)))));
        assertEquals("EINVAL", assembled(received(sent -> new Parts(sent.token(), sent.size(), List.of()))));
        assertEquals("EINVAL", assembled(received(sent -> new Parts(sent.token(), 2 * PAGE, sent.extents().subList(0, 2)))));
        assertEquals("EINVAL", assembled(received(sent -> new Parts(sent.token(), 0, List.of()))));
        assertEquals("EINVAL", assembled(received(sent -> new Parts(sent.token(), -PAGE, sent.extents()))));
    }

    @Test
    void piecesOutOfRangeOrUnalignedAreEinval() {
        for (long[] range : new long[][] {{PAGE, 2 * PAGE}, {-PAGE, PAGE}, {0, 0}, {0, -PAGE}, {1, PAGE}, {0, PAGE + 1},
                {Long.MAX_VALUE - 4095, PAGE}, {PAGE, Long.MAX_VALUE - 4095}}) {
            assertEquals("EINVAL", assembled(received(sent -> withFirst(sent, new Extent(one.number(), range[0], range[1])))),
                    "offset " + range[0] + ", length " + range[1]);
        }
    }

    @Test
    void memfdThatCanShrinkIsEinvalAndWhatIsNoMemfdIsEbadfd() {
        try (Fd unsealed = Memfd.unsealed(real, "unsealed", PAGE);
                Fd readOnly = Memfd.sealed(real, "sealed", PAGE);
                Fd file = Fd.adopt(real.open("/proc/self/maps", Posix.O_RDONLY), real)) {
            real.fcntl(readOnly.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE);
            assertEquals("EINVAL", assembled(received(sent -> withFirst(sent, new Extent(unsealed.number(), 0, PAGE)))));
            assertEquals("EINVAL", assembled(received(sent -> withFirst(sent, new Extent(readOnly.number(), 0, PAGE)))));
            assertEquals("EBADFD", assembled(received(sent -> withFirst(sent, new Extent(file.number(), 0, PAGE)))));
            assertEquals("EBADFD", assembled(received(sent -> withFirst(sent, new Extent(-1, 0, PAGE)))));
        }
    }

    @Test
    void tokenThatIsNoneIsEinvalAndOneThatIsNotOpenIsEbadf() {
        List<Fd> pretenders = new ArrayList<>();
        pretenders.add(Memfd.sealed(real, "memfd", 3 * PAGE));
        pretenders.add(Fd.adopt(real.dup(one.number()), real));
        pretenders.add(Fd.adopt(real.open("/dev/null", Posix.O_WRONLY), real));
        Fd almost = Memfd.sealed(real, "readable", 3 * PAGE);
        real.fcntl(almost.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_GROW | Posix.F_SEAL_WRITE | Posix.F_SEAL_SEAL);
        pretenders.add(almost);
        for (Fd pretender : pretenders) {
            List<Extent> extents = kernel.disassemble(buffer.number()).orElseThrow().extents();
            assertEquals("EINVAL", answer(peer.assemble(new Parts(pretender.number(), 3 * PAGE, extents))));
            pretender.close();
        }
        List<Extent> extents = kernel.disassemble(buffer.number()).orElseThrow().extents();
        assertEquals("EBADF", answer(peer.assemble(new Parts(-1, 3 * PAGE, extents))));
    }

    @Test
    void tokenOfADeviceOrAPieceThatIsATokenIsRefused() {
        List<Extent> extents = kernel.disassemble(buffer.number()).orElseThrow().extents();
        assertEquals("EINVAL", answer(kernel.assemble(new Parts(udmabuf.device.number(), 3 * PAGE, extents))));
        Parts self = received(sent -> withFirst(sent, new Extent(buffer.number(), 0, PAGE)));
        assertEquals("EBADFD", answer(kernel.assemble(self)));
        assertEquals("EINVAL", answer(peer.assemble(self)), "to the peer it is a memfd that cannot be written");
        real.close(self.token());
    }

    @Test
    void refusedPartsLeaveNothingOpenAndTheTokenWithTheCaller() throws Exception {
        Parts parts = received(sent -> withFirst(sent, new Extent(-1, 0, PAGE)));
        OpenThings before = OpenThings.now();
        assertEquals("EBADFD", answer(peer.assemble(parts)));
        Parts wrong = new Parts(parts.token(), 3 * PAGE, List.of(new Extent(one.number(), 0, 2 * PAGE)));
        assertEquals("EINVAL", answer(peer.assemble(wrong)));
        assertEquals(before, OpenThings.now());
        assertEquals(0, real.close(parts.token()));
    }

    private static Parts withFirst(Parts parts, Extent first) {
        List<Extent> extents = new ArrayList<>(parts.extents());
        extents.set(0, first);
        return new Parts(parts.token(), parts.size(), extents);
    }
}
