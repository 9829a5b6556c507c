package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.linux.SocketAbi.SockaddrUn;
import dmabuf.linux.SocketAbi.Timeval;
import dmabuf.linux.SocketAbi.Ucred;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The system calls of Unix sockets, of the kernel that this process runs on. Each method is one downcall. */
final class LinuxSockets implements SocketSyscalls {

    static final LinuxSockets INSTANCE = new LinuxSockets();

    private static final MethodHandle SOCKET = Downcalls.link("socket", Downcalls.intOf(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SOCKETPAIR =
            Downcalls.link("socketpair", Downcalls.intOf(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle BIND = Downcalls.link("bind", Downcalls.intOf(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT = Downcalls.link("connect", Downcalls.intOf(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle LISTEN = Downcalls.link("listen", Downcalls.intOf(JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT = Downcalls.link("accept4", Downcalls.intOf(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDMSG = Downcalls.link("sendmsg", Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECVMSG = Downcalls.link("recvmsg", Downcalls.longOf(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            Downcalls.link("getsockopt", Downcalls.intOf(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SETSOCKOPT =
            Downcalls.link("setsockopt", Downcalls.intOf(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SHUTDOWN = Downcalls.link("shutdown", Downcalls.intOf(JAVA_INT, JAVA_INT));
    private static final MethodHandle FCHMOD = Downcalls.link("fchmod", Downcalls.intOf(JAVA_INT, JAVA_INT));
    private static final MethodHandle GETEUID = Downcalls.link("geteuid", Downcalls.intOf());
    private static final MethodHandle GETEGID = Downcalls.link("getegid", Downcalls.intOf());

    /** Closes sockets and polls them. Holds no resource, so it is never shut down. */
    private final LinuxSyscalls kernel = new LinuxSyscalls();

    private LinuxSockets() {}

    @Override
    public Syscalls kernel() {
        return kernel;
    }

    @Override
    public int socket(int flags) {
        MemorySegment state = Downcalls.callState();
        try {
            int type = SocketAbi.SOCK_SEQPACKET | SocketAbi.SOCK_CLOEXEC | flags;
            return Downcalls.result((int) SOCKET.invokeExact(state, SocketAbi.AF_UNIX, type, 0), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int socketpair(int[] pair) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(JAVA_INT, 2);
            int type = SocketAbi.SOCK_SEQPACKET | SocketAbi.SOCK_CLOEXEC;
            int result = Downcalls.result((int) SOCKETPAIR.invokeExact(state, SocketAbi.AF_UNIX, type, 0, numbers), state);
            pair[0] = numbers.getAtIndex(JAVA_INT, 0);
            pair[1] = numbers.getAtIndex(JAVA_INT, 1);
            return result;
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int bind(int fd, byte[] path) {
        return withAddress(BIND, fd, path);
    }

    @Override
    public int connect(int fd, byte[] path) {
        return withAddress(CONNECT, fd, path);
    }

    private static int withAddress(MethodHandle call, int fd, byte[] path) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SockaddrUn.SIZE, 8);
            address.set(ValueLayout.JAVA_SHORT, SockaddrUn.FAMILY, (short) SocketAbi.AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, SockaddrUn.PATH, path.length);
            int length = SockaddrUn.PATH + path.length + 1;
            return Downcalls.result((int) call.invokeExact(state, fd, address, length), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int listen(int fd, int backlog) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) LISTEN.invokeExact(state, fd, backlog), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int accept(int fd) {
        MemorySegment state = Downcalls.callState();
        try {
            MemorySegment nobody = MemorySegment.NULL;
            return Downcalls.result((int) ACCEPT.invokeExact(state, fd, nobody, nobody, SocketAbi.SOCK_CLOEXEC), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long sendmsg(int fd, MemorySegment header) {
        MemorySegment state = Downcalls.callState();
        try {
            int flags = SocketAbi.MSG_NOSIGNAL | SocketAbi.MSG_DONTWAIT;
            return Downcalls.result((long) SENDMSG.invokeExact(state, fd, header, flags), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public long recvmsg(int fd, MemorySegment header) {
        MemorySegment state = Downcalls.callState();
        try {
            int flags = SocketAbi.MSG_CMSG_CLOEXEC | SocketAbi.MSG_DONTWAIT;
            return Downcalls.result((long) RECVMSG.invokeExact(state, fd, header, flags), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int peer(int fd, int[] credentials) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ucred = arena.allocate(Ucred.SIZE, 4);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Ucred.SIZE);
            int result = Downcalls.result(
                    (int) GETSOCKOPT.invokeExact(state, fd, SocketAbi.SOL_SOCKET, SocketAbi.SO_PEERCRED, ucred, length), state);
            MemorySegment.copy(ucred, JAVA_INT, 0, credentials, 0, Ucred.SIZE / Integer.BYTES);
            return result;
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int setSendTimeout(int fd, long millis) {
        MemorySegment state = Downcalls.callState();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeval = arena.allocate(Timeval.SIZE, 8);
            timeval.set(JAVA_LONG, Timeval.SECONDS, millis / 1000);
            timeval.set(JAVA_LONG, Timeval.MICROSECONDS, millis % 1000 * 1000);
            int option = SocketAbi.SO_SNDTIMEO;
            return Downcalls.result(
                    (int) SETSOCKOPT.invokeExact(state, fd, SocketAbi.SOL_SOCKET, option, timeval, Timeval.SIZE), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int shutdown(int fd) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) SHUTDOWN.invokeExact(state, fd, SocketAbi.SHUT_RDWR), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    @Override
    public int fchmod(int fd, int mode) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) FCHMOD.invokeExact(state, fd, mode), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    static PeerCredentials self() {
        MemorySegment state = Downcalls.callState();
        try {
            long uid = Integer.toUnsignedLong((int) GETEUID.invokeExact(state));
            long gid = Integer.toUnsignedLong((int) GETEGID.invokeExact(state));
            return new PeerCredentials((int) ProcessHandle.current().pid(), uid, gid);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }
}
