package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file operations of a dma-buf: the same errno for the same input as Linux 6.12. Each case on a buffer of one piece and of two. */
class DmaBufFileTest extends SimulatedKernelCase {

    private static final int SHARED = Posix.MAP_SHARED;
    private static final int READ_WRITE = Posix.PROT_READ | Posix.PROT_WRITE;

    /** A buffer of two pages. */
    private Fd buffer(int pieces) {
        try (Fd memfd = sealed(3 * PAGE)) {
            return pieces == 1
                    ? udmabuf.buffer(memfd.number(), PAGE, 2 * PAGE)
                    : udmabuf.buffer(List.of(new Extent(memfd.number(), 2 * PAGE, PAGE), new Extent(memfd.number(), 0, PAGE)));
        }
    }

    @ParameterizedTest(name = "mmap of {0} with type {3} is answered with {4}")
    @CsvSource({
        "the whole buffer, 8192, 0, 1, ok",
        "the whole buffer (validated), 8192, 0, 3, ok",
        "the second page, 4096, 4096, 1, ok",
        "a length that is rounded up to the buffer, 8191, 0, 1, ok",
        "a length of 1, 1, 4096, 1, ok",
        "a page too much, 12288, 0, 1, EINVAL",
        "a byte too much, 8193, 0, 1, EINVAL",
        "a range that ends behind the buffer, 8192, 4096, 1, EINVAL",
        "an offset at the end, 4096, 8192, 1, EINVAL",
        "an offset far behind, 4096, 0x7ffffffffffff000, 1, EINVAL",
        "the last offset of all, 4096, -4096, 1, EOVERFLOW",
        "an unaligned offset, 4096, 100, 1, EINVAL",
        "a length of 0, 0, 0, 1, EINVAL",
        "a length beyond all addresses, 0x7ffffffff001, 0, 1, ENOMEM",
        "a negative length, -4096, 0, 1, ENOMEM",
        "a private mapping, 4096, 0, 2, EINVAL",
        "a private mapping out of range, 12288, 0, 2, EINVAL",
        "no type, 4096, 0, 0, EINVAL",
    })
    void mmapOfRange(String range, String length, String offset, int type, String expected) {
        for (int pieces = 1; pieces <= 2; pieces++) {
            try (Fd buffer = buffer(pieces)) {
                long bytes = Long.decode(length);
                long address = kernel.mmap(0, bytes, READ_WRITE, type, buffer.number(), Long.decode(offset));
                assertEquals(expected, answer(address));
                if (!SyscallResult.isError(address)) {
                    assertEquals(0, kernel.munmap(address, bytes));
                }
            }
        }
    }

    @Test
    void fixedMappingGoesExactlyWhereItWasAskedFor() {
        for (int pieces = 1; pieces <= 2; pieces++) {
            try (Fd buffer = buffer(pieces)) {
                long reserved = reserve(4 * PAGE);
                long address = kernel.mmap(reserved + PAGE, 2 * PAGE, READ_WRITE, SHARED | Posix.MAP_FIXED, buffer.number(), 0);
                assertEquals(reserved + PAGE, address);
                map(buffer, 0, 2 * PAGE).set(ValueLayout.JAVA_INT, PAGE, 77);
                assertEquals(77, at(address + PAGE));
                assertEquals(0, kernel.munmap(reserved, 4 * PAGE));
            }
        }
    }

    @Test
    void fixedMappingAtAnUnalignedAddressIsEinvalAndOneThatReplacesNothingIsEexist() {
        for (int pieces = 1; pieces <= 2; pieces++) {
            try (Fd buffer = buffer(pieces)) {
                long reserved = reserve(2 * PAGE);
                int fixed = SHARED | Posix.MAP_FIXED;
                int noReplace = SHARED | 0x100000;
                assertEquals("EINVAL", answer(kernel.mmap(reserved + 8, 2 * PAGE, READ_WRITE, fixed, buffer.number(), 0)));
                assertEquals("EEXIST", answer(kernel.mmap(reserved, 2 * PAGE, READ_WRITE, noReplace, buffer.number(), 0)));
                assertEquals(0, kernel.munmap(reserved, 2 * PAGE));
            }
        }
    }

    @Test
    void mappingThatFailsHalfWayLeavesNothingMapped() throws Exception {
        try (Fd memfd = sealed(2 * PAGE);
                Fd buffer = udmabuf.buffer(List.of(new Extent(memfd.number(), PAGE, PAGE), new Extent(memfd.number(), 0, PAGE)))) {
            // What a seal that came later makes of writable mappings; see UdmabufDevice.
            assertEquals(0, kernel.fcntl(memfd.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_FUTURE_WRITE));
            OpenThings before = OpenThings.now();
            assertEquals("EPERM", answer(kernel.mmap(0, 2 * PAGE, READ_WRITE, SHARED, buffer.number(), 0)));
            assertEquals(before, OpenThings.now());
            long reserved = reserve(2 * PAGE);
            assertEquals("EPERM", answer(kernel.mmap(reserved, 2 * PAGE, READ_WRITE, SHARED | Posix.MAP_FIXED, buffer.number(), 0)));
            assertEquals(before, OpenThings.now());
            assertEquals(0, kernel.munmap(reserved, 2 * PAGE));
        }
    }

    @Test
    void anonymousMappingLooksAtNoDescriptor() {
        try (Fd buffer = buffer(1)) {
            long address = kernel.mmap(0, PAGE, READ_WRITE, Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS, buffer.number(), 0);
            assertEquals("ok", answer(address));
            kernel.munmap(address, PAGE);
        }
    }

    @ParameterizedTest(name = "lseek to {0} from {1} is answered with {2}")
    @CsvSource({"0, 2, 8192", "0, 0, 0", "1, 0, -22", "-1, 2, -22", "100, 0, -22", "0, 1, -22", "0, 3, -22", "0, 4, -22", "0, 9, -22"})
    void lseekTellsTheSizeAndNothingElse(long offset, int whence, long expected) {
        try (Fd buffer = buffer(2)) {
            assertEquals(expected, kernel.lseek(buffer.number(), offset, whence));
        }
    }

    @Test
    void thereAreNoOffsetsToReadOrWriteAt() {
        try (Fd buffer = buffer(1)) {
            MemorySegment bytes = arena.allocate(16);
            assertEquals("ESPIPE", answer(kernel.pread(buffer.number(), bytes, 0)));
            assertEquals("ESPIPE", answer(kernel.pwrite(buffer.number(), bytes, 0)));
            assertEquals("EINVAL", answer(kernel.pread(buffer.number(), bytes, -1)));
        }
    }

    @Test
    void readWriteAndFtruncateAreEinval() {
        try (Fd buffer = buffer(1)) {
            MemorySegment bytes = arena.allocate(16);
            assertEquals("EINVAL", answer(kernel.read(buffer.number(), bytes)));
            assertEquals("EINVAL", answer(kernel.write(buffer.number(), bytes)));
            assertEquals("EINVAL", answer(kernel.ftruncate(buffer.number(), PAGE)));
            assertEquals("EINVAL", answer(kernel.ftruncate(buffer.number(), 2 * PAGE)));
        }
    }

    @ParameterizedTest(name = "SYNC with flags {0} is answered with {1}")
    @CsvSource({
        "1, ok", "2, ok", "3, ok", // START
        "5, EINVAL", "6, EINVAL", "7, EINVAL", // END, which a udmabuf refuses before it was ever started
        "0, EINVAL", "4, EINVAL", // neither reading nor writing
        "8, EINVAL", "0x80, EINVAL", "9, EINVAL", "0x100000001, EINVAL", "-1, EINVAL", // unknown bits
    })
    void syncChecksItsFlags(String flags, String expected) {
        try (Fd buffer = buffer(2)) {
            assertEquals(expected, answer(sync(buffer.number(), Long.decode(flags))));
        }
    }

    @Test
    void syncNeedsNoBalanceOnceItWasStarted() {
        try (Fd buffer = buffer(1)) {
            assertEquals("ok", answer(sync(buffer.number(), DmaBufIoctl.SYNC_START | DmaBufIoctl.SYNC_READ)));
            assertEquals("ok", answer(sync(buffer.number(), DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_RW)));
            assertEquals("ok", answer(sync(buffer.number(), DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_RW)));
            assertEquals("ok", answer(sync(buffer.number(), DmaBufIoctl.SYNC_START | DmaBufIoctl.SYNC_WRITE)));
            assertEquals("ok", answer(sync(buffer.number(), DmaBufIoctl.SYNC_END | DmaBufIoctl.SYNC_READ)));
        }
    }

    @Test
    void syncWithABadPointerIsEfault() {
        long end = endOfMemory();
        try (Fd buffer = buffer(1)) {
            for (long address : new long[] {0, 1, end, end - 4, -8}) {
                assertEquals("EFAULT", answer(kernel.ioctl(buffer.number(), DmaBufIoctl.SYNC, MemorySegment.ofAddress(address))));
            }
        }
    }

    @ParameterizedTest(name = "SET_NAME with {0} characters is answered with {1}")
    @CsvSource({"0, ok", "1, ok", "31, ok", "32, EINVAL", "33, EINVAL", "5000, EINVAL"})
    void namesHaveAtMost31Characters(int length, String expected) {
        String name = "n".repeat(length);
        for (long request : new long[] {DmaBufIoctl.SET_NAME_A, DmaBufIoctl.SET_NAME_B}) {
            try (Fd buffer = buffer(1)) {
                assertEquals(expected, answer(kernel.ioctl(buffer.number(), request, arena.allocateFrom(name))));
                assertEquals(expected.equals("ok") ? name : "", kernel.machine().buffers().getFirst().name());
            }
        }
    }

    @Test
    void refusedNameLeavesTheOldOne() {
        try (Fd buffer = buffer(1)) {
            kernel.ioctl(buffer.number(), DmaBufIoctl.SET_NAME_B, arena.allocateFrom("first"));
            kernel.ioctl(buffer.number(), DmaBufIoctl.SET_NAME_B, arena.allocateFrom("x".repeat(40)));
            assertEquals("first", kernel.machine().buffers().getFirst().name());
        }
    }

    @Test
    void nameMayEndWhereMemoryEnds() {
        long end = endOfMemory();
        try (Fd buffer = buffer(1)) {
            put("name", end - 5);
            assertEquals("ok", answer(kernel.ioctl(buffer.number(), DmaBufIoctl.SET_NAME_B, MemorySegment.ofAddress(end - 5))));
            assertEquals("name", kernel.machine().buffers().getFirst().name());
            put("name", end - 5 - PAGE / 2);
            fill(end - 10, 10);
            assertEquals("EFAULT", answer(kernel.ioctl(buffer.number(), DmaBufIoctl.SET_NAME_B, MemorySegment.ofAddress(end - 10))));
            fill(end - 32, 32);
            assertEquals("EINVAL", answer(kernel.ioctl(buffer.number(), DmaBufIoctl.SET_NAME_B, MemorySegment.ofAddress(end - 32))));
            for (long address : new long[] {0, 1, end, -1}) {
                assertEquals("EFAULT", answer(kernel.ioctl(buffer.number(), DmaBufIoctl.SET_NAME_B, MemorySegment.ofAddress(address))));
            }
        }
    }

    @ParameterizedTest(name = "the request {0} is unknown to a buffer")
    @ValueSource(strings = {"0xc0106202", "0x40186200", "0x6200", "0", "0x40187542", "0xc0303e03"})
    void unknownRequestIsEnotty(String request) {
        try (Fd buffer = buffer(1)) {
            assertEquals("ENOTTY", answer(kernel.ioctl(buffer.number(), Long.decode(request), arena.allocate(64))));
        }
    }

    @Test
    void idleBufferIsReadyForReadingAndWriting() {
        try (Fd buffer = buffer(1)) {
            int both = Posix.POLLIN | Posix.POLLOUT;
            assertEquals(both, kernel.poll(buffer.number(), both, -1));
            assertEquals(Posix.POLLIN, kernel.poll(buffer.number(), Posix.POLLIN, -1));
            assertEquals(Posix.POLLOUT, kernel.poll(buffer.number(), Posix.POLLOUT, -1));
            assertEquals(0, kernel.poll(buffer.number(), 0, 1), "nothing asked, nothing comes");
            assertEquals(0, kernel.poll(buffer.number(), 0x40, 1), "POLLRDNORM is not known to a dma-buf");
        }
    }

    @Test
    void statusFlagsAreThoseOfABuffer() {
        try (Fd buffer = buffer(1);
                Fd copy = adopt(kernel.dup(buffer.number()))) {
            assertEquals(Posix.O_RDWR, kernel.fcntl(buffer.number(), Posix.F_GETFL, 0));
            assertEquals(0, kernel.fcntl(buffer.number(), Posix.F_SETFL, Posix.O_NONBLOCK));
            assertEquals(Posix.O_RDWR | Posix.O_NONBLOCK, kernel.fcntl(copy.number(), Posix.F_GETFL, 0), "they belong to the file");
        }
    }

    @Test
    void closeOnExecBelongsToTheDescriptor() {
        try (Fd buffer = buffer(1);
                Fd copy = adopt(kernel.fcntl(buffer.number(), Posix.F_DUPFD, 0))) {
            assertEquals(1, kernel.fcntl(buffer.number(), Posix.F_GETFD, 0));
            assertEquals(0, kernel.fcntl(copy.number(), Posix.F_GETFD, 0));
            assertEquals(0, kernel.fcntl(copy.number(), Posix.F_SETFD, 1));
            assertEquals(1, kernel.fcntl(copy.number(), Posix.F_GETFD, 0));
        }
    }

    @Test
    void bufferHasNoSeals() {
        try (Fd buffer = buffer(1)) {
            assertEquals("EINVAL", answer(kernel.fcntl(buffer.number(), Posix.F_GET_SEALS, 0)));
            assertEquals("EINVAL", answer(kernel.fcntl(buffer.number(), Posix.F_ADD_SEALS, Posix.F_SEAL_SHRINK)));
        }
    }

    @Test
    void duplicateIsTheSameBufferUntilTheLastIsClosed() throws Exception {
        OpenThings before = OpenThings.now();
        Fd buffer = buffer(1);
        Fd copy = adopt(kernel.fcntl(buffer.number(), Posix.F_DUPFD_CLOEXEC, 100));
        assertEquals(true, copy.number() >= 100);
        map(buffer, 0, PAGE).set(ValueLayout.JAVA_INT, 0, 5);
        buffer.close();
        assertEquals(5, map(copy, 0, PAGE).get(ValueLayout.JAVA_INT, 0));
        assertEquals(1, kernel.machine().buffers().size());
        copy.close();
        assertEquals(before.descriptors(), OpenThings.now().descriptors());
        assertEquals(0, kernel.machine().buffers().size());
    }

    @Test
    void closedDescriptorIsEbadf() {
        int fd;
        try (Fd buffer = buffer(1)) {
            fd = buffer.number();
        }
        assertEquals("EBADF", answer(kernel.close(fd)));
        assertEquals("EBADF", answer(sync(fd, 3)));
        assertEquals("EBADF", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, SHARED, fd, 0)));
        assertEquals("EBADF", answer(kernel.lseek(fd, 0, Posix.SEEK_END)));
        assertEquals("EBADF", answer(kernel.fcntl(fd, Posix.F_GETFL, 0)));
        assertEquals("EBADF", answer(kernel.dup(fd)));
        assertEquals("EBADF", answer(kernel.read(fd, arena.allocate(1))));
        assertEquals("EBADF", answer(kernel.write(fd, arena.allocate(1))));
        assertEquals("EBADF", answer(kernel.ftruncate(fd, 0)));
        assertEquals(Posix.POLLNVAL, kernel.poll(fd, Posix.POLLIN, -1));
    }

    private long reserve(long length) {
        long address = real.mmap(0, length, Posix.PROT_NONE, Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS, -1, 0);
        assertEquals("ok", answer(address));
        return address;
    }

    @SuppressWarnings("restricted")
    private static int at(long address) {
        return MemorySegment.ofAddress(address).reinterpret(4).get(ValueLayout.JAVA_INT, 0);
    }

    @SuppressWarnings("restricted")
    private static void put(String text, long address) {
        MemorySegment.ofAddress(address).reinterpret(text.length() + 1).setString(0, text);
    }

    @SuppressWarnings("restricted")
    private static void fill(long address, int length) {
        MemorySegment.ofAddress(address).reinterpret(length).fill((byte) 'x');
    }
}
