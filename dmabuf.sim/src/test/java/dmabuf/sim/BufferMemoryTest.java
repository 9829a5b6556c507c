package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.FileStatus;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The memory of buffers is that of their memfds: aliased, in order, and there for as long as anybody needs it. */
class BufferMemoryTest extends SimulatedKernelCase {

    @Test
    void bufferIsTheMemoryOfItsMemfd() {
        try (Fd memfd = sealed(4 * PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), PAGE, 2 * PAGE)) {
            MemorySegment file = map(memfd, 0, 4 * PAGE);
            MemorySegment mapped = map(buffer, 0, 2 * PAGE);
            file.set(ValueLayout.JAVA_INT, PAGE + 12, 42);
            assertEquals(42, mapped.get(ValueLayout.JAVA_INT, 12));
            mapped.set(ValueLayout.JAVA_INT, PAGE, 43);
            assertEquals(43, file.get(ValueLayout.JAVA_INT, 2 * PAGE));
            assertEquals(2 * PAGE, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
        }
    }

    @Test
    void listAliasesItsPiecesInTheirOrder() {
        try (Fd one = sealed(2 * PAGE);
                Fd two = sealed(2 * PAGE);
                Fd buffer = udmabuf.buffer(List.of(
                        new Extent(two.number(), PAGE, PAGE),
                        new Extent(one.number(), 0, 2 * PAGE),
                        new Extent(two.number(), PAGE, PAGE)))) {
            MemorySegment first = map(one, 0, 2 * PAGE);
            MemorySegment second = map(two, 0, 2 * PAGE);
            MemorySegment mapped = map(buffer, 0, 4 * PAGE);
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
    void everyRangeOfALongListIsMappedFromTheRightPieces() {
        int pages = 64;
        try (Fd memfd = sealed(pages * PAGE)) {
            MemorySegment file = map(memfd, 0, pages * PAGE);
            List<Integer> order = new ArrayList<>();
            for (int page = 0; page < pages; page++) {
                order.add(page);
                file.set(ValueLayout.JAVA_INT, page * PAGE, page);
            }
            Collections.shuffle(order, new Random(1));
            try (Fd buffer = udmabuf.buffer(order.stream().map(page -> new Extent(memfd.number(), page * PAGE, PAGE)).toList())) {
                for (int[] range : new int[][] {{0, pages}, {0, 1}, {pages - 1, 1}, {7, 20}, {31, 2}}) {
                    MemorySegment mapped = map(buffer, range[0] * PAGE, range[1] * PAGE);
                    for (int i = 0; i < range[1]; i++) {
                        assertEquals(order.get(range[0] + i), mapped.get(ValueLayout.JAVA_INT, i * PAGE));
                    }
                }
            }
        }
    }

    @Test
    void rangeWithinOnePieceOfSeveralIsMapped() {
        try (Fd memfd = sealed(8 * PAGE);
                Fd buffer = udmabuf.buffer(List.of(
                        new Extent(memfd.number(), 4 * PAGE, 4 * PAGE), new Extent(memfd.number(), 0, 4 * PAGE)))) {
            map(memfd, 0, 8 * PAGE).set(ValueLayout.JAVA_INT, PAGE, 9);
            assertEquals(9, map(buffer, 5 * PAGE, 2 * PAGE).get(ValueLayout.JAVA_INT, 0));
        }
    }

    @Test
    void mappingOutlivesDescriptorAndMemfdAndKernel() {
        MemorySegment mapped;
        try (Fd memfd = sealed(2 * PAGE);
                Fd buffer = udmabuf.buffer(List.of(new Extent(memfd.number(), PAGE, PAGE), new Extent(memfd.number(), 0, PAGE)))) {
            mapped = map(buffer, 0, 2 * PAGE);
            mapped.set(ValueLayout.JAVA_INT, PAGE, 7);
        }
        kernel.close();
        assertEquals(7, mapped.get(ValueLayout.JAVA_INT, PAGE));
    }

    @Test
    void bufferOutlivesItsMemfdsDescriptorAndTheDevice() {
        int fd;
        try (Fd memfd = sealed(PAGE)) {
            fd = udmabuf.buffer(memfd.number(), 0, PAGE).release();
        }
        udmabuf.device.close();
        kernel.machine().unplug("/dev/udmabuf");
        try (Fd buffer = adopt(fd)) {
            map(buffer, 0, PAGE).set(ValueLayout.JAVA_INT, 0, 1);
        }
    }

    @Test
    void growingTheMemfdDoesNotChangeTheBuffer() {
        try (Fd memfd = sealed(PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            assertEquals(0, kernel.ftruncate(memfd.number(), 4 * PAGE));
            assertEquals(PAGE, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
            assertEquals("EINVAL", answer(kernel.mmap(0, 2 * PAGE, Posix.PROT_READ, Posix.MAP_SHARED, buffer.number(), 0)));
            assertEquals(PAGE, FileStatus.of(buffer.number()).size());
        }
    }

    @Test
    void memfdCannotBeSealedAgainstWritingWhileABufferHasIt() {
        try (Fd memfd = sealed(2 * PAGE)) {
            try (Fd buffer = udmabuf.buffer(memfd.number(), PAGE, PAGE)) {
                assertTrue(buffer.isOpen());
                assertEquals("EBUSY", answer(kernel.fcntl(memfd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE)));
                assertEquals("EBUSY", answer(real.fcntl(memfd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE)));
                assertEquals(0, kernel.fcntl(memfd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_GROW));
            }
            assertEquals(0, kernel.fcntl(memfd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE));
        }
    }

    @Test
    void bufferOfAMemfdThatWasOpenedForReadingCanBeWritten() {
        try (Fd memfd = sealed(PAGE);
                Fd readable = adopt(kernel.open("/proc/self/fd/" + memfd.number(), Posix.O_RDONLY));
                Fd buffer = udmabuf.buffer(readable.number(), 0, PAGE)) {
            map(buffer, 0, PAGE).set(ValueLayout.JAVA_INT, 0, 3);
            assertEquals(3, map(memfd, 0, PAGE).get(ValueLayout.JAVA_INT, 0));
        }
    }

    @Test
    void oneMemfdServesSeveralBuffers() {
        try (Fd memfd = sealed(PAGE);
                Fd one = udmabuf.buffer(memfd.number(), 0, PAGE);
                Fd two = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            map(one, 0, PAGE).set(ValueLayout.JAVA_INT, 0, 3);
            assertEquals(3, map(two, 0, PAGE).get(ValueLayout.JAVA_INT, 0));
            assertNotEquals(FileStatus.of(one.number()).inode(), FileStatus.of(two.number()).inode());
        }
    }

    @Test
    void memfdOfHugePagesMakesABuffer() {
        long huge = 2 << 20;
        int number = kernel.memfdCreate("huge", Posix.MFD_ALLOW_SEALING | Posix.MFD_HUGETLB);
        assumeTrue(number >= 0, "this kernel has no huge pages: " + answer(number));
        try (Fd memfd = adopt(number)) {
            assertEquals(0, kernel.ftruncate(number, 2 * huge));
            assertEquals(0, kernel.fcntl(number, Posix.F_ADD_SEALS, Posix.F_SEAL_SHRINK));
            try (Fd buffer = udmabuf.buffer(memfd.number(), PAGE, huge)) {
                assertEquals(huge, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
                assertEquals("EBUSY", answer(kernel.fcntl(number, Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE)));
            }
            assertEquals(0, kernel.fcntl(number, Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE));
        }
    }

    @Test
    void everyMemfdIsHeldOnceHoweverManyPiecesAndNumbersItHas() throws Exception {
        try (Fd memfd = Memfd.sealed(kernel, "held", 16 * PAGE);
                Fd other = adopt(kernel.dup(memfd.number()))) {
            List<Extent> pieces = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                pieces.add(new Extent(i % 2 == 0 ? memfd.number() : other.number(), i * PAGE, PAGE));
            }
            OpenThings before = OpenThings.now();
            try (Fd buffer = udmabuf.buffer(pieces)) {
                assertTrue(buffer.isOpen());
                List<String> opened = new ArrayList<>(OpenThings.now().descriptors());
                before.descriptors().forEach(opened::remove);
                assertEquals(List.of("/memfd:dmabuf-sim:udmabuf (deleted)", "/memfd:held (deleted)"), opened);
            }
            assertEquals(before, OpenThings.now());
        }
    }
}
