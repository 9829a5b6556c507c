package dmabuf.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.ForwardingSyscalls;
import dmabuf.linux.LinuxSyscalls;
import java.lang.foreign.MemorySegment;

/**
 * The system calls of the real kernel, with memfds for dma-bufs on a machine that has none: {@code DMA_BUF_IOCTL_SYNC} becomes
 * {@code FIOCLEX}, which every descriptor answers with 0 as quickly as the kernel can, and {@code UDMABUF_CREATE} a duplicate of the memfd.
 * All other calls are what they are. So a measurement contains a real entry into the kernel for each that a dma-buf would need, and C can make
 * the very same ones. Thread-safe.
 */
public final class StandInKernel extends ForwardingSyscalls {

    /** What stands in for {@code DMA_BUF_IOCTL_SYNC}: sets a flag that is set already. */
    public static final long FIOCLEX = 0x5451;

    /** Makes a udmabuf of one range: {@code struct udmabuf_create} of 24 bytes. */
    public static final long UDMABUF_CREATE = 0x40187542L;

    private static final String UDMABUF = "/dev/udmabuf";

    /** Needs nothing. */
    public StandInKernel() {
        super(new LinuxSyscalls());
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        if (request == DmaBufIoctl.SYNC) {
            return (argument.get(JAVA_LONG, 0) & ~DmaBufIoctl.SYNC_VALID_FLAGS_MASK) != 0
                    ? -Errno.EINVAL.number() : super.ioctl(fd, FIOCLEX, MemorySegment.NULL);
        }
        if (request == UDMABUF_CREATE) {
            return dup(argument.get(JAVA_INT, 0));
        }
        return super.ioctl(fd, request == DmaBufIoctl.SET_NAME_B ? FIOCLEX : request, argument);
    }

    @Override
    public int open(String path, int flags) {
        return super.open(path.equals(UDMABUF) ? "/dev/null" : path, flags);
    }
}
