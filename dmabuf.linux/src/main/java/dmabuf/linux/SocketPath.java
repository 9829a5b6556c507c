package dmabuf.linux;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.SocketAbi.SockaddrUn;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * The file that a Unix socket listens at: how long its path may be, who may be replaced, and who is removed. What is not a socket is never
 * removed.
 *
 * @param device the number of the file system
 * @param inode the file's inode
 * @param mode its type and permissions
 * @param uid who owns it
 */
record SocketPath(long device, long inode, int mode, long uid) {

    private static final int TYPE_MASK = 0xf000;
    private static final int SOCKET = 0xc000;
    /** How long a socket that refuses may yet begin to listen: another process may be between its bind(2) and its listen(2). */
    private static final Duration GRACE = Duration.ofMillis(100);

    /** The bytes of a path as the kernel wants them, without the NUL. */
    static byte[] encode(Path path, String operation) {
        // The JDK's own file calls use this encoding, so both mean the same file.
        byte[] bytes = path.toString().getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
        if (bytes.length == 0) {
            throw new DmaBufException(Errno.EINVAL, operation, "\"\"", "the path of the socket is empty");
        }
        if (bytes.length >= SockaddrUn.PATH_SIZE) {
            throw new DmaBufException(Errno.ENAMETOOLONG, operation, path.toString(),
                    "the path of a socket may have " + (SockaddrUn.PATH_SIZE - 1) + " bytes, this one has " + bytes.length);
        }
        return bytes;
    }

    static String connectHint(Errno errno) {
        return switch (errno) {
            case ENOENT -> "nobody listens there: no such file";
            case ECONNREFUSED -> "nobody listens there";
            case EACCES -> "the socket belongs to another user";
            case EPROTOTYPE -> "who listens there speaks another protocol (its socket is not SOCK_SEQPACKET)";
            default -> null;
        };
    }

    /** What is there now, without following a link; null for nothing. */
    static SocketPath look(Path path) {
        try {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino,mode,uid", LinkOption.NOFOLLOW_LINKS);
            return new SocketPath(
                    (long) attributes.get("dev"),
                    (long) attributes.get("ino"),
                    (int) attributes.get("mode"),
                    Integer.toUnsignedLong((int) attributes.get("uid")));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new DmaBufException(Errno.EIO, "lstat", path.toString(), e.toString());
        }
    }

    boolean sameFile(SocketPath other) {
        return other != null && device == other.device && inode == other.inode;
    }

    /** Removes a stale socket of ours, or says why the path cannot be had. */
    static void makeRoom(SocketSyscalls sockets, Path path, byte[] address) {
        SocketPath there = look(path);
        if (there == null) {
            return;
        }
        if ((there.mode & TYPE_MASK) != SOCKET) {
            throw taken(path, "there is something that is not a socket, and it is left alone; choose another path");
        }
        long self = PeerCredentials.self().uid();
        if (there.uid != self) {
            throw taken(path, "the socket there belongs to uid " + there.uid + ", this process is uid " + self);
        }
        if (somebodyListens(sockets, address)) {
            throw taken(path, "somebody listens there; choose another path or stop the other");
        }
        if (!there.sameFile(look(path))) {
            throw taken(path, "somebody else has just taken it");
        }
        remove(path);
    }

    private static DmaBufException taken(Path path, String why) {
        return new DmaBufException(Errno.EADDRINUSE, "bind", path.toString(), why);
    }

    private static boolean somebodyListens(SocketSyscalls sockets, byte[] address) {
        Deadline grace = Deadline.in(GRACE);
        int refused = -Errno.ECONNREFUSED.number();
        int result = probe(sockets, address);
        while (result == refused && !grace.isOver()) {
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            result = probe(sockets, address);
        }
        return result != refused && result != -Errno.ENOENT.number();
    }

    /** Tries to connect, without waiting. A listener sees somebody come and go. */
    private static int probe(SocketSyscalls sockets, byte[] address) {
        int number = SyscallResult.check(sockets.socket(SocketAbi.SOCK_NONBLOCK), "socket", "AF_UNIX, SOCK_SEQPACKET");
        try {
            return sockets.connect(number, address);
        } finally {
            sockets.kernel().close(number);
        }
    }

    /** Removes the file if it is still this one. */
    void removeIfStillThere(Path path) {
        if (sameFile(look(path))) {
            remove(path);
        }
    }

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new DmaBufException(Errno.EACCES, "unlink", path.toString(), e.toString());
        }
    }
}
