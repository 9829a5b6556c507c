package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.fd.Fd;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Parts;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DMA_HEAP_IOCTL_ALLOC: what Linux 6.12 answers, written down from linux/dma-heap.h. */
class HeapDeviceTest extends SimulatedKernelCase {

    private static final String SYSTEM = "/dev/dma_heap/system";
    private static final String RESERVED = "/dev/dma_heap/reserved";
    private static final long ALLOC = 0xc0184800L;
    private static final int READ_WRITE = Posix.PROT_READ | Posix.PROT_WRITE;

    private Fd heap;

    @BeforeEach
    void open() {
        heap = adopt(kernel.open(SYSTEM, Posix.O_RDONLY));
    }

    @AfterEach
    void close() {
        heap.close();
    }

    private MemorySegment allocation(long length, int fd, int fdFlags, long heapFlags) {
        MemorySegment struct = arena.allocate(32, 8);
        struct.set(JAVA_LONG, 0, length);
        struct.set(JAVA_INT, 8, fd);
        struct.set(JAVA_INT, 12, fdFlags);
        struct.set(JAVA_LONG, 16, heapFlags);
        return struct;
    }

    private int allocate(Fd from, long length, int fdFlags) {
        MemorySegment struct = allocation(length, 0, fdFlags, 0);
        int result = kernel.ioctl(from.number(), ALLOC, struct);
        return result < 0 ? result : struct.get(JAVA_INT, 8);
    }

    private Fd buffer(long length, int fdFlags) {
        return adopt(SyscallResult.check(allocate(heap, length, fdFlags), "ALLOC", SYSTEM));
    }

    @ParameterizedTest(name = "length {0}, fd {1}, fd_flags {2}, heap_flags {3}: {4}")
    @CsvSource({
        "4096, 0, 0x80002, 0, ok",
        "0, 0, 2, 0, EINVAL",
        "4096, 3, 2, 0, EINVAL",
        "4096, -1, 2, 0, EINVAL",
        "4096, 0, 0x802, 0, EINVAL",
        "4096, 0, 4, 0, EINVAL",
        "4096, 0, 2, 1, EINVAL",
        "-1, 0, 2, 0, EINVAL",
        "-4095, 0, 2, 0, EINVAL",
        "-4096, 0, 2, 0, ENOMEM",
        "0x4000000000000000, 0, 2, 0, ENOMEM",
    })
    void argumentsAreChecked(String length, int fd, String fdFlags, long heapFlags, String expected) {
        MemorySegment struct = allocation(Long.decode(length), fd, Integer.decode(fdFlags), heapFlags);
        int result = kernel.ioctl(heap.number(), ALLOC, struct);
        assertEquals(expected, answer(result));
        if (result == 0) {
            assertEquals(0, kernel.close(struct.get(JAVA_INT, 8)));
        }
    }

    @Test
    void lengthIsRoundedUpAndMemoryIsZeroed() {
        try (Fd buffer = buffer(100, Posix.O_RDWR)) {
            assertEquals(PAGE, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
            MemorySegment memory = map(buffer, 0, PAGE);
            assertEquals(-1, memory.mismatch(MemorySegment.ofArray(new byte[(int) PAGE])));
            memory.set(JAVA_INT, 0, 5);
            assertEquals(5, map(buffer, 0, PAGE).get(JAVA_INT, 0));
            assertEquals(0, sync(buffer.number(), 7), "a heap does not mind an end without a beginning");
            assertEquals(0, sync(buffer.number(), 3));
            assertEquals(List.of("system"), kernel.machine().buffers().stream().map(SimulatedBuffer::exporter).toList());
        }
    }

    @ParameterizedTest(name = "a buffer with access mode {0}: reading {1}, writing {2}, both {3}; read {4}, write {5}")
    @CsvSource({
        "0, ok, EACCES, EACCES, EINVAL, EBADF",
        "1, EACCES, EACCES, EACCES, EBADF, EINVAL",
        "2, ok, ok, ok, EINVAL, EINVAL",
        "3, EACCES, EACCES, EACCES, EBADF, EBADF",
    })
    void accessModeDecidesWhatABufferMayBeMappedFor(
            int mode, String reading, String writing, String both, String read, String write) {
        try (Fd buffer = buffer(2 * PAGE, mode)) {
            assertEquals(mode, kernel.fcntl(buffer.number(), Posix.F_GETFL, 0));
            assertEquals(reading, mapped(buffer, Posix.PROT_READ));
            assertEquals(writing, mapped(buffer, Posix.PROT_WRITE));
            assertEquals(both, mapped(buffer, READ_WRITE));
            assertEquals(read, answer(kernel.read(buffer.number(), arena.allocate(8))));
            assertEquals(write, answer(kernel.write(buffer.number(), arena.allocate(8))));
            assertEquals(0, sync(buffer.number(), 3), "SYNC does not ask how the file is open");
        }
    }

    private String mapped(Fd buffer, int protection) {
        long address = kernel.mmap(0, 2 * PAGE, protection, Posix.MAP_SHARED, buffer.number(), 0);
        if (!SyscallResult.isError(address)) {
            kernel.munmap(address, 2 * PAGE);
        }
        return answer(address);
    }

    @Test
    void readOnlyBufferStaysReadOnlyInAnotherProcess() {
        try (SimulatedKernel peer = new SimulatedKernel();
                Fd buffer = buffer(PAGE, Posix.O_RDONLY)) {
            Parts parts = kernel.disassemble(buffer.number()).orElseThrow();
            int token = new LinuxSyscalls().dup(parts.token());
            try (Fd theirs = Fd.adopt(peer.assemble(new Parts(token, parts.size(), parts.extents())), peer)) {
                assertEquals(Posix.O_RDONLY, peer.fcntl(theirs.number(), Posix.F_GETFL, 0));
                assertEquals("EACCES", answer(peer.mmap(0, PAGE, READ_WRITE, Posix.MAP_SHARED, theirs.number(), 0)));
            }
        }
    }

    @ParameterizedTest(name = "a private mapping of {0} pages: {1}")
    @CsvSource({"1, ok", "2, EINVAL"})
    void privateMappingIsPossibleOfOnePageOnly(int pages, String expected) {
        try (Fd buffer = buffer(2 * PAGE, Posix.O_RDWR)) {
            long address = kernel.mmap(0, pages * PAGE, READ_WRITE, Posix.MAP_PRIVATE, buffer.number(), 0);
            assertEquals(expected, answer(address));
            if (!SyscallResult.isError(address)) {
                MemorySegment copy = dmabuf.linux.MappedMemory.view(kernel, address, PAGE, arena);
                copy.set(JAVA_INT, 0, 9);
                assertEquals(0, map(buffer, 0, PAGE).get(JAVA_INT, 0), "the copy's own");
            }
        }
    }

    @Test
    void closeOnExecIsAsAsked() {
        try (Fd open = buffer(PAGE, Posix.O_RDWR);
                Fd closed = buffer(PAGE, Posix.O_RDWR | Posix.O_CLOEXEC)) {
            assertEquals(0, kernel.fcntl(open.number(), Posix.F_GETFD, 0));
            assertEquals(1, kernel.fcntl(closed.number(), Posix.F_GETFD, 0));
        }
    }

    @ParameterizedTest(name = "the request {0} of a struct of {1} bytes: {2}")
    @CsvSource({
        "0xc0104800, 16, ok",
        "0xc0204800, 32, ok",
        "0xc0185800, 24, ok",
        "0xc0184801, 24, EINVAL",
        "0xc01848ff, 24, EINVAL",
        "0x4800, 24, EINVAL",
    })
    void onlyTheNumberOfARequestIsLookedAt(String request, int size, String expected) {
        // Behind a shorter struct lies what must not be taken for heap flags.
        MemorySegment struct = allocation(PAGE, 0, Posix.O_RDWR, size < 24 ? -1 : 0);
        int result = kernel.ioctl(heap.number(), Long.decode(request), struct);
        assertEquals(expected, answer(result));
        if (result == 0) {
            try (Fd buffer = adopt(struct.get(JAVA_INT, 8))) {
                assertEquals(PAGE, kernel.lseek(buffer.number(), 0, Posix.SEEK_END));
            }
        }
    }

    @Test
    void badPointerIsEfault() {
        assertEquals("EFAULT", answer(kernel.ioctl(heap.number(), ALLOC, MemorySegment.ofAddress(8))));
        assertEquals("EFAULT", answer(kernel.ioctl(heap.number(), ALLOC, MemorySegment.ofAddress(endOfMemory() - 16))));
    }

    @Test
    void nodeCanDoNothingElse() {
        assertEquals("ENODEV", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, heap.number(), 0)));
        assertEquals("ESPIPE", answer(kernel.lseek(heap.number(), 0, Posix.SEEK_END)));
        assertEquals("EINVAL", answer(kernel.read(heap.number(), arena.allocate(8))));
        assertEquals(Posix.POLLIN | Posix.POLLOUT, kernel.poll(heap.number(), Posix.POLLIN | Posix.POLLOUT, -1));
    }

    @Test
    void heapsArePluggedByNameAndContiguousOnesAreSmall() {
        assertEquals(List.of(SYSTEM), kernel.devices().list("/dev/dma_heap"));
        assertEquals("ENOENT", answer(kernel.open(RESERVED, Posix.O_RDWR)));
        assertTrue(kernel.machine().plug(RESERVED));
        assertEquals(List.of(RESERVED, SYSTEM), kernel.devices().list("/dev/dma_heap"));
        try (Fd reserved = adopt(kernel.open(RESERVED, Posix.O_RDWR));
                Fd buffer = adopt(allocate(reserved, 16 << 20, Posix.O_RDWR))) {
            assertTrue(buffer.isOpen());
            assertEquals("ENOMEM", answer(allocate(reserved, (16 << 20) + 1, Posix.O_RDWR)));
            kernel.machine().unplug(RESERVED);
            assertEquals("ENODEV", answer(allocate(reserved, PAGE, Posix.O_RDWR)));
            map(buffer, 0, PAGE);
        }
    }
}
