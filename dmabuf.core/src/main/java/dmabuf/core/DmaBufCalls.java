package dmabuf.core;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.api.Access;
import dmabuf.api.Direction;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Ioctl;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** The requests that a dma-buf answers. Answers are the kernel's: 0 or a negated errno. */
final class DmaBufCalls {

    /** A flag that no kernel knows: a dma-buf says EINVAL to it and does nothing, anything else says ENOTTY. */
    private static final int UNKNOWN_FLAG = 0x80;

    /** {@code struct dma_buf_sync} for every valid value of its only field, read by the kernel, written never again. */
    private static final MemorySegment[] SYNC = new MemorySegment[(int) DmaBufIoctl.SYNC_VALID_FLAGS_MASK + 1];

    private static final MemorySegment SYNC_UNKNOWN;

    static {
        // Not the global arena: this memory goes when the core's class loader goes.
        Arena arena = Arena.ofAuto();
        for (int flags = 0; flags < SYNC.length; flags++) {
            SYNC[flags] = arena.allocateFrom(JAVA_LONG, flags);
        }
        SYNC_UNKNOWN = arena.allocateFrom(JAVA_LONG, UNKNOWN_FLAG);
    }

    private DmaBufCalls() {}

    /** The flags of {@code DMA_BUF_IOCTL_SYNC} for an access: more than 0. */
    static int syncFlags(Access access) {
        return (int) switch (access) {
            case READ -> DmaBufIoctl.SYNC_READ;
            case WRITE -> DmaBufIoctl.SYNC_WRITE;
            case READ_WRITE -> DmaBufIoctl.SYNC_RW;
        };
    }

    /** What an exporter's hook is told of an access. */
    static Direction direction(int flags) {
        return flags == DmaBufIoctl.SYNC_READ ? Direction.FROM_DEVICE
                : flags == DmaBufIoctl.SYNC_WRITE ? Direction.TO_DEVICE : Direction.BIDIRECTIONAL;
    }

    static int begin(Syscalls kernel, int fd, int flags) {
        return Ioctl.restarting(kernel, fd, DmaBufIoctl.SYNC, SYNC[flags]);
    }

    static int end(Syscalls kernel, int fd, int flags) {
        return Ioctl.restarting(kernel, fd, DmaBufIoctl.SYNC, SYNC[flags | (int) DmaBufIoctl.SYNC_END]);
    }

    /** Says which SYNC failed, and how. */
    static DmaBufException syncFailed(int result, int fd, String which, int flags) {
        String direction = flags == DmaBufIoctl.SYNC_READ ? "read" : flags == DmaBufIoctl.SYNC_WRITE ? "write" : "read-write";
        return new DmaBufException(Errno.ofResult(result), "DMA_BUF_IOCTL_SYNC", "fd " + fd + ", " + which + " " + direction);
    }

    /** Tells a dma-buf from anything else without doing anything to it. */
    static boolean isDmaBuf(Syscalls kernel, int fd) {
        return Ioctl.restarting(kernel, fd, DmaBufIoctl.SYNC, SYNC_UNKNOWN) == -Errno.EINVAL.number();
    }

    /** Sets the name. The kernel judges its length. */
    static int rename(Syscalls kernel, int fd, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Ioctl.restarting(kernel, fd, DmaBufIoctl.SET_NAME_B, arena.allocateFrom(name, StandardCharsets.UTF_8));
        }
    }

    /**
     * Refuses a name that C would read another way than it was written: one that has a NUL in it.
     *
     * @throws DmaBufException EINVAL
     */
    static void checkName(String name) {
        if (name.indexOf('\0') >= 0) {
            throw nameRefused(Errno.EINVAL, name);
        }
    }

    static DmaBufException nameRefused(Errno errno, String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        return new DmaBufException(
                errno,
                "DMA_BUF_SET_NAME",
                "\"" + name.replace("\0", "\\0") + "\", " + bytes + " bytes",
                errno == Errno.EINVAL ? "a name has at most " + (DmaBufIoctl.NAME_LEN - 1) + " bytes in UTF-8, and no NUL" : null);
    }
}
