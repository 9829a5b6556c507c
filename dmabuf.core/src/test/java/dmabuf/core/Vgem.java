package dmabuf.core;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmabuf.api.DmaBuf;
import dmabuf.fd.Fd;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The device that has fences which a test can attach to any dma-buf and signal: a client of vgem. */
final class Vgem implements AutoCloseable {

    static final String NODE = "/dev/dri/card0";

    private static final long FD_TO_HANDLE = 0xc00c642eL;
    private static final long FENCE_ATTACH = 0xc0106441L;
    private static final long FENCE_SIGNAL = 0x40086442L;
    private static final int WRITE = 1;

    private final Syscalls kernel;
    private final Fd node;

    private Vgem(Syscalls kernel) {
        this.kernel = kernel;
        this.node = Fd.adopt(SyscallResult.check(kernel.open(NODE, Posix.O_RDWR), "open", NODE), kernel);
    }

    /** Plugs the device in, if it is not, and opens it. */
    static Vgem of(Rig rig) {
        return of(rig.simulated, rig.kernel);
    }

    /** Plugs the device in, if it is not, and opens it by way of a kernel in front. */
    static Vgem of(SimulatedKernel simulated, Syscalls kernel) {
        simulated.machine().plug(NODE, SimulatedGpu.VGEM);
        return new Vgem(kernel);
    }

    /** Begins to read a buffer: gives what ends it. */
    Runnable read(DmaBuf buffer) {
        return attach(buffer, 0);
    }

    /** Begins to write a buffer: gives what ends it. */
    Runnable write(DmaBuf buffer) {
        return attach(buffer, WRITE);
    }

    private Runnable attach(DmaBuf buffer, int flags) {
        int fence = call(FENCE_ATTACH, 8, handle(buffer), flags, 0, 0);
        return () -> assertEquals(0, call(FENCE_SIGNAL, 0, fence, 0));
    }

    private int handle(DmaBuf buffer) {
        try (Fd fd = buffer.fd()) {
            return call(FD_TO_HANDLE, 0, 0, 0, fd.number());
        }
    }

    /** Makes a request of words; gives one of them, or 0 where the kernel fills none. */
    private int call(long request, int answerAt, int... words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocateFrom(JAVA_INT, words);
            int result = kernel.ioctl(node.number(), request, struct);
            SyscallResult.check(result, "request " + Long.toHexString(request), NODE);
            return request == FENCE_SIGNAL ? 0 : struct.get(JAVA_INT, answerAt);
        }
    }

    /** Signals what is left. */
    @Override
    public void close() {
        node.close();
    }
}
