package dmabuf.core;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.Deadline;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;

/** Asks poll(2), which any kernel answers for sync files and dma-bufs alike. */
final class Polling {

    /** How late an interrupt may be noticed, in milliseconds: no Java interrupt wakes a thread that waits in a native call. */
    private static final int SLICE_MILLIS = 50;

    private static final int INTERRUPTED = -Errno.EINTR.number();

    private Polling() {}

    /**
     * Looks without waiting.
     *
     * @throws DmaBufException what the kernel says
     */
    static boolean isReady(Syscalls kernel, int fd, int events) {
        return poll(kernel, fd, events, 0);
    }

    /** Waits a little, or less when the deadline is near. True when it is ready. */
    static boolean awaitSlice(Syscalls kernel, int fd, int events, Deadline deadline) {
        int left = deadline.remainingMillis();
        return poll(kernel, fd, events, left < 0 ? SLICE_MILLIS : Math.min(left, SLICE_MILLIS));
    }

    private static boolean poll(Syscalls kernel, int fd, int events, int timeoutMillis) {
        int result = kernel.poll(fd, events, timeoutMillis);
        if (result == INTERRUPTED) {
            return false; // Whoever waits comes again; whoever only looked would not have been made to wait.
        }
        if (result < 0 || (result & Posix.POLLNVAL) != 0) {
            Errno errno = result < 0 ? Errno.ofResult(result) : Errno.EBADF;
            throw new DmaBufException(errno, "poll", "fd " + fd);
        }
        return (result & events) != 0;
    }
}
