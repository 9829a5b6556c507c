package dmabuf.share;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufs;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.core.CoreDmaBufs;
import dmabuf.fd.Fd;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Posix;
import dmabuf.linux.ProcessResources;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the tests work on: a giver's kernel and core, a taker's, and buffers. Two simulated kernels in one process know nothing of each
 * other, as in two processes. Closing it checks that nothing is left open.
 */
final class Bench implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(100);
    static final long PAGE = MappedMemory.PAGE_SIZE;

    private static final long UDMABUF_CREATE_LIST = 0x40087543L;
    private static final int UDMABUF_FLAGS_CLOEXEC = 1;

    final ProcessResources before = ProcessResources.now();
    final SimulatedKernel giverKernel = new SimulatedKernel();
    final SimulatedKernel takerKernel = new SimulatedKernel();
    final CoreDmaBufs giver = new CoreDmaBufs();
    final CoreDmaBufs taker = new CoreDmaBufs();

    /** What random tests begin with, printed: {@code -Ddmabuf.seed=N} repeats one. */
    static long seed(String test) {
        long seed = Long.getLong("dmabuf.seed", System.nanoTime());
        System.out.println(test + ": -Ddmabuf.seed=" + seed);
        return seed;
    }

    /** A taker that knows simulated buffers. */
    BufferTaker taker() {
        return BufferTaker.into(taker).simulatedBy(takerKernel).within(LONG);
    }

    /** A simulated buffer of one page of each of so many memfds, in reverse order. Byte 0 of each page is its number in the buffer. */
    DmaBuf simulated(int memfds) {
        return simulated(giverKernel, giver, memfds);
    }

    static DmaBuf simulated(Syscalls kernel, DmaBufs into, int memfds) {
        List<Fd> files = new ArrayList<>();
        try {
            List<Extent> extents = new ArrayList<>();
            for (int i = 0; i < memfds; i++) {
                files.add(Memfd.sealed(kernel, "dmabuf-test", PAGE));
                extents.add(0, new Extent(files.getLast().number(), 0, PAGE));
            }
            DmaBuf buffer = into.importFd(udmabuf(kernel, extents), MmapPolicy.mappable(Caching.CACHED));
            for (int i = 0; i < memfds; i++) {
                put(buffer, i * PAGE, (byte) i);
            }
            return buffer;
        } finally {
            files.forEach(Fd::close);
        }
    }

    /** What UDMABUF_CREATE_LIST makes, as linux/udmabuf.h has it. */
    static Fd udmabuf(Syscalls kernel, List<Extent> extents) {
        try (Fd device = Fd.adopt(SyscallResult.check(kernel.open("/dev/udmabuf", Posix.O_RDWR), "open", "/dev/udmabuf"), kernel);
                Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(8 + 24L * extents.size(), 8);
            list.set(ValueLayout.JAVA_INT, 0, UDMABUF_FLAGS_CLOEXEC);
            list.set(ValueLayout.JAVA_INT, 4, extents.size());
            for (int i = 0; i < extents.size(); i++) {
                list.set(ValueLayout.JAVA_INT, 8 + 24L * i, extents.get(i).memfd());
                list.set(ValueLayout.JAVA_LONG, 16 + 24L * i, extents.get(i).offset());
                list.set(ValueLayout.JAVA_LONG, 24 + 24L * i, extents.get(i).length());
            }
            int made = SyscallResult.check(kernel.ioctl(device.number(), UDMABUF_CREATE_LIST, list), "UDMABUF_CREATE_LIST", "list");
            return Fd.adopt(made, kernel);
        }
    }

    /** A buffer that is a plain sealed memfd. */
    DmaBuf memfd(long size) {
        return giver.importFd(Memfd.sealed(new LinuxSyscalls(), "dmabuf-test", size), MmapPolicy.mappable(Caching.CACHED));
    }

    static void put(DmaBuf buffer, long at, byte... bytes) {
        try (Mapping mapping = buffer.mmap(); CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            MemorySegment.copy(bytes, 0, access.segment(), ValueLayout.JAVA_BYTE, at, bytes.length);
        }
    }

    static byte[] get(DmaBuf buffer, long at, int length) {
        try (Mapping mapping = buffer.mmap(MmapRequest.whole().access(Access.READ));
                CpuAccess access = mapping.cpuAccess(Access.READ)) {
            return access.segment().asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    static byte[] all(DmaBuf buffer) {
        return get(buffer, 0, Math.toIntExact(buffer.size()));
    }

    /** Everything is closed now, on both sides. */
    void assertNothingLeft() {
        ProcessResources left = ProcessResources.now().since(before);
        assertTrue(left.isNothing(), left::toString);
        assertTrue(giver.census().isEmpty() && taker.census().isEmpty(), () -> giver.census() + " " + taker.census());
    }

    @Override
    public void close() {
        try {
            assertNothingLeft();
        } finally {
            giver.close();
            taker.close();
            giverKernel.close();
            takerKernel.close();
        }
    }
}
