package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.fd.Fd;
import dmabuf.linux.DescriptorLimit;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** UDMABUF_CREATE and UDMABUF_CREATE_LIST: the same errno for the same input as Linux 6.12. */
class UdmabufCreateTest extends SimulatedKernelCase {

    private static final long MIB = 1 << 20;

    @ParameterizedTest(name = "{0} is answered with {3}")
    @CsvSource({
        "a whole memfd, 0, 16384, ok",
        "a part of a memfd, 4096, 8192, ok",
        "an unaligned size, 0, 4097, EINVAL",
        "an unaligned offset, 1, 4096, EINVAL",
        "a size of 0, 0, 0, EINVAL",
        "a range past the end, 12288, 8192, EINVAL",
        "an offset at the end, 16384, 4096, EINVAL",
        "a negative offset, -4096, 8192, EINVAL",
        "an offset that wraps, 0x7ffffffffffff000, 8192, EINVAL",
        "a size of half of all there is, 0, 0x7ffffffffffff000, EINVAL",
        "a size of nearly all there is, 0, -4096, EINVAL",
    })
    void rangeOfAMemfdOfFourPages(String range, String offset, String size, String expected) {
        try (Fd memfd = sealed(4 * PAGE)) {
            int result = udmabuf.create(memfd.number(), Udmabuf.CLOEXEC, Long.decode(offset), Long.decode(size));
            assertEquals(expected, closed(result));
        }
    }

    @ParameterizedTest(name = "a memfd with seals {0} is answered with {1}")
    @CsvSource({
        "0, EINVAL", // none
        "2, ok", // SHRINK
        "4, EINVAL", // GROW
        "6, ok", // SHRINK and GROW
        "3, ok", // SHRINK and SEAL
        "10, EINVAL", // SHRINK and WRITE
        "18, EINVAL", // SHRINK and FUTURE_WRITE
        "8, EINVAL", // WRITE
    })
    void sealsDecide(int seals, String expected) {
        try (Fd memfd = Memfd.unsealed(kernel, "test", PAGE)) {
            assertEquals(0, kernel.fcntl(memfd.number(), Posix.F_ADD_SEALS, seals));
            assertEquals(expected, closed(udmabuf.create(memfd.number(), 0, 0, PAGE)));
        }
    }

    @Test
    void memfdWithoutSealingIsEinval() {
        try (Fd memfd = adopt(kernel.memfdCreate("test", 0))) {
            kernel.ftruncate(memfd.number(), PAGE);
            assertEquals("EINVAL", closed(udmabuf.create(memfd.number(), 0, 0, PAGE)));
        }
    }

    @Test
    void tmpfsFileIsEinval() throws IOException {
        Path file = Files.createTempFile(Path.of("/dev/shm"), "dmabuf", null);
        try (Fd fd = adopt(kernel.open(file.toString(), Posix.O_RDWR))) {
            kernel.ftruncate(fd.number(), PAGE);
            assertEquals("EINVAL", closed(udmabuf.create(fd.number(), 0, 0, PAGE)));
        } finally {
            Files.delete(file);
        }
    }

    @ParameterizedTest(name = "{0} is EBADFD")
    @CsvSource({"/dev/null", "/proc/self/exe", "/proc/self/maps"})
    void fileThatIsNoMemfdIsEbadfd(String path) {
        try (Fd fd = adopt(kernel.open(path, Posix.O_RDONLY))) {
            assertEquals("EBADFD", closed(udmabuf.create(fd.number(), 0, 0, PAGE)));
        }
    }

    @ParameterizedTest(name = "the number {0} that nobody has open is EBADFD")
    @CsvSource({"-1", "-2147483648", "2147483647", "999999"})
    void numberThatIsNotOpenIsEbadfd(int number) {
        assertEquals("EBADFD", closed(udmabuf.create(number, 0, 0, PAGE)));
    }

    @Test
    void dmaBufIsNoMemfd() {
        try (Fd memfd = sealed(PAGE);
                Fd buffer = udmabuf.buffer(memfd.number(), 0, PAGE)) {
            assertEquals("EBADFD", closed(udmabuf.create(buffer.number(), 0, 0, PAGE)));
            assertEquals("EBADFD", closed(udmabuf.create(udmabuf.device.number(), 0, 0, PAGE)));
        }
    }

    @Test
    void sizesAreCheckedBeforeTheMemfd() {
        assertEquals("EINVAL", closed(udmabuf.create(-1, 0, 0, 1)));
        assertEquals("EINVAL", closed(udmabuf.create(-1, 0, 0, 65 * MIB)));
        assertEquals("EINVAL", closed(udmabuf.createList(0, List.of(new Extent(-1, 0, PAGE), new Extent(-1, 1, PAGE)))));
    }

    @Test
    void memfdsAreCheckedInTheirOrder() {
        try (Fd memfd = sealed(PAGE)) {
            Extent good = new Extent(memfd.number(), 0, PAGE);
            Extent beyond = new Extent(memfd.number(), PAGE, PAGE);
            Extent closed = new Extent(-1, 0, PAGE);
            assertEquals("EINVAL", closed(udmabuf.createList(0, List.of(good, beyond, closed))));
            assertEquals("EBADFD", closed(udmabuf.createList(0, List.of(good, closed, beyond))));
        }
    }

    @Test
    void sizeLimitCountsTheWholeBuffer() {
        try (Fd memfd = sealed(65 * MIB)) {
            assertEquals("ok", closed(udmabuf.create(memfd.number(), 0, 0, 64 * MIB)));
            assertEquals("EINVAL", closed(udmabuf.create(memfd.number(), 0, 0, 64 * MIB + PAGE)));
            Extent half = new Extent(memfd.number(), 0, 32 * MIB);
            assertEquals("ok", closed(udmabuf.createList(0, List.of(half, half))));
            assertEquals("EINVAL", closed(udmabuf.createList(0, List.of(half, half, new Extent(memfd.number(), 0, PAGE)))));
            kernel.machine().setParameter("udmabuf", "size_limit_mb", 65);
            assertEquals("ok", closed(udmabuf.create(memfd.number(), 0, 0, 65 * MIB)));
        }
    }

    @Test
    void sizesThatAddUpBeyondAllNumbersAreEinval() {
        try (Fd memfd = sealed(PAGE)) {
            Extent half = new Extent(memfd.number(), 0, Long.MIN_VALUE);
            assertEquals("EINVAL", closed(udmabuf.createList(0, List.of(half, half))));
            kernel.machine().setParameter("udmabuf", "size_limit_mb", Integer.MAX_VALUE);
            assertEquals("EINVAL", closed(udmabuf.createList(0, List.of(half, half))));
        }
    }

    @Test
    void listLimitCountsPieces() {
        try (Fd memfd = sealed(PAGE)) {
            Extent page = new Extent(memfd.number(), 0, PAGE);
            assertEquals("ok", closed(udmabuf.createList(0, Collections.nCopies(1024, page))));
            assertEquals("EINVAL", closed(udmabuf.createList(0, Collections.nCopies(1025, page))));
            assertEquals("EINVAL", closed(udmabuf.createList(0, List.of())));
            kernel.machine().setParameter("udmabuf", "list_limit", 2);
            assertEquals("EINVAL", closed(udmabuf.createList(0, Collections.nCopies(3, page))));
            assertEquals("ok", closed(udmabuf.createList(0, Collections.nCopies(2, page))));
        }
    }

    @Test
    void pieceOfSizeZeroBesideOthersIsEinval() {
        try (Fd memfd = sealed(2 * PAGE)) {
            Extent page = new Extent(memfd.number(), 0, PAGE);
            assertEquals("EINVAL", closed(udmabuf.createList(0, List.of(page, new Extent(memfd.number(), PAGE, 0)))));
        }
    }

    @Test
    @SuppressWarnings("restricted")
    void badPointersAreEfault() {
        long end = endOfMemory();
        for (long address : new long[] {0, 1, end, end - 8, -4096, 0x8000_0000_0000_0000L}) {
            MemorySegment pointer = MemorySegment.ofAddress(address);
            assertEquals("EFAULT", closed(kernel.ioctl(udmabuf.device.number(), Udmabuf.CREATE, pointer)), "at " + address);
            if (address != end - 8) {
                assertEquals("EFAULT", closed(kernel.ioctl(udmabuf.device.number(), Udmabuf.CREATE_LIST, pointer)), "at " + address);
            }
        }
        // The head of a list is there, its items are not.
        MemorySegment head = MemorySegment.ofAddress(end - 8).reinterpret(8);
        head.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 0);
        head.set(ValueLayout.JAVA_INT_UNALIGNED, 4, 1);
        assertEquals("EFAULT", closed(kernel.ioctl(udmabuf.device.number(), Udmabuf.CREATE_LIST, head)));
        head.set(ValueLayout.JAVA_INT_UNALIGNED, 4, 1025);
        assertEquals("EINVAL", closed(kernel.ioctl(udmabuf.device.number(), Udmabuf.CREATE_LIST, head)), "the count comes first");
        head.set(ValueLayout.JAVA_INT_UNALIGNED, 4, -1);
        kernel.machine().setParameter("udmabuf", "list_limit", Integer.MAX_VALUE);
        assertEquals("EINVAL", closed(kernel.ioctl(udmabuf.device.number(), Udmabuf.CREATE_LIST, head)), "the count is unsigned");
        head.set(ValueLayout.JAVA_INT_UNALIGNED, 4, Integer.MAX_VALUE);
        assertEquals("ENOMEM", closed(kernel.ioctl(udmabuf.device.number(), Udmabuf.CREATE_LIST, head)), "too long to copy");
    }

    @Test
    void unknownFlagsAndPaddingAreIgnored() {
        try (Fd memfd = sealed(PAGE)) {
            assertEquals("ok", closed(udmabuf.create(memfd.number(), 0xfffffffe, 0, PAGE)));
            assertEquals("ok", closed(udmabuf.createList(0x80, List.of(new Extent(memfd.number(), 0, PAGE)))));
        }
    }

    @Test
    void cloexecFlagDecidesAboutTheDescriptor() {
        try (Fd memfd = sealed(PAGE);
                Fd kept = adopt(udmabuf.create(memfd.number(), 0, 0, PAGE));
                Fd closedOnExec = adopt(udmabuf.create(memfd.number(), Udmabuf.CLOEXEC, 0, PAGE))) {
            assertEquals(0, kernel.fcntl(kept.number(), Posix.F_GETFD, 0));
            assertEquals(1, kernel.fcntl(closedOnExec.number(), Posix.F_GETFD, 0));
        }
    }

    @Test
    void requestIsTakenHoweverItsSignWasExtended() {
        try (Fd memfd = sealed(PAGE)) {
            MemorySegment struct = arena.allocate(24, 8);
            struct.set(ValueLayout.JAVA_INT, 0, memfd.number());
            struct.set(ValueLayout.JAVA_LONG, 16, PAGE);
            assertEquals("ok", closed(kernel.ioctl(udmabuf.device.number(), Udmabuf.CREATE | 0xffffffffL << 32, struct)));
        }
    }

    @ParameterizedTest(name = "the request {0} is unknown to the device")
    @CsvSource({"0x40187544", "0x40087542", "0xc0187542", "0x40086200", "0", "0x4203"})
    void unknownRequestIsEnotty(String request) {
        assertEquals("ENOTTY", closed(kernel.ioctl(udmabuf.device.number(), Long.decode(request), arena.allocate(64))));
    }

    @Test
    void deviceHasNothingButIoctls() {
        int fd = udmabuf.device.number();
        assertEquals("ENODEV", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, fd, 0)));
        assertEquals("ESPIPE", answer(kernel.lseek(fd, 0, Posix.SEEK_END)));
        assertEquals("EINVAL", answer(kernel.read(fd, arena.allocate(8))));
        assertEquals("EINVAL", answer(kernel.pread(fd, arena.allocate(8), 0)));
        assertEquals("EINVAL", answer(kernel.write(fd, arena.allocate(8))));
        assertEquals("EINVAL", answer(kernel.ftruncate(fd, 0)));
        assertEquals(Posix.O_RDWR, kernel.fcntl(fd, Posix.F_GETFL, 0) & Posix.O_ACCMODE);
    }

    @Test
    void deviceWorksAlsoWhenOpenedForReadingOnly() {
        try (Fd memfd = sealed(PAGE);
                Fd device = adopt(kernel.open("/dev/udmabuf", Posix.O_RDONLY | Posix.O_NONBLOCK))) {
            MemorySegment struct = arena.allocate(24, 8);
            struct.set(ValueLayout.JAVA_INT, 0, memfd.number());
            struct.set(ValueLayout.JAVA_LONG, 16, PAGE);
            assertEquals("ok", closed(kernel.ioctl(device.number(), Udmabuf.CREATE, struct)));
            assertEquals("EBADF", answer(kernel.write(device.number(), arena.allocate(8))));
            int flags = kernel.fcntl(device.number(), Posix.F_GETFL, 0);
            assertEquals(Posix.O_RDONLY | Posix.O_NONBLOCK, flags & (Posix.O_ACCMODE | Posix.O_NONBLOCK));
        }
    }

    @Test
    void exhaustedDescriptorTableIsEmfileAndLeavesNothingOpen() throws IOException {
        createWithFewDescriptorsLeft("ok"); // Loads what it needs.
        DescriptorLimit.whileLow(() -> createWithFewDescriptorsLeft("EMFILE"));
    }

    private void createWithFewDescriptorsLeft(String expected) {
        List<Fd> hogs = new ArrayList<>();
        try (Fd memfd = sealed(PAGE)) {
            Extent good = new Extent(memfd.number(), 0, PAGE);
            Extent bad = new Extent(-1, 0, PAGE);
            for (int fd = memfd.number(); fd >= 0 && hogs.size() < 64; ) {
                fd = kernel.dup(memfd.number());
                if (fd >= 0) {
                    hogs.add(adopt(fd));
                }
            }
            for (int free = 0; free < 3; free++) {
                assertEquals(expected, closed(udmabuf.createList(0, List.of(good))), "with " + free + " descriptors left");
                // Bad input is told from a lack of descriptors, as by a kernel that needs none to look at it.
                assertEquals("EBADFD", closed(udmabuf.createList(0, List.of(good, bad))));
                hogs.removeLast().close();
            }
            assertEquals("ok", closed(udmabuf.createList(0, List.of(good))));
        } finally {
            hogs.forEach(Fd::close);
        }
    }

    /** The answer, with the buffer closed again that there may be. */
    private String closed(int result) {
        if (result >= 0) {
            assertEquals(0, kernel.close(result));
        }
        return answer(result);
    }
}
