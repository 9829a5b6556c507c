package dmabuf.linux;

/**
 * Constants of the system calls, with the names and values of the C headers on x86-64 and arm64 Linux. The layout test compares each with
 * the system's own.
 */
public final class Posix {

    /** Open for reading only ({@code fcntl.h}). */
    public static final int O_RDONLY = 0;
    /** Open for writing only. */
    public static final int O_WRONLY = 1;
    /** Open for reading and writing. */
    public static final int O_RDWR = 2;
    /** The bits that say how a file is open. */
    public static final int O_ACCMODE = 3;
    /** Close on exec. */
    public static final int O_CLOEXEC = 0x80000;
    /** Do not wait. */
    public static final int O_NONBLOCK = 0x800;

    /** Duplicate a descriptor, closed on exec. */
    public static final int F_DUPFD_CLOEXEC = 1030;
    /** Plain duplicate. */
    public static final int F_DUPFD = 0;
    /** Ask the descriptor's flags. */
    public static final int F_GETFD = 1;
    /** Set the descriptor's flags. */
    public static final int F_SETFD = 2;
    /** Ask how a file is open. */
    public static final int F_GETFL = 3;
    /** Set the status flags of an open file. */
    public static final int F_SETFL = 4;
    /** Add seals to a memfd. */
    public static final int F_ADD_SEALS = 1033;
    /** Ask the seals of a memfd. */
    public static final int F_GET_SEALS = 1034;
    /** No more seals. */
    public static final int F_SEAL_SEAL = 1;
    /** The file cannot shrink. */
    public static final int F_SEAL_SHRINK = 2;
    /** The file cannot grow. */
    public static final int F_SEAL_GROW = 4;
    /** The file cannot be written. */
    public static final int F_SEAL_WRITE = 8;
    /** The file cannot be written, save through mappings that exist. */
    public static final int F_SEAL_FUTURE_WRITE = 16;

    /** Close a memfd on exec. */
    public static final int MFD_CLOEXEC = 1;
    /** A memfd that can be sealed. */
    public static final int MFD_ALLOW_SEALING = 2;
    /** A memfd of huge pages. */
    public static final int MFD_HUGETLB = 4;

    /** No access ({@code sys/mman.h}). */
    public static final int PROT_NONE = 0;
    /** May be read. */
    public static final int PROT_READ = 1;
    /** May be written. */
    public static final int PROT_WRITE = 2;
    /** Changes are seen by everybody. */
    public static final int MAP_SHARED = 1;
    /** Changes are seen by this mapping only. */
    public static final int MAP_PRIVATE = 2;
    /** Exactly at the address, over what is there. */
    public static final int MAP_FIXED = 0x10;
    /** Memory without a file. */
    public static final int MAP_ANONYMOUS = 0x20;
    /** Reserve no swap space. */
    public static final int MAP_NORESERVE = 0x4000;

    /** From the beginning ({@code unistd.h}). */
    public static final int SEEK_SET = 0;
    /** From the position. */
    public static final int SEEK_CUR = 1;
    /** From the end. */
    public static final int SEEK_END = 2;

    /** There is something to read ({@code poll.h}). For a dma-buf: nobody writes it any more. */
    public static final int POLLIN = 1;
    /** Something can be written. For a dma-buf: nobody uses it any more. */
    public static final int POLLOUT = 4;
    /** Error. */
    public static final int POLLERR = 8;
    /** The other side hung up. */
    public static final int POLLHUP = 16;
    /** No such descriptor. */
    public static final int POLLNVAL = 32;

    private Posix() {}
}
