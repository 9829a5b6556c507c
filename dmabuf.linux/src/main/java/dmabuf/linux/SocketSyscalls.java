package dmabuf.linux;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The system calls that {@link UnixSocket} and {@link UnixListener} make. They stand apart from {@link Syscalls} because no simulation
 * answers them: a socket is always the real kernel's. Whoever wants to see these calls, or to have them fail, stands before {@link #linux}.
 *
 * <p>Every call answers a result of 0 or more, or a negated errno, as those of {@link Syscalls} do; none is restarted on EINTR. All sockets
 * are Unix sockets of type {@code SOCK_SEQPACKET}, and closed on exec.
 *
 * <p>Thread-safe. Native segments that are passed in stay alive during the call.
 */
@ProviderType
public interface SocketSyscalls {

    /**
     * Gives the calls of the kernel that this process runs on.
     *
     * @return the same object every time
     */
    static SocketSyscalls linux() {
        return LinuxSockets.INSTANCE;
    }

    /**
     * Gives the kernel that polls and closes sockets, and to which descriptors belong that arrive.
     *
     * @return the same object every time, of the real kernel
     */
    Syscalls kernel();

    /**
     * Makes a socket, as socket(2).
     *
     * @param flags {@code SOCK_NONBLOCK} or 0
     * @return a descriptor, or a negated errno: EMFILE, ENFILE, ENOMEM
     */
    int socket(int flags);

    /**
     * Makes two sockets that are connected to each other, as socketpair(2).
     *
     * @param pair takes the two descriptors
     * @return 0, or a negated errno: EMFILE, ENFILE, ENOMEM
     */
    int socketpair(int[] pair);

    /**
     * Sets the permissions of a socket that has no file yet, which the file will have, as fchmod(2).
     *
     * @param fd a socket
     * @param mode the permissions
     * @return 0, or a negated errno
     */
    int fchmod(int fd, int mode);

    /**
     * Makes the socket's file, as bind(2).
     *
     * @param fd a socket
     * @param path where, without the NUL, at most 107 bytes
     * @return 0, or a negated errno: EADDRINUSE when there is something, ENOENT, ENOTDIR or EACCES for the folder
     */
    int bind(int fd, byte[] path);

    /**
     * Begins to listen, as listen(2).
     *
     * @param fd a socket with a file
     * @param backlog how many may wait to be accepted
     * @return 0, or a negated errno
     */
    int listen(int fd, int backlog);

    /**
     * Connects, as connect(2).
     *
     * @param fd a socket
     * @param path where somebody listens, without the NUL, at most 107 bytes
     * @return 0, or a negated errno: ENOENT, ECONNREFUSED, EACCES, EPROTOTYPE; EAGAIN when the queue was full for too long
     */
    int connect(int fd, byte[] path);

    /**
     * Takes who waits to be accepted, as accept4(2).
     *
     * @param fd a socket that listens
     * @return a descriptor, or a negated errno: EAGAIN when nobody waits, ECONNABORTED, EMFILE
     */
    int accept(int fd);

    /**
     * Sends a message without waiting, as sendmsg(2) with {@code MSG_DONTWAIT} and {@code MSG_NOSIGNAL}.
     *
     * @param fd a socket that is connected
     * @param header a {@code struct msghdr}
     * @return how many bytes, or a negated errno: EAGAIN when there is no room, EPIPE, ECONNRESET, EMSGSIZE, ETOOMANYREFS
     */
    long sendmsg(int fd, MemorySegment header);

    /**
     * Receives a message without waiting, as recvmsg(2) with {@code MSG_DONTWAIT} and {@code MSG_CMSG_CLOEXEC}.
     *
     * @param fd a socket that is connected
     * @param header a {@code struct msghdr}
     * @return how many bytes, 0 at the end of the connection, or a negated errno: EAGAIN when there is none, ECONNRESET
     */
    long recvmsg(int fd, MemorySegment header);

    /**
     * Tells who was at the other end when the connection, or the listening, began, as getsockopt(2) with {@code SO_PEERCRED}.
     *
     * @param fd a socket
     * @param ucred takes process, user and group, as the struct has them
     * @return 0, or a negated errno
     */
    int peer(int fd, int[] ucred);

    /**
     * Bounds how long {@link #connect} waits for room in the queue, as setsockopt(2) with {@code SO_SNDTIMEO}.
     *
     * @param fd a socket
     * @param millis milliseconds; 0 for ever
     * @return 0, or a negated errno
     */
    int setSendTimeout(int fd, long millis);

    /**
     * Ends a connection in both directions, or the listening, and wakes whoever polls the socket, as shutdown(2).
     *
     * @param fd a socket
     * @return 0, or a negated errno: ENOTCONN
     */
    int shutdown(int fd);
}
