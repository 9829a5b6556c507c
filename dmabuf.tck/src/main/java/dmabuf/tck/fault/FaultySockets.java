package dmabuf.tck.fault;

import dmabuf.fd.Errno;
import dmabuf.linux.SocketSyscalls;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The sockets of a {@link FaultySyscalls}: their calls are counted with its own, and meet the same faults.
 *
 * <p>A connection that is said to have ended (EPIPE, ECONNRESET) does end, since Linux says so of no other. What the other side had said
 * is gone with it.
 */
final class FaultySockets implements SocketSyscalls {

    private final FaultySyscalls faults;
    private final SocketSyscalls sockets;
    private final Syscalls kernel;

    FaultySockets(FaultySyscalls faults, SocketSyscalls sockets) {
        this.faults = faults;
        this.sockets = Objects.requireNonNull(sockets, "sockets");
        this.kernel = faults.alsoOver(sockets.kernel());
    }

    @Override
    public Syscalls kernel() {
        return kernel;
    }

    @Override
    public int socket(int flags) {
        int error = faults.error(SyscallKind.SOCKET);
        return error < 0 ? error : sockets.socket(flags);
    }

    @Override
    public int socketpair(int[] pair) {
        int error = faults.error(SyscallKind.SOCKETPAIR);
        return error < 0 ? error : sockets.socketpair(pair);
    }

    @Override
    public int fchmod(int fd, int mode) {
        int error = faults.error(SyscallKind.FCHMOD);
        return error < 0 ? error : sockets.fchmod(fd, mode);
    }

    @Override
    public int bind(int fd, byte[] path) {
        int error = faults.error(SyscallKind.BIND);
        return error < 0 ? error : sockets.bind(fd, path);
    }

    @Override
    public int listen(int fd, int backlog) {
        int error = faults.error(SyscallKind.LISTEN);
        return error < 0 ? error : sockets.listen(fd, backlog);
    }

    @Override
    public int connect(int fd, byte[] path) {
        int error = faults.error(SyscallKind.CONNECT);
        return error < 0 ? error : sockets.connect(fd, path);
    }

    @Override
    public int accept(int fd) {
        int error = faults.error(SyscallKind.ACCEPT);
        return error < 0 ? error : sockets.accept(fd);
    }

    @Override
    public long sendmsg(int fd, MemorySegment header) {
        int error = ending(fd, faults.error(SyscallKind.SENDMSG));
        return error < 0 ? error : sockets.sendmsg(fd, header);
    }

    @Override
    public long recvmsg(int fd, MemorySegment header) {
        int error = ending(fd, faults.error(SyscallKind.RECVMSG));
        return error < 0 ? error : sockets.recvmsg(fd, header);
    }

    private int ending(int fd, int error) {
        if (error == -Errno.EPIPE.number() || error == -Errno.ECONNRESET.number()) {
            sockets.shutdown(fd);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment some = arena.allocate(1);
                // read(2) takes a message, and drops the descriptors that came with it.
                while (sockets.kernel().read(fd, some) > 0) { }
            }
        }
        return error;
    }

    @Override
    public int peer(int fd, int[] ucred) {
        int error = faults.error(SyscallKind.GETSOCKOPT);
        return error < 0 ? error : sockets.peer(fd, ucred);
    }

    @Override
    public int setSendTimeout(int fd, long millis) {
        int error = faults.error(SyscallKind.SETSOCKOPT);
        return error < 0 ? error : sockets.setSendTimeout(fd, millis);
    }

    @Override
    public int shutdown(int fd) {
        int error = faults.error(SyscallKind.SHUTDOWN);
        int result = sockets.shutdown(fd);
        return error < 0 ? error : result;
    }
}
