package dmabuf.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A simulated kernel with its /dev/udmabuf open, and after each test the proof that nothing of it stays open or mapped. */
abstract class SimulatedKernelCase {

    static final long PAGE = MappedMemory.PAGE_SIZE;

    final LinuxSyscalls real = new LinuxSyscalls();
    SimulatedKernel kernel;
    Udmabuf udmabuf;
    Arena arena;
    private OpenThings before;

    @BeforeEach
    final void start() throws Exception {
        before = OpenThings.now();
        kernel = new SimulatedKernel();
        udmabuf = new Udmabuf(kernel);
        arena = Arena.ofConfined();
    }

    @AfterEach
    final void nothingStaysOpen() throws Exception {
        arena.close();
        udmabuf.close();
        assertEquals(List.of(), kernel.machine().buffers());
        kernel.close();
        real.shutDown();
        assertEquals(before, OpenThings.now());
    }

    final Fd sealed(long size) {
        return Memfd.sealed(kernel, "test", size);
    }

    final Fd adopt(int fd) {
        return Fd.adopt(fd, kernel);
    }

    /** Maps for as long as the test runs. */
    final MemorySegment map(Fd fd, long offset, long length) {
        return MappedMemory.map(kernel, fd.number(), offset, length, true, arena);
    }

    final MemorySegment flags(long flags) {
        return arena.allocateFrom(ValueLayout.JAVA_LONG, flags);
    }

    /** The answer of SYNC. */
    final int sync(int fd, long flags) {
        return kernel.ioctl(fd, DmaBufIoctl.SYNC, flags(flags));
    }

    /** Two pages of addresses of which only the first is mapped; gives where the second begins. */
    final long endOfMemory() {
        long address = real.mmap(0, 2 * PAGE, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS, -1, 0);
        MappedMemory.view(real, address, PAGE, arena);
        assertEquals(0, real.mmap(address + PAGE, PAGE, Posix.PROT_NONE, Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS | Posix.MAP_FIXED, -1, 0)
                - address - PAGE);
        MappedMemory.view(real, address + PAGE, PAGE, arena);
        return address + PAGE;
    }

    static String answer(long result) {
        return Udmabuf.answer(result);
    }
}
