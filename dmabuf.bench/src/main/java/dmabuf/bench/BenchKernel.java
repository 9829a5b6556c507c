package dmabuf.bench;

import dmabuf.fd.Fd;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;

/** The kernel that is measured: the real one where it makes dma-bufs of memory, else one in which memfds stand in for them. */
public final class BenchKernel {

    private static final String UDMABUF = "/dev/udmabuf";

    private BenchKernel() {}

    /**
     * Gives the kernel to measure.
     *
     * @return it
     */
    public static Syscalls choose() {
        return isReal() ? new LinuxSyscalls() : new StandInKernel();
    }

    /**
     * Tells what the measurements are of.
     *
     * @return whether this machine makes dma-bufs for this user
     */
    public static boolean isReal() {
        Syscalls linux = new LinuxSyscalls();
        int node = linux.open(UDMABUF, Posix.O_RDWR);
        if (node < 0) {
            return false;
        }
        Fd.adopt(node, linux).close();
        return true;
    }

    /**
     * Names the kernel for the table.
     *
     * @return a few words
     */
    public static String label() {
        return isReal() ? "real dma-bufs" : "memfds for dma-bufs, FIOCLEX for SYNC";
    }
}
