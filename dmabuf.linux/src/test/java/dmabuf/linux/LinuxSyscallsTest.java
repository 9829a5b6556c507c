package dmabuf.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.fd.KernelKind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call against the kernel that the tests run on: what it does, and the errno of bad input. */
class LinuxSyscallsTest {

    private static final long PAGE = MappedMemory.PAGE_SIZE;
    private static final int READ_WRITE = Posix.PROT_READ | Posix.PROT_WRITE;
    private static final int FIONREAD = 0x541b;
    private static final int CLOSED = 1_000_000;

    private final LinuxSyscalls kernel = new LinuxSyscalls();
    private final Arena arena = Arena.ofConfined();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        arena.close();
        kernel.shutDown();
    }

    private static String answer(long result) {
        return SyscallResult.isError(result) ? Errno.ofResult(result).name() : "ok";
    }

    private Fd adopt(int fd) {
        return Fd.adopt(fd, kernel);
    }

    private Fd file(String text, int flags) throws IOException {
        return adopt(kernel.open(Files.writeString(folder.resolve("file"), text).toString(), flags));
    }

    /** A descriptor from which nothing can be read until something was written, and that has no position. */
    private Fd fifo() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return adopt(kernel.open(fifo.toString(), Posix.O_RDWR | Posix.O_NONBLOCK));
    }

    @Test
    void kernelIsTheRealOneAndHasOneSetOfDevices() {
        assertEquals(KernelKind.LINUX, kernel.kind());
        assertSame(kernel.devices(), kernel.devices());
    }

    @Test
    void openAddsCloseOnExecAndTellsItsErrno() throws Exception {
        try (Fd file = file("text", Posix.O_RDONLY)) {
            assertEquals(1, kernel.fcntl(file.number(), Posix.F_GETFD, 0));
            assertEquals(Posix.O_RDONLY, kernel.fcntl(file.number(), Posix.F_GETFL, 0) & Posix.O_ACCMODE);
        }
        assertEquals("ENOENT", answer(kernel.open(folder.resolve("none").toString(), Posix.O_RDONLY)));
        assertEquals("EISDIR", answer(kernel.open(folder.toString(), Posix.O_RDWR)));
        assertEquals("ENOTDIR", answer(kernel.open("/dev/null/x", Posix.O_RDONLY)));
        assertEquals("ENAMETOOLONG", answer(kernel.open("/" + "x".repeat(5000), Posix.O_RDONLY)));
        assertEquals("EINVAL", answer(kernel.open("/dev/null\0.txt", Posix.O_RDONLY)));
    }

    @Test
    void pathsAreUtf8() throws IOException {
        Path file = folder.resolve("Gerät-é-設備");
        Files.createFile(file);
        try (Fd fd = adopt(kernel.open(file.toString(), Posix.O_RDONLY))) {
            assertTrue(fd.isOpen());
        }
    }

    @Test
    void exhaustedDescriptorTableIsEmfile() throws IOException {
        String untilFull = openUntilItFails(64);
        assertEquals("ok", untilFull);
        DescriptorLimit.whileLow(() -> assertEquals("EMFILE", openUntilItFails(64)));
    }

    private String openUntilItFails(int most) {
        List<Fd> opened = new ArrayList<>();
        try {
            int result = 0;
            while (result >= 0 && opened.size() < most) {
                result = kernel.open("/dev/null", Posix.O_RDONLY);
                if (result >= 0) {
                    opened.add(adopt(result));
                }
            }
            return answer(result);
        } finally {
            opened.forEach(Fd::close);
        }
    }

    @Test
    void closedDescriptorIsEbadfForEveryCall() {
        MemorySegment bytes = arena.allocate(8);
        assertEquals("EBADF", answer(kernel.close(CLOSED)));
        assertEquals("EBADF", answer(kernel.close(-1)));
        assertEquals("EBADF", answer(kernel.ioctl(CLOSED, DmaBufIoctl.SYNC, bytes)));
        assertEquals("EBADF", answer(kernel.mmap(0, PAGE, READ_WRITE, Posix.MAP_SHARED, CLOSED, 0)));
        assertEquals("EBADF", answer(kernel.fcntl(CLOSED, Posix.F_GETFD, 0)));
        assertEquals("EBADF", answer(kernel.dup(CLOSED)));
        assertEquals("EBADF", answer(kernel.ftruncate(CLOSED, 0)));
        assertEquals("EBADF", answer(kernel.lseek(CLOSED, 0, Posix.SEEK_SET)));
        assertEquals("EBADF", answer(kernel.read(CLOSED, bytes)));
        assertEquals("EBADF", answer(kernel.write(CLOSED, bytes)));
        assertEquals("EBADF", answer(kernel.pread(CLOSED, bytes, 0)));
        assertEquals("EBADF", answer(kernel.pwrite(CLOSED, bytes, 0)));
        assertEquals(Posix.POLLNVAL, kernel.poll(CLOSED, Posix.POLLIN, -1));
    }

    @Test
    void ioctlPassesTheArgumentAndTellsItsErrno() throws Exception {
        try (Fd file = file("12345", Posix.O_RDONLY)) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            assertEquals("ok", answer(kernel.ioctl(file.number(), FIONREAD, count)));
            assertEquals(5, count.get(ValueLayout.JAVA_INT, 0));
            assertEquals("EFAULT", answer(kernel.ioctl(file.number(), FIONREAD, MemorySegment.ofAddress(8))));
            assertEquals("ENOTTY", answer(kernel.ioctl(file.number(), DmaBufIoctl.SYNC, MemorySegment.NULL)));
        }
    }

    @Test
    void ioctlAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = Long.MAX_VALUE;
        // Until the compiler is done with it, which on a busy machine takes a while.
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (allocated != 0 && System.nanoTime() < deadline) {
            long before = threads.getCurrentThreadAllocatedBytes();
            callOften();
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, allocated);
    }

    /** A method of its own, entered anew each time: a loop that is compiled while it runs may stay with what it was compiled to first. */
    private void callOften() {
        for (int i = 0; i < 20_000; i++) {
            if (kernel.ioctl(CLOSED, DmaBufIoctl.SYNC, MemorySegment.NULL) != -Errno.EBADF.number()) {
                throw new AssertionError();
            }
        }
    }

    @Test
    void mmapMapsAndTellsItsErrno() throws Exception {
        try (Fd memfd = Memfd.sealed(kernel, "test", 2 * PAGE);
                Fd readOnly = file("text", Posix.O_RDONLY);
                Fd fifo = fifo()) {
            int fd = memfd.number();
            long address = kernel.mmap(0, 2 * PAGE, READ_WRITE, Posix.MAP_SHARED, fd, 0);
            MappedMemory.view(kernel, address, 2 * PAGE, arena).setString(PAGE, "mapped");
            MemorySegment bytes = arena.allocate(7);
            kernel.lseek(fd, PAGE, Posix.SEEK_SET);
            assertEquals(7, kernel.read(fd, bytes));
            assertEquals("mapped", bytes.getString(0));
            assertEquals("EINVAL", answer(kernel.mmap(0, 0, READ_WRITE, Posix.MAP_SHARED, fd, 0)));
            assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, READ_WRITE, Posix.MAP_SHARED, fd, 1)));
            assertEquals("EINVAL", answer(kernel.mmap(0, PAGE, READ_WRITE, 0, fd, 0)));
            assertEquals("ENOMEM", answer(kernel.mmap(0, -PAGE, READ_WRITE, Posix.MAP_SHARED, fd, 0)));
            assertEquals("EACCES", answer(kernel.mmap(0, PAGE, READ_WRITE, Posix.MAP_SHARED, readOnly.number(), 0)));
            assertEquals("ENODEV", answer(kernel.mmap(0, PAGE, READ_WRITE, Posix.MAP_SHARED, fifo.number(), 0)));
        }
    }

    @Test
    void munmapEndsAMappingAndRefusesAnUnalignedAddress() {
        int anonymous = Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS;
        long address = kernel.mmap(0, PAGE, READ_WRITE, anonymous, -1, 0);
        assertEquals("EINVAL", answer(kernel.munmap(address + 1, PAGE)));
        assertEquals("EINVAL", answer(kernel.munmap(address, 0)));
        assertEquals(0, kernel.munmap(address, PAGE));
        assertTrue(UserMemory.copyFrom(address, arena.allocate(1)) < 0, "nothing is there any more");
    }

    @Test
    void memfdsAreClosedOnExecAndSealedAsAsked() {
        try (Fd memfd = adopt(kernel.memfdCreate("test", Posix.MFD_ALLOW_SEALING))) {
            int fd = memfd.number();
            assertEquals(1, kernel.fcntl(fd, Posix.F_GETFD, 0));
            assertEquals(0, kernel.ftruncate(fd, PAGE));
            assertEquals(0, kernel.fcntl(fd, Posix.F_ADD_SEALS, Posix.F_SEAL_SHRINK | Posix.F_SEAL_SEAL));
            assertEquals(Posix.F_SEAL_SHRINK | Posix.F_SEAL_SEAL, kernel.fcntl(fd, Posix.F_GET_SEALS, 0));
            assertEquals("EPERM", answer(kernel.fcntl(fd, Posix.F_ADD_SEALS, Posix.F_SEAL_WRITE)));
            assertEquals("EPERM", answer(kernel.ftruncate(fd, 0)));
            assertEquals(0, kernel.ftruncate(fd, 2 * PAGE));
            assertEquals("EINVAL", answer(kernel.ftruncate(fd, -1)));
        }
        assertEquals("EINVAL", answer(kernel.memfdCreate("test", 0x4000)));
        assertEquals("EINVAL", answer(kernel.memfdCreate("x".repeat(250), 0)));
        assertEquals("EINVAL", answer(kernel.memfdCreate("two\0parts", 0)));
    }

    @Test
    void fcntlRefusesACommandThatItDoesNotKnow() {
        // Not one in the folder for temporary files: on tmpfs, files have seals.
        try (Fd file = adopt(kernel.open("/proc/self/status", Posix.O_RDONLY))) {
            assertEquals("EINVAL", answer(kernel.fcntl(file.number(), 9999, 0)));
            assertEquals("EINVAL", answer(kernel.fcntl(file.number(), Posix.F_GET_SEALS, 0)));
        }
    }

    @Test
    void duplicateIsTheSameOpenFile() throws Exception {
        try (Fd file = file("text", Posix.O_RDONLY);
                Fd copy = adopt(kernel.dup(file.number()))) {
            assertEquals(1, kernel.fcntl(copy.number(), Posix.F_GETFD, 0), "closed on exec");
            assertEquals(2, kernel.lseek(file.number(), 2, Posix.SEEK_SET));
            assertEquals(2, kernel.lseek(copy.number(), 0, Posix.SEEK_CUR));
        }
    }

    @Test
    void lseekMovesAndTellsItsErrno() throws Exception {
        try (Fd file = file("12345", Posix.O_RDONLY);
                Fd fifo = fifo()) {
            assertEquals(5, kernel.lseek(file.number(), 0, Posix.SEEK_END));
            assertEquals(1L << 40, kernel.lseek(file.number(), 1L << 40, Posix.SEEK_SET), "offsets have 64 bits");
            assertEquals("EINVAL", answer(kernel.lseek(file.number(), -1, Posix.SEEK_SET)));
            assertEquals("EINVAL", answer(kernel.lseek(file.number(), 0, 99)));
            assertEquals("ESPIPE", answer(kernel.lseek(fifo.number(), 0, Posix.SEEK_CUR)));
        }
    }

    @Test
    void readAndWriteMoveBytesAndTellTheirErrno() throws Exception {
        try (Fd file = file("", Posix.O_RDWR);
                Fd fifo = fifo()) {
            MemorySegment bytes = arena.allocateFrom("hello");
            assertEquals(6, kernel.write(file.number(), bytes));
            assertEquals(0, kernel.read(file.number(), bytes), "at the end");
            kernel.lseek(file.number(), 1, Posix.SEEK_SET);
            MemorySegment back = arena.allocate(16);
            assertEquals(5, kernel.read(file.number(), back));
            assertEquals("ello", back.getString(0));
            assertEquals("EAGAIN", answer(kernel.read(fifo.number(), back)));
            kernel.lseek(file.number(), 0, Posix.SEEK_SET);
            assertEquals("EFAULT", answer(kernel.read(file.number(), beyond(16))));
            assertEquals("EFAULT", answer(kernel.write(file.number(), beyond(16))));
        }
        try (Fd readOnly = file("text", Posix.O_RDONLY)) {
            assertEquals("EBADF", answer(kernel.write(readOnly.number(), arena.allocate(1))));
        }
    }

    @Test
    void preadAndPwriteLeaveThePositionAloneAndTellTheirErrno() throws Exception {
        try (Fd file = file("0123456789", Posix.O_RDWR);
                Fd fifo = fifo()) {
            MemorySegment bytes = arena.allocateFrom("ab");
            assertEquals(3, kernel.pwrite(file.number(), bytes, 4));
            MemorySegment back = arena.allocate(5);
            assertEquals(5, kernel.pread(file.number(), back, 3));
            assertEquals("3ab", back.getString(0));
            assertEquals('7', back.get(ValueLayout.JAVA_BYTE, 4));
            assertEquals(0, kernel.lseek(file.number(), 0, Posix.SEEK_CUR));
            assertEquals(0, kernel.pread(file.number(), back, 1L << 40), "offsets have 64 bits");
            assertEquals("EINVAL", answer(kernel.pread(file.number(), back, -1)));
            assertEquals("EINVAL", answer(kernel.pwrite(file.number(), bytes, -1)));
            assertEquals("EFAULT", answer(kernel.pread(file.number(), beyond(16), 0)));
            assertEquals("EFAULT", answer(kernel.pwrite(file.number(), beyond(16), 0)));
            assertEquals("ESPIPE", answer(kernel.pread(fifo.number(), back, 0)));
            assertEquals("ESPIPE", answer(kernel.pwrite(fifo.number(), bytes, 0)));
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment beyond(long size) {
        return MemorySegment.ofAddress(8).reinterpret(size);
    }

    @Test
    void pollTellsWhatIsThere() throws Exception {
        try (Fd fifo = fifo()) {
            int fd = fifo.number();
            assertEquals(0, kernel.poll(fd, Posix.POLLIN, 0));
            assertEquals(0, kernel.poll(fd, Posix.POLLIN, 5));
            assertEquals(Posix.POLLOUT, kernel.poll(fd, Posix.POLLIN | Posix.POLLOUT, -1));
            assertEquals(1, kernel.write(fd, arena.allocate(1)));
            assertEquals(Posix.POLLIN | Posix.POLLOUT, kernel.poll(fd, Posix.POLLIN | Posix.POLLOUT, -1));
        }
    }

    @Test
    void memoryOfTheHeapIsRefusedByName() {
        try (Fd memfd = adopt(kernel.memfdCreate("test", 0))) {
            MemorySegment heap = MemorySegment.ofArray(new byte[8]);
            assertThrows(IllegalArgumentException.class, () -> kernel.write(memfd.number(), heap));
            assertThrows(IllegalArgumentException.class, () -> kernel.ioctl(memfd.number(), DmaBufIoctl.SYNC, heap));
        }
    }

    @Test
    void memoryThatIsFreedAlreadyIsRefused() {
        try (Fd memfd = adopt(kernel.memfdCreate("test", 0))) {
            Arena other = Arena.ofConfined();
            MemorySegment freed = other.allocate(8);
            other.close();
            assertThrows(IllegalStateException.class, () -> kernel.write(memfd.number(), freed));
        }
    }

    @Test
    void errnoIsThatOfTheCallingThread() throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            boolean closes = thread % 2 == 0;
            tasks.add(() -> {
                for (int i = 0; i < 5_000; i++) {
                    assertEquals(closes ? "EBADF" : "EINVAL", answer(closes ? kernel.close(CLOSED) : kernel.munmap(1, PAGE)));
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> results = new ArrayList<>(threads.invokeAll(tasks));
            results.addAll(virtual.invokeAll(tasks));
            for (Future<Void> result : results) {
                result.get();
            }
        }
    }
}
