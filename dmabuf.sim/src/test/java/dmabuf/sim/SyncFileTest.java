package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fences of a buffer that nobody uses, as sync files: what Linux 6.12 answers. */
class SyncFileTest extends SimulatedKernelCase {

    private static final long MERGE = 0xc0303e03L;
    private static final long FILE_INFO = 0xc0383e04L;

    private Fd memfd;
    private Fd buffer;

    @BeforeEach
    void makeBuffer() {
        memfd = sealed(PAGE);
        buffer = udmabuf.buffer(memfd.number(), 0, PAGE);
    }

    @AfterEach
    void close() {
        buffer.close();
        memfd.close();
    }

    private int transfer(long request, int flags, int fd) {
        MemorySegment struct = arena.allocate(8, 4);
        struct.set(ValueLayout.JAVA_INT, 0, flags);
        struct.set(ValueLayout.JAVA_INT, 4, fd);
        int result = kernel.ioctl(buffer.number(), request, struct);
        return result == 0 && request == DmaBufIoctl.EXPORT_SYNC_FILE ? struct.get(ValueLayout.JAVA_INT, 4) : result;
    }

    private Fd exported() {
        return adopt(transfer(DmaBufIoctl.EXPORT_SYNC_FILE, 3, -1));
    }

    @ParameterizedTest(name = "flags {0} are answered with {1} both ways")
    @CsvSource({"1, ok", "2, ok", "3, ok", "0, EINVAL", "4, EINVAL", "7, EINVAL", "-1, EINVAL"})
    void flagsAreReadingWritingOrBoth(int flags, String expected) {
        int fd = transfer(DmaBufIoctl.EXPORT_SYNC_FILE, flags, -1);
        assertEquals(expected, answer(fd));
        if (fd >= 0) {
            kernel.close(fd);
        }
        try (Fd fence = exported()) {
            assertEquals(expected, answer(transfer(DmaBufIoctl.IMPORT_SYNC_FILE, flags, fence.number())));
        }
    }

    @Test
    void importOfWhatIsNoSyncFileIsEinval() {
        for (int fd : new int[] {-1, memfd.number(), buffer.number(), udmabuf.device.number()}) {
            assertEquals("EINVAL", answer(transfer(DmaBufIoctl.IMPORT_SYNC_FILE, 3, fd)));
        }
    }

    @Test
    void badPointersAreEfaultAndLeaveNothingOpen() throws Exception {
        OpenThings before = OpenThings.now();
        for (long request : new long[] {DmaBufIoctl.EXPORT_SYNC_FILE, DmaBufIoctl.IMPORT_SYNC_FILE}) {
            assertEquals("EFAULT", answer(kernel.ioctl(buffer.number(), request, MemorySegment.ofAddress(8))));
        }
        long readOnly = real.mmap(0, PAGE, 3, Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS, -1, 0);
        MemorySegment page = MappedMemory.view(real, readOnly, PAGE, arena);
        page.set(ValueLayout.JAVA_INT, 0, 3);
        // The flags can be read; the descriptor cannot be told.
        assertEquals(readOnly, real.mmap(readOnly, PAGE, 1, Posix.MAP_SHARED | Posix.MAP_FIXED, flagsFile(), 0));
        assertEquals("EFAULT", answer(kernel.ioctl(buffer.number(), DmaBufIoctl.EXPORT_SYNC_FILE, page)));
        assertEquals(before.descriptors(), OpenThings.now().descriptors());
    }

    /** The test's memfd, with flags as its first word. */
    private int flagsFile() {
        map(memfd, 0, PAGE).set(ValueLayout.JAVA_INT, 0, 3);
        return memfd.number();
    }

    @Test
    void syncFileOfAnIdleBufferIsSignalledWithOneFence() {
        try (Fd fence = exported()) {
            MemorySegment fences = arena.allocate(160, 8);
            MemorySegment info = arena.allocate(56, 8);
            assertEquals("ok", answer(kernel.ioctl(fence.number(), FILE_INFO, info)));
            assertEquals(1, info.get(ValueLayout.JAVA_INT, 32), "status");
            assertEquals(1, info.get(ValueLayout.JAVA_INT, 40), "number of fences");
            info.set(ValueLayout.JAVA_LONG, 48, fences.address());
            info.set(ValueLayout.JAVA_INT, 40, 2);
            assertEquals("ok", answer(kernel.ioctl(fence.number(), FILE_INFO, info)));
            assertEquals(1, info.get(ValueLayout.JAVA_INT, 40));
            assertEquals("stub", fences.getString(0));
            assertEquals("stub", fences.getString(32));
            assertEquals(1, fences.get(ValueLayout.JAVA_INT, 64));
            info.set(ValueLayout.JAVA_LONG, 48, 8);
            assertEquals("EFAULT", answer(kernel.ioctl(fence.number(), FILE_INFO, info)));
            info.set(ValueLayout.JAVA_INT, 36, 1);
            assertEquals("EINVAL", answer(kernel.ioctl(fence.number(), FILE_INFO, info)), "flags");
            info.set(ValueLayout.JAVA_INT, 36, 0);
            info.set(ValueLayout.JAVA_INT, 44, 1);
            assertEquals("EINVAL", answer(kernel.ioctl(fence.number(), FILE_INFO, info)), "padding");
            assertEquals("EFAULT", answer(kernel.ioctl(fence.number(), FILE_INFO, MemorySegment.NULL)));
        }
    }

    @Test
    void mergedSyncFileHasTheNameThatWasAskedFor() {
        try (Fd one = exported();
                Fd two = exported()) {
            MemorySegment data = arena.allocate(48, 8);
            data.setString(0, "both");
            data.set(ValueLayout.JAVA_INT, 32, two.number());
            assertEquals("ok", answer(kernel.ioctl(one.number(), MERGE, data)));
            try (Fd merged = adopt(data.get(ValueLayout.JAVA_INT, 36))) {
                MemorySegment info = arena.allocate(56, 8);
                assertEquals("ok", answer(kernel.ioctl(merged.number(), FILE_INFO, info)));
                assertEquals("both", info.getString(0));
                assertEquals("ok", answer(transfer(DmaBufIoctl.IMPORT_SYNC_FILE, 3, merged.number())));
            }
            data.set(ValueLayout.JAVA_INT, 32, memfd.number());
            assertEquals("ENOENT", answer(kernel.ioctl(one.number(), MERGE, data)));
            data.set(ValueLayout.JAVA_INT, 40, 1);
            assertEquals("EINVAL", answer(kernel.ioctl(one.number(), MERGE, data)));
            assertEquals("EFAULT", answer(kernel.ioctl(one.number(), MERGE, MemorySegment.NULL)));
        }
    }

    @Test
    void syncFileCanBePolledAndNothingElse() {
        try (Fd fence = exported()) {
            assertEquals(Posix.POLLIN, kernel.poll(fence.number(), Posix.POLLIN | Posix.POLLOUT, -1));
            assertEquals(0, kernel.poll(fence.number(), Posix.POLLOUT, 1));
            assertEquals("ENODEV", answer(kernel.mmap(0, PAGE, Posix.PROT_READ, Posix.MAP_SHARED, fence.number(), 0)));
            assertEquals("ESPIPE", answer(kernel.lseek(fence.number(), 0, Posix.SEEK_END)));
            assertEquals("EINVAL", answer(kernel.read(fence.number(), arena.allocate(8))));
            assertEquals("EBADF", answer(kernel.write(fence.number(), arena.allocate(8))));
            assertEquals("ENOTTY", answer(sync(fence.number(), 3)));
            assertEquals(1, kernel.fcntl(fence.number(), Posix.F_GETFD, 0), "closed on exec");
        }
    }
}
