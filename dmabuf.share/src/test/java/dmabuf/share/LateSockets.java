package dmabuf.share;

import dmabuf.fd.Errno;
import dmabuf.linux.SocketSyscalls;
import dmabuf.linux.Syscalls;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sockets whose other side is always a little late: each message is received at the second attempt, with a poll between the two. So a
 * hand-over makes the same calls every time, whichever side is faster.
 */
final class LateSockets implements SocketSyscalls {

    private static final int AGAIN = -Errno.EAGAIN.number();

    private final SocketSyscalls sockets = SocketSyscalls.linux();
    private final boolean sendingToo;
    private final AtomicBoolean mayReceive = new AtomicBoolean();
    private final AtomicBoolean maySend = new AtomicBoolean();

    /**
     * Sockets for one side.
     *
     * @param sendingToo whether messages are sent at the second attempt as well
     */
    LateSockets(boolean sendingToo) {
        this.sendingToo = sendingToo;
    }

    /** Gives what it was, and changes it. */
    private static boolean toggle(AtomicBoolean flag) {
        boolean before = flag.get();
        flag.set(!before);
        return before;
    }

    @Override
    public long sendmsg(int fd, MemorySegment header) {
        return !sendingToo || toggle(maySend) ? sockets.sendmsg(fd, header) : AGAIN;
    }

    @Override
    public long recvmsg(int fd, MemorySegment header) {
        return toggle(mayReceive) ? sockets.recvmsg(fd, header) : AGAIN;
    }

    @Override
    public Syscalls kernel() {
        return sockets.kernel();
    }

    @Override
    public int socket(int flags) {
        return sockets.socket(flags);
    }

    @Override
    public int socketpair(int[] pair) {
        return sockets.socketpair(pair);
    }

    @Override
    public int fchmod(int fd, int mode) {
        return sockets.fchmod(fd, mode);
    }

    @Override
    public int bind(int fd, byte[] path) {
        return sockets.bind(fd, path);
    }

    @Override
    public int listen(int fd, int backlog) {
        return sockets.listen(fd, backlog);
    }

    @Override
    public int connect(int fd, byte[] path) {
        return sockets.connect(fd, path);
    }

    @Override
    public int accept(int fd) {
        return sockets.accept(fd);
    }

    @Override
    public int peer(int fd, int[] ucred) {
        return sockets.peer(fd, ucred);
    }

    @Override
    public int setSendTimeout(int fd, long millis) {
        return sockets.setSendTimeout(fd, millis);
    }

    @Override
    public int shutdown(int fd) {
        return sockets.shutdown(fd);
    }
}
