package dmabuf.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * What statx(2) tells of an open descriptor. Always the real kernel's answer: a simulated buffer's descriptor is a real one too, with an
 * inode of its own.
 *
 * @param device the number of the file system
 * @param inode the inode number
 * @param size the size in bytes, 0 for files that do not tell
 * @param mode type and permission bits
 * @param blockSize the size in bytes that input and output go by: of a memfd of huge pages, the size of one
 */
public record FileStatus(long device, long inode, long size, int mode, int blockSize) {

    private static final MethodHandle STATX =
            Downcalls.link("statx", Downcalls.intOf(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_INO = 0x100;
    /** {@code struct statx} of {@code linux/stat.h}, the same on every architecture; filled by the kernel. */
    private static final int STATX_SIZE = 256;
    private static final int BLOCK_SIZE = 4;
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int DEVICE_MAJOR = 136;
    private static final int DEVICE_MINOR = 140;
    private static final int TYPE_MASK = 0xf000;
    private static final int REGULAR = 0x8000;
    private static final int SOCKET = 0xc000;

    private static final MemorySegment EMPTY_PATH = Arena.ofAuto().allocate(1);
    /** One for each thread, of the JDK's own type, so that a thread that outlives this bundle keeps none of its classes. */
    private static final ThreadLocal<MemorySegment> STATX_OF_THREAD =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATX_SIZE, 8));

    /**
     * Asks.
     *
     * @param fd a descriptor's number
     * @return its status
     * @throws dmabuf.api.DmaBufException EBADF when it is not open
     */
    public static FileStatus of(int fd) {
        MemorySegment statx = STATX_OF_THREAD.get();
        SyscallResult.check(statx(fd, STATX_BASIC_STATS, statx), "statx", () -> "fd " + fd);
        return new FileStatus(
                device(statx),
                statx.get(JAVA_LONG, INODE),
                statx.get(JAVA_LONG, SIZE),
                statx.get(JAVA_SHORT, MODE) & 0xffff,
                statx.get(JAVA_INT, BLOCK_SIZE));
    }

    /**
     * Asks whether a descriptor is open on this very file. Allocates nothing.
     *
     * @param fd a descriptor's number
     * @return true when its device and inode are these; false when they are not, and when it is not open
     */
    public boolean isOf(int fd) {
        MemorySegment statx = STATX_OF_THREAD.get();
        return statx(fd, STATX_INO, statx) >= 0 && statx.get(JAVA_LONG, INODE) == inode && device(statx) == device;
    }

    private static int statx(int fd, int mask, MemorySegment statx) {
        MemorySegment state = Downcalls.callState();
        try {
            return Downcalls.result((int) STATX.invokeExact(state, fd, EMPTY_PATH, AT_EMPTY_PATH, mask, statx), state);
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    private static long device(MemorySegment statx) {
        return (long) statx.get(JAVA_INT, DEVICE_MAJOR) << 32 | statx.get(JAVA_INT, DEVICE_MINOR) & 0xffffffffL;
    }

    /**
     * Tells whether this is an ordinary file, as a memfd is.
     *
     * @return true for S_ISREG
     */
    public boolean isRegular() {
        return (mode & TYPE_MASK) == REGULAR;
    }

    /**
     * Tells whether this is a socket.
     *
     * @return true for S_ISSOCK
     */
    public boolean isSocket() {
        return (mode & TYPE_MASK) == SOCKET;
    }

    /**
     * Tells whether two descriptors are of one file.
     *
     * @param other the other's status
     * @return true when device and inode are the same
     */
    public boolean sameFile(FileStatus other) {
        return device == other.device && inode == other.inode;
    }
}
