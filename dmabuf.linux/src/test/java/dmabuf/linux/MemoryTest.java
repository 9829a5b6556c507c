package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Memory files, what is known of them, their mappings, and memory of others' pointers. */
class MemoryTest {

    private static final long PAGE = MappedMemory.PAGE_SIZE;

    private final LinuxSyscalls kernel = new LinuxSyscalls();
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
        kernel.shutDown();
    }

    private static List<String> mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().filter(line -> line.contains("/memfd:memory-test")).toList();
    }

    @Test
    void sealedMemfdHasItsSizeAndCanOnlyGrow() {
        try (Fd memfd = Memfd.sealed(kernel, "memory-test", 3 * PAGE)) {
            assertEquals(3 * PAGE, FileStatus.of(memfd.number()).size());
            assertEquals(Posix.F_SEAL_SHRINK, kernel.fcntl(memfd.number(), Posix.F_GET_SEALS, 0));
        }
        try (Fd memfd = Memfd.unsealed(kernel, "memory-test", 0)) {
            assertEquals(0, FileStatus.of(memfd.number()).size());
            assertEquals(0, kernel.fcntl(memfd.number(), Posix.F_GET_SEALS, 0));
        }
    }

    @Test
    void memfdOfAnImpossibleSizeIsEinvalAndLeavesNothingOpen() {
        ProcessResources before = ProcessResources.now();
        DmaBufException refused = assertThrows(DmaBufException.class, () -> Memfd.sealed(kernel, "memory-test", -1));
        assertEquals(Errno.EINVAL, refused.errno());
        assertTrue(refused.getMessage().startsWith("ftruncate("), refused.getMessage());
        assertTrue(refused.getMessage().contains("size -1"), refused.getMessage());
        assertEquals(before, ProcessResources.now());
    }

    @Test
    void statusTellsKindSizeAndIdentity() throws IOException {
        try (Fd memfd = Memfd.sealed(kernel, "memory-test", 5);
                Fd copy = Fd.adopt(kernel.dup(memfd.number()), kernel);
                Fd other = Memfd.sealed(kernel, "memory-test", 5);
                Fd device = Fd.adopt(kernel.open("/dev/null", Posix.O_RDONLY), kernel)) {
            FileStatus status = FileStatus.of(memfd.number());
            assertTrue(status.isRegular());
            assertFalse(status.isSocket());
            assertFalse(FileStatus.of(device.number()).isRegular());
            assertEquals(5, status.size());
            assertEquals(PAGE, status.blockSize());
            assertEquals(Files.getAttribute(Path.of("/proc/self/fd/" + memfd.number()), "unix:ino"), status.inode());
            assertTrue(status.sameFile(FileStatus.of(copy.number())));
            assertFalse(status.sameFile(FileStatus.of(other.number())));
            assertTrue(status.isOf(copy.number()));
            assertFalse(status.isOf(other.number()));
            assertFalse(status.isOf(1_000_000), "not open");
            assertFalse(status.isOf(-1));
        }
    }

    @Test
    void statusOfAClosedDescriptorIsEbadf() {
        DmaBufException refused = assertThrows(DmaBufException.class, () -> FileStatus.of(1_000_000));
        assertEquals(Errno.EBADF, refused.errno());
        assertTrue(refused.getMessage().startsWith("statx(fd 1000000) failed: EBADF"), refused.getMessage());
    }

    @Test
    void mappingIsTheFileAndIsUnmappedWithItsArena() throws IOException {
        try (Fd memfd = Memfd.sealed(kernel, "memory-test", 2 * PAGE)) {
            MemorySegment writable = MappedMemory.map(kernel, memfd.number(), 0, 2 * PAGE, true, arena);
            MemorySegment second = MappedMemory.map(kernel, memfd.number(), PAGE, PAGE, false, arena);
            assertEquals(2, mappings().size());
            writable.set(ValueLayout.JAVA_LONG, PAGE + 8, 42);
            assertEquals(42, second.get(ValueLayout.JAVA_LONG, 8));
            assertEquals(PAGE, second.byteSize());
            assertThrows(IndexOutOfBoundsException.class, () -> second.get(ValueLayout.JAVA_BYTE, PAGE));
            arena.close();
            assertThrows(IllegalStateException.class, () -> writable.get(ValueLayout.JAVA_BYTE, 0));
            assertEquals(List.of(), mappings());
        }
    }

    @Test
    void mappingForReadingCannotBeWrittenByTheKernelEither() {
        try (Fd memfd = Memfd.sealed(kernel, "memory-test", PAGE)) {
            MemorySegment readOnly = MappedMemory.map(kernel, memfd.number(), 0, PAGE, false, arena);
            assertEquals(-Errno.EFAULT.number(), UserMemory.copyTo(readOnly.address(), arena.allocate(8)));
        }
    }

    @Test
    void mappingForAnArenaThatIsClosedIsRefusedAndLeavesNothingMapped() throws IOException {
        try (Fd memfd = Memfd.sealed(kernel, "memory-test", PAGE)) {
            arena.close();
            assertThrows(IllegalStateException.class, () -> MappedMemory.map(kernel, memfd.number(), 0, PAGE, true, arena));
            assertEquals(List.of(), mappings());
        }
    }

    @Test
    void refusedMappingNamesTheDescriptorAndTheRange() {
        DmaBufException refused =
                assertThrows(DmaBufException.class, () -> MappedMemory.map(kernel, 1_000_000, 0, PAGE, true, arena));
        assertEquals(Errno.EBADF, refused.errno());
        assertEquals("mmap", refused.operation());
        assertEquals("fd 1000000, offset 0, length " + PAGE, refused.subject());
    }

    @Test
    void sizesAreRoundedUpToWholePages() {
        assertEquals(0, PAGE & PAGE - 1, "a power of two");
        assertEquals(0, MappedMemory.roundUp(0));
        assertEquals(PAGE, MappedMemory.roundUp(1));
        assertEquals(PAGE, MappedMemory.roundUp(PAGE));
        assertEquals(2 * PAGE, MappedMemory.roundUp(PAGE + 1));
        assertEquals(Long.MAX_VALUE, MappedMemory.roundUp(Long.MAX_VALUE - 1));
        assertEquals(Long.MAX_VALUE - PAGE + 1, MappedMemory.roundUp(Long.MAX_VALUE - PAGE));
    }

    @Test
    void goodPointersAreCopiedBothWays() {
        MemorySegment there = arena.allocateFrom("0123456789");
        MemorySegment here = arena.allocate(4);
        assertEquals(0, UserMemory.copyFrom(there.address() + 3, here));
        assertEquals("3456", new String(here.toArray(ValueLayout.JAVA_BYTE)));
        assertEquals(0, UserMemory.copyTo(there.address(), here));
        assertEquals("3456456789", there.getString(0));
        assertEquals(0, UserMemory.copyFrom(8, MemorySegment.NULL), "nothing can be copied from anywhere");
    }

    @Test
    void badPointersAreEfaultAndNoCrash() {
        int efault = -Errno.EFAULT.number();
        MemorySegment here = arena.allocate(64);
        for (long address : new long[] {0, 1, 4095, -1, -64, Long.MIN_VALUE, Long.MAX_VALUE, 0x7fff_ffff_f000L}) {
            assertEquals(efault, UserMemory.copyFrom(address, here), "from " + address);
            assertEquals(efault, UserMemory.copyTo(address, here), "to " + address);
        }
    }

    @Test
    void pointerWhoseMemoryEndsTooSoonIsEfault() {
        int anonymous = Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS;
        long address = kernel.mmap(0, 2 * PAGE, Posix.PROT_READ | Posix.PROT_WRITE, anonymous, -1, 0);
        MappedMemory.view(kernel, address, 2 * PAGE, arena);
        long hole = kernel.mmap(address + PAGE, PAGE, Posix.PROT_NONE, anonymous | Posix.MAP_FIXED, -1, 0);
        assertNotEquals(0, hole);
        MemorySegment here = arena.allocate(16);
        assertEquals(0, UserMemory.copyFrom(hole - 16, here));
        assertEquals(-Errno.EFAULT.number(), UserMemory.copyFrom(hole - 15, here));
        assertEquals(-Errno.EFAULT.number(), UserMemory.copyTo(hole - 1, here));
    }
}
