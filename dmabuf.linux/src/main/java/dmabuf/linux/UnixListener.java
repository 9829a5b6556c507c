package dmabuf.linux;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A socket file at which other processes can connect, of type {@code SOCK_SEQPACKET} as {@link UnixSocket} is.
 *
 * <p>The file has mode 0600 from its first moment, whatever the umask. It is removed on close, if it is still the one that was made here.
 *
 * <p>Thread-safe. Closing it wakes threads that wait in {@link #accept}; interrupting them does not.
 */
public final class UnixListener implements AutoCloseable {

    private static final int OWNER_ONLY = 0600;
    /** How many may wait to be accepted. */
    private static final int BACKLOG = 16;

    private final SocketFd socket;
    private final Path path;
    private final SocketPath file;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnixListener(SocketFd socket, Path path, SocketPath file) {
        this.socket = socket;
        this.path = path;
        this.file = file;
    }

    /**
     * Makes a socket file and listens at it. Mirrors bind(2) and listen(2). A socket that this user has left behind there, and at which
     * nobody listens any more, is replaced; nothing else ever is.
     *
     * @param path where, at most 107 bytes long
     * @return the listener, which the caller closes
     * @throws DmaBufException ENAMETOOLONG, with the length; EADDRINUSE when somebody listens there, or there is something that is no
     *     socket, or somebody else's; ENOENT, ENOTDIR or EACCES for the folder. Nothing is left open or behind
     */
    public static UnixListener bind(Path path) {
        return bind(SocketSyscalls.linux(), path);
    }

    /**
     * Makes a socket file and listens at it, by way of other calls. Everything else is as {@link #bind(Path)} says.
     *
     * @param sockets who is asked, also by the connections that are accepted
     * @param path where, at most 107 bytes long
     * @return the listener, which the caller closes
     * @throws DmaBufException as {@link #bind(Path)} says
     */
    public static UnixListener bind(SocketSyscalls sockets, Path path) {
        byte[] address = SocketPath.encode(path, "bind");
        int number = SyscallResult.check(sockets.socket(SocketAbi.SOCK_NONBLOCK), "socket", "AF_UNIX, SOCK_SEQPACKET");
        SocketFd socket = new SocketFd(sockets, number, path.toString());
        SocketPath file = null;
        try {
            // bind(2) makes the file with the socket's own mode (unix_bind_bsd, net/unix/af_unix.c): it never exists with another.
            SyscallResult.check(sockets.fchmod(number, OWNER_ONLY), "fchmod", path.toString());
            bind(sockets, number, address, path);
            file = SocketPath.look(path);
            SyscallResult.check(sockets.listen(number, BACKLOG), "listen", path.toString());
            if (file == null || !file.sameFile(SocketPath.look(path))) {
                throw new DmaBufException(Errno.EADDRINUSE, "bind", path.toString(), "somebody else has just taken it");
            }
            return new UnixListener(socket, path, file);
        } catch (RuntimeException e) {
            socket.close();
            if (file != null) {
                file.removeIfStillThere(path);
            }
            throw e;
        }
    }

    private static void bind(SocketSyscalls sockets, int number, byte[] address, Path path) {
        int result = sockets.bind(number, address);
        if (result == -Errno.EADDRINUSE.number()) {
            SocketPath.makeRoom(sockets, path, address);
            result = sockets.bind(number, address);
        }
        if (result < 0) {
            Errno errno = Errno.ofResult(result);
            throw new DmaBufException(errno, "bind", path.toString(), hint(errno));
        }
    }

    private static String hint(Errno errno) {
        return switch (errno) {
            case ENOENT, ENOTDIR -> "the folder of the socket does not exist";
            case EACCES, EPERM, EROFS -> "a socket cannot be made in this folder";
            case EADDRINUSE -> "somebody else has just taken it";
            default -> null;
        };
    }

    /**
     * Waits for somebody to connect. Mirrors accept4(2). Restarted on EINTR, and when who had come is gone again.
     *
     * @param deadline until when
     * @return the connection, which the caller closes
     * @throws DmaBufException ETIMEDOUT; ECANCELED when the listener was closed meanwhile; EBADF, after close; EMFILE
     */
    public UnixSocket accept(Deadline deadline) {
        SocketSyscalls sockets = socket.sockets();
        int number = socket.enter("accept");
        try {
            while (true) {
                socket.await(number, Posix.POLLIN, deadline, "accept");
                int result = sockets.accept(number);
                if (result >= 0) {
                    return UnixSocket.adopt(sockets, result, path.toString());
                }
                switch (Errno.ofResult(result)) {
                    case EAGAIN, EINTR, ECONNABORTED -> { }
                    default -> SyscallResult.check(result, "accept", path.toString());
                }
            }
        } finally {
            socket.leave();
        }
    }

    /**
     * Tells where it listens.
     *
     * @return the path as it was given
     */
    public Path path() {
        return path;
    }

    /**
     * Stops listening: wakes who waits, and removes the socket file if it is still the one made here. Later calls do nothing.
     *
     * @throws DmaBufException EACCES when the file can no longer be removed; the socket is closed all the same
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // The file goes first: as long as the socket is open, its inode number cannot be given to another.
            try {
                file.removeIfStillThere(path);
            } finally {
                socket.close();
            }
        }
    }

    /** Names descriptor and path, for messages. */
    @Override
    public String toString() {
        return socket.toString();
    }
}
