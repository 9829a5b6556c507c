package dmabuf.linux;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A socket's descriptor that may be closed while other threads wait on it: closing wakes them, and the number goes back to the system
 * when the last of them has left, so that none of them can touch a stranger's descriptor.
 */
final class SocketFd implements AutoCloseable {

    private static final int CLOSED = Integer.MIN_VALUE;
    private static final int INTERRUPTED = -Errno.EINTR.number();

    private final SocketSyscalls sockets;
    private final Fd fd;
    private final String name;
    /** How many calls are in progress; negative once closed. */
    private final AtomicInteger users = new AtomicInteger();

    SocketFd(SocketSyscalls sockets, int number, String name) {
        this.sockets = sockets;
        this.fd = Fd.adopt(number, sockets.kernel());
        this.name = name;
    }

    /** Begins a call. The number is good until {@link #leave}. */
    int enter(String operation) {
        int current;
        do {
            current = users.get();
            if (current < 0) {
                throw new DmaBufException(Errno.EBADF, operation, name, "already closed");
            }
        } while (!users.compareAndSet(current, current + 1));
        return fd.number();
    }

    void leave() {
        if (users.decrementAndGet() == CLOSED) {
            fd.close();
        }
    }

    /** Waits inside a call until something can be done, or the other side is gone, which the next system call will say. */
    void await(int number, int events, Deadline deadline, String operation) {
        while (true) {
            int result = sockets.kernel().poll(number, events, deadline.remainingMillis());
            if (isClosed()) {
                throw new DmaBufException(Errno.ECANCELED, operation, name, "closed while waiting");
            }
            if (result > 0) {
                return;
            }
            if (result != INTERRUPTED) {
                SyscallResult.check(result, "poll", name);
            }
            if (deadline.isOver()) {
                throw new DmaBufException(Errno.ETIMEDOUT, operation, name, "the other side did nothing in time");
            }
        }
    }

    boolean isClosed() {
        return users.get() < 0;
    }

    /** Wakes whoever waits, and closes. The second and later calls do nothing. */
    @Override
    public void close() {
        int before = users.getAndUpdate(current -> current < 0 ? current : current + 1 | CLOSED);
        if (before < 0) {
            return;
        }
        if (before > 0) {
            // ENOTCONN at worst. It ends poll(2) in every thread, which close(2) does not.
            sockets.shutdown(fd.number());
        }
        leave();
    }

    SocketSyscalls sockets() {
        return sockets;
    }

    String name() {
        return name;
    }

    @Override
    public String toString() {
        return fd + ", " + name;
    }
}
