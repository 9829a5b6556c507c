package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.SocketAbi.Cmsghdr;
import dmabuf.linux.SocketAbi.Iovec;
import dmabuf.linux.SocketAbi.Msghdr;
import dmabuf.linux.SocketAbi.Ucred;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One end of a connection between two processes that carries messages and file descriptors: a Unix socket of type
 * {@code SOCK_SEQPACKET}.
 *
 * <p>The type is what keeps a message and its descriptors together: a stream has no messages, so that descriptors can arrive with the
 * wrong half of a message, or with none. The price is that a message is bounded by the socket's send buffer (200 KiB by default).
 *
 * <p>Thread-safe. Closing it wakes threads that wait in {@link #send} or {@link #receive}; interrupting them does not.
 */
public final class UnixSocket implements AutoCloseable {

    /** The most descriptors that one message can carry: the kernel's {@code SCM_MAX_FD}. */
    public static final int MAX_DESCRIPTORS = SocketAbi.SCM_MAX_FD;

    private static final int[] NONE = {};
    private static final int AGAIN = -Errno.EAGAIN.number();
    private static final int RESET = -Errno.ECONNRESET.number();
    private static final int INTERRUPTED = -Errno.EINTR.number();

    private final SocketFd socket;

    private UnixSocket(SocketFd socket) {
        this.socket = socket;
    }

    static UnixSocket adopt(SocketSyscalls sockets, int number, String name) {
        return new UnixSocket(new SocketFd(sockets, number, name));
    }

    /**
     * Connects to a listener. Mirrors connect(2).
     *
     * @param path where it listens
     * @param timeout how long to wait while its queue is full
     * @return the connection, which the caller closes
     * @throws DmaBufException ENOENT when there is no such path; ECONNREFUSED when nobody listens there, also when it is no socket;
     *     EACCES; EPROTOTYPE when a socket of another type listens; ENAMETOOLONG; ETIMEDOUT. Nothing is left open
     */
    public static UnixSocket connect(Path path, Duration timeout) {
        return connect(SocketSyscalls.linux(), path, timeout);
    }

    /**
     * Connects to a listener, by way of other calls. Everything else is as {@link #connect(Path, Duration)} says.
     *
     * @param sockets who is asked, as long as the connection lives
     * @param path where it listens
     * @param timeout how long to wait while its queue is full
     * @return the connection, which the caller closes
     * @throws DmaBufException as {@link #connect(Path, Duration)} says
     */
    public static UnixSocket connect(SocketSyscalls sockets, Path path, Duration timeout) {
        byte[] address = SocketPath.encode(path, "connect");
        Deadline deadline = Deadline.in(timeout);
        int number = SyscallResult.check(sockets.socket(0), "socket", "AF_UNIX, SOCK_SEQPACKET");
        UnixSocket connection = adopt(sockets, number, path.toString());
        try {
            connectBefore(sockets, deadline, number, address, path);
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void connectBefore(SocketSyscalls sockets, Deadline deadline, int number, byte[] address, Path path) {
        int result;
        do {
            // 0 would mean for ever, so the least is a millisecond.
            int millis = deadline.remainingMillis();
            SyscallResult.check(sockets.setSendTimeout(number, millis < 0 ? 0 : Math.max(1, millis)), "SO_SNDTIMEO", path.toString());
            result = sockets.connect(number, address);
        } while ((result == INTERRUPTED || result == AGAIN) && !deadline.isOver());
        if (result == INTERRUPTED || result == AGAIN) {
            throw new DmaBufException(Errno.ETIMEDOUT, "connect", path.toString(), "who listens there accepts nobody");
        }
        if (result < 0) {
            Errno errno = Errno.ofResult(result);
            throw new DmaBufException(errno, "connect", path.toString(), SocketPath.connectHint(errno));
        }
    }

    /**
     * Makes two ends that are connected to each other. Mirrors socketpair(2).
     *
     * @return two sockets, both of which the caller closes
     * @throws DmaBufException EMFILE
     */
    public static UnixSocket[] pair() {
        return pair(SocketSyscalls.linux());
    }

    /**
     * Makes two ends that are connected to each other, by way of other calls.
     *
     * @param sockets who is asked, as long as the two live
     * @return two sockets, both of which the caller closes
     * @throws DmaBufException EMFILE
     */
    public static UnixSocket[] pair(SocketSyscalls sockets) {
        int[] numbers = new int[2];
        SyscallResult.check(sockets.socketpair(numbers), "socketpair", "AF_UNIX, SOCK_SEQPACKET");
        return new UnixSocket[] {adopt(sockets, numbers[0], "socket pair"), adopt(sockets, numbers[1], "socket pair")};
    }

    /**
     * Tells who is at the other end. Mirrors {@code SO_PEERCRED}.
     *
     * @return what the kernel says, which the peer cannot forge
     * @throws DmaBufException EBADF, after close
     */
    public PeerCredentials peer() {
        int number = socket.enter("SO_PEERCRED");
        int[] ucred = new int[Ucred.SIZE / Integer.BYTES];
        try {
            SyscallResult.check(socket.sockets().peer(number, ucred), "SO_PEERCRED", socket.name());
        } finally {
            socket.leave();
        }
        return new PeerCredentials(
                ucred[Ucred.PID / Integer.BYTES],
                Integer.toUnsignedLong(ucred[Ucred.UID / Integer.BYTES]),
                Integer.toUnsignedLong(ucred[Ucred.GID / Integer.BYTES]));
    }

    /**
     * Sends a message without descriptors.
     *
     * @param message the bytes, at least one
     * @param deadline until when to wait for room
     * @throws DmaBufException as {@link #send(byte[], int[], Deadline)} says
     */
    public void send(byte[] message, Deadline deadline) {
        send(message, NONE, deadline);
    }

    /**
     * Sends a message with descriptors: whole, or not at all. Mirrors sendmsg(2) with {@code SCM_RIGHTS}. Restarted on EINTR; no SIGPIPE.
     *
     * @param message the bytes, at least one
     * @param descriptors the numbers to send along; they stay the caller's, who may close them as soon as this returns
     * @param deadline until when to wait for room
     * @throws DmaBufException E2BIG for more than {@link #MAX_DESCRIPTORS}; EMSGSIZE for a message that the send buffer cannot hold; EBADF
     *     for a descriptor that is not open, and after close; EPIPE or ECONNRESET when the other side is gone; ETOOMANYREFS when more
     *     descriptors are under way than this user may open; ETIMEDOUT; ECANCELED when it was closed meanwhile
     */
    public void send(byte[] message, int[] descriptors, Deadline deadline) {
        if (message.length == 0) {
            throw new IllegalArgumentException("an empty message looks like the end of the connection");
        }
        if (descriptors.length > MAX_DESCRIPTORS) {
            throw new DmaBufException(Errno.E2BIG, "sendmsg", descriptors.length + " descriptors",
                    "one message carries at most " + MAX_DESCRIPTORS);
        }
        int number = socket.enter("sendmsg");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, message);
            MemorySegment control = descriptors.length == 0 ? MemorySegment.NULL : rights(arena, descriptors);
            MemorySegment header = header(arena, bytes, control);
            long result = socket.sockets().sendmsg(number, header);
            while (result == AGAIN || result == INTERRUPTED) {
                if (result == AGAIN) {
                    socket.await(number, Posix.POLLOUT, deadline, "sendmsg");
                }
                result = socket.sockets().sendmsg(number, header);
            }
            SyscallResult.check(result, "sendmsg",
                    () -> socket.name() + ", " + message.length + " bytes, " + descriptors.length + " descriptors");
        } finally {
            socket.leave();
        }
    }

    private static MemorySegment rights(Arena arena, int[] descriptors) {
        MemorySegment control = arena.allocate(Cmsghdr.space(descriptors.length), Cmsghdr.ALIGNMENT);
        control.set(JAVA_LONG, Cmsghdr.LENGTH, Cmsghdr.length(descriptors.length));
        control.set(JAVA_INT, Cmsghdr.LEVEL, SocketAbi.SOL_SOCKET);
        control.set(JAVA_INT, Cmsghdr.TYPE, SocketAbi.SCM_RIGHTS);
        MemorySegment.copy(descriptors, 0, control, JAVA_INT, Cmsghdr.DATA, descriptors.length);
        return control;
    }

    private static MemorySegment header(Arena arena, MemorySegment bytes, MemorySegment control) {
        MemorySegment iovec = arena.allocate(Iovec.SIZE, 8);
        iovec.set(ADDRESS, Iovec.BASE, bytes);
        iovec.set(JAVA_LONG, Iovec.LENGTH, bytes.byteSize());
        MemorySegment header = arena.allocate(Msghdr.SIZE, 8);
        header.set(ADDRESS, Msghdr.IOV, iovec);
        header.set(JAVA_LONG, Msghdr.IOV_COUNT, 1);
        header.set(ADDRESS, Msghdr.CONTROL, control);
        header.set(JAVA_LONG, Msghdr.CONTROL_LENGTH, control.byteSize());
        return header;
    }

    /**
     * Receives a message with all its descriptors, which are closed on exec. Mirrors recvmsg(2). Restarted on EINTR.
     *
     * @param maxBytes how long a message may be
     * @param deadline until when to wait for it
     * @return the message, which the caller closes; an empty one when the other side closed the connection
     * @throws DmaBufException EMSGSIZE when the message is longer; EMFILE when this process could not hold all the descriptors; ECONNRESET
     *     when the other side went without reading what it was sent; ETIMEDOUT; ECANCELED when it was closed meanwhile; EBADF, after close.
     *     Every descriptor that came is closed then
     */
    public SocketMessage receive(int maxBytes, Deadline deadline) {
        int number = socket.enter("recvmsg");
        SocketMessage message = new SocketMessage();
        try (Arena arena = Arena.ofConfined();
                MessageMemory memory = MessageMemory.of(maxBytes)) {
            MemorySegment bytes = memory.bytes();
            MemorySegment control = arena.allocate(Cmsghdr.space(MAX_DESCRIPTORS), Cmsghdr.ALIGNMENT);
            MemorySegment header = header(arena, bytes, control);
            long result = receive(number, header, deadline);
            if (result == RESET) {
                // Told once, and before what the other side had said: that is still in the queue.
                result = receive(number, header, deadline);
                result = result == 0 ? RESET : result;
            }
            SyscallResult.check(result, "recvmsg", socket.name());
            adoptRights(control.asSlice(0, header.get(JAVA_LONG, Msghdr.CONTROL_LENGTH)), message);
            checkWhole(header.get(JAVA_INT, Msghdr.FLAGS), maxBytes);
            message.say(bytes.asSlice(0, result).toArray(JAVA_BYTE));
            return message;
        } catch (RuntimeException | Error e) {
            message.close();
            throw e;
        } finally {
            socket.leave();
        }
    }

    private long receive(int number, MemorySegment header, Deadline deadline) {
        long result = socket.sockets().recvmsg(number, header);
        while (result == AGAIN || result == INTERRUPTED) {
            if (result == AGAIN) {
                socket.await(number, Posix.POLLIN, deadline, "recvmsg");
            }
            result = socket.sockets().recvmsg(number, header);
        }
        return result;
    }

    private void adoptRights(MemorySegment control, SocketMessage message) {
        long at = 0;
        while (control.byteSize() - at >= Cmsghdr.DATA) {
            long length = control.get(JAVA_LONG, at + Cmsghdr.LENGTH);
            boolean rights = control.get(JAVA_INT, at + Cmsghdr.LEVEL) == SocketAbi.SOL_SOCKET
                    && control.get(JAVA_INT, at + Cmsghdr.TYPE) == SocketAbi.SCM_RIGHTS;
            for (long i = Cmsghdr.DATA; rights && i + 4 <= length; i += 4) {
                message.add(Fd.adopt(control.get(JAVA_INT, at + i), socket.sockets().kernel()));
            }
            at += Math.max(Cmsghdr.DATA, Cmsghdr.align(length));
        }
    }

    private void checkWhole(int flags, int maxBytes) {
        if ((flags & SocketAbi.MSG_CTRUNC) != 0) {
            throw new DmaBufException(Errno.EMFILE, "recvmsg", socket.name(),
                    "not every descriptor of the message could be received; ulimit -n says how many files this process may open");
        }
        if ((flags & SocketAbi.MSG_TRUNC) != 0) {
            throw new DmaBufException(Errno.EMSGSIZE, "recvmsg", socket.name(), "the message is longer than " + maxBytes + " bytes");
        }
    }

    /** Closes this end and wakes who waits on it. The other side reads the end of the connection. Later calls do nothing. */
    @Override
    public void close() {
        socket.close();
    }

    /** Names descriptor and path, for messages. */
    @Override
    public String toString() {
        return socket.toString();
    }
}
