package dmabuf.linux;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;

/** Request numbers of ioctl(2), as {@code asm-generic/ioctl.h} encodes them, and the restart loop that drivers document. */
public final class Ioctl {

    private static final int TYPE_SHIFT = 8;
    private static final int SIZE_SHIFT = 16;
    private static final long WRITE = 1L << 30;
    private static final long READ = 2L << 30;

    private static final int INTERRUPTED = -Errno.EINTR.number();
    private static final int COME_AGAIN = -Errno.EAGAIN.number();

    private Ioctl() {}

    /**
     * Encodes a request without a struct: {@code _IO}.
     *
     * @param type the driver's letter
     * @param number the request's number in the driver
     * @return the number to pass to ioctl
     */
    public static long io(int type, int number) {
        return (long) type << TYPE_SHIFT | number;
    }

    /**
     * Encodes a request whose struct the kernel reads: {@code _IOW}.
     *
     * @param type the driver's letter
     * @param number the request's number in the driver
     * @param size the size of the struct in bytes, at most 16383
     * @return the number to pass to ioctl
     */
    public static long iow(int type, int number, int size) {
        return WRITE | (long) size << SIZE_SHIFT | io(type, number);
    }

    /**
     * Encodes a request whose struct the kernel fills: {@code _IOR}.
     *
     * @param type the driver's letter
     * @param number the request's number in the driver
     * @param size the size of the struct in bytes, at most 16383
     * @return the number to pass to ioctl
     */
    public static long ior(int type, int number, int size) {
        return READ | (long) size << SIZE_SHIFT | io(type, number);
    }

    /**
     * Encodes a request whose struct the kernel reads and fills: {@code _IOWR}.
     *
     * @param type the driver's letter
     * @param number the request's number in the driver
     * @param size the size of the struct in bytes, at most 16383
     * @return the number to pass to ioctl
     */
    public static long iowr(int type, int number, int size) {
        return READ | WRITE | (long) size << SIZE_SHIFT | io(type, number);
    }

    /**
     * Issues a request until it is neither interrupted nor told to come again. {@code linux/dma-buf.h} asks for this for
     * {@code DMA_BUF_IOCTL_SYNC}, and libdrm does it for every DRM request.
     *
     * @param kernel who answers
     * @param fd a descriptor
     * @param request the request number
     * @param argument the struct
     * @return the answer: anything but {@code -EINTR} and {@code -EAGAIN}
     */
    public static int restarting(Syscalls kernel, int fd, long request, MemorySegment argument) {
        int result;
        do {
            result = kernel.ioctl(fd, request, argument);
        } while (result == INTERRUPTED || result == COME_AGAIN);
        return result;
    }
}
