package dmabuf.linux;

/**
 * Numbers of the socket calls, with the names and values of the C headers on x86-64 and arm64 Linux, and the layouts of their structs.
 * The layout test compares each with the system's own.
 */
final class SocketAbi {

    // sys/socket.h
    static final int AF_UNIX = 1;
    static final int SOCK_SEQPACKET = 5;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOL_SOCKET = 1;
    static final int SO_PEERCRED = 17;
    static final int SO_SNDTIMEO = 21;
    static final int SCM_RIGHTS = 1;
    static final int MSG_CTRUNC = 0x8;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_CMSG_CLOEXEC = 0x40000000;
    static final int SHUT_RDWR = 2;

    /** {@code SCM_MAX_FD} of the kernel's {@code net/scm.h}, which no user header has: the most descriptors in one message. */
    static final int SCM_MAX_FD = 253;

    private SocketAbi() {}

    /** {@code struct sockaddr_un} of {@code sys/un.h}: a family (u16) and a path with its NUL, both filled by the caller. */
    static final class SockaddrUn {
        static final int SIZE = 110;
        static final int FAMILY = 0;
        static final int PATH = 2;
        static final int PATH_SIZE = 108;

        private SockaddrUn() {}
    }

    /** {@code struct msghdr} of {@code sys/socket.h}: filled by the caller; recvmsg sets control length and flags. */
    static final class Msghdr {
        static final int SIZE = 56;
        static final int IOV = 16;
        static final int IOV_COUNT = 24;
        static final int CONTROL = 32;
        static final int CONTROL_LENGTH = 40;
        static final int FLAGS = 48;

        private Msghdr() {}
    }

    /** {@code struct cmsghdr} of {@code sys/socket.h}: filled by the sender of a control message, by the kernel on arrival. */
    static final class Cmsghdr {
        static final int LENGTH = 0;
        static final int LEVEL = 8;
        static final int TYPE = 12;
        static final int DATA = 16;
        static final int ALIGNMENT = 8;

        private Cmsghdr() {}

        /** {@code CMSG_LEN} for this many descriptors. */
        static long length(int descriptors) {
            return DATA + 4L * descriptors;
        }

        /** {@code CMSG_SPACE} for this many descriptors. */
        static long space(int descriptors) {
            return align(length(descriptors));
        }

        /** {@code CMSG_ALIGN}. */
        static long align(long length) {
            return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        }
    }

    /** {@code struct iovec} of {@code sys/uio.h}: an address and a length, both filled by the caller. */
    static final class Iovec {
        static final int SIZE = 16;
        static final int BASE = 0;
        static final int LENGTH = 8;

        private Iovec() {}
    }

    /** {@code struct ucred} of {@code sys/socket.h}: filled by the kernel. */
    static final class Ucred {
        static final int SIZE = 12;
        static final int PID = 0;
        static final int UID = 4;
        static final int GID = 8;

        private Ucred() {}
    }

    /** {@code struct timeval} of {@code sys/time.h}: seconds and microseconds, both filled by the caller. */
    static final class Timeval {
        static final int SIZE = 16;
        static final int SECONDS = 0;
        static final int MICROSECONDS = 8;

        private Timeval() {}
    }
}
