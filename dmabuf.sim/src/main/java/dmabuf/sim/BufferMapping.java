package dmabuf.sim;

import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SyscallResult;
import java.util.List;

/** Maps a range of a buffer: its pieces one behind the other, in one reserved range of addresses. */
final class BufferMapping {

    private static final int MAP_FIXED_NOREPLACE = 0x100000;
    private static final int MAP_32BIT = 0x40;
    /** What decides where a mapping goes; all else is passed on to each piece. */
    private static final int PLACEMENT = Posix.MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_32BIT;
    private static final int RESERVE = Posix.MAP_PRIVATE | Posix.MAP_ANONYMOUS | Posix.MAP_NORESERVE;

    private final LinuxSyscalls linux;
    private final int protection;
    private final int flags;

    BufferMapping(LinuxSyscalls linux, int protection, int flags) {
        this.linux = linux;
        this.protection = protection;
        this.flags = flags;
    }

    /** Whether it is to be written through. */
    boolean isWritable() {
        return (protection & Posix.PROT_WRITE) != 0;
    }

    /**
     * Maps.
     *
     * @param extents the buffer's pieces
     * @param address where, or a hint, or 0
     * @param offset where in the buffer, page-aligned
     * @param length whole pages, within the buffer
     * @return the address, or a negated errno; then nothing is left mapped. With MAP_FIXED what was there before is gone then, but its
     *     addresses stay reserved, since the caller holds them
     */
    long map(List<Extent> extents, long address, long offset, long length) {
        long begin = 0;
        for (Extent extent : extents) {
            if (begin <= offset && offset + length <= begin + extent.length()) {
                return linux.mmap(address, length, protection, flags, extent.memfd(), extent.offset() + offset - begin);
            }
            begin += extent.length();
        }
        return mapSeveral(extents, address, offset, length);
    }

    private long mapSeveral(List<Extent> extents, long address, long offset, long length) {
        long base = linux.mmap(address, length, Posix.PROT_NONE, RESERVE | flags & PLACEMENT, -1, 0);
        if (SyscallResult.isError(base)) {
            return base;
        }
        long result = mapPieces(extents, base, offset, length);
        if (SyscallResult.isError(result)) {
            if ((flags & Posix.MAP_FIXED) != 0) {
                linux.mmap(base, length, Posix.PROT_NONE, RESERVE | Posix.MAP_FIXED, -1, 0);
            } else {
                linux.munmap(base, length);
            }
        }
        return result;
    }

    private long mapPieces(List<Extent> extents, long base, long offset, long length) {
        int pieceFlags = flags & ~PLACEMENT | Posix.MAP_FIXED;
        long begin = 0; // Where the piece begins in the buffer.
        for (Extent extent : extents) {
            long from = Math.max(begin, offset);
            long to = Math.min(begin + extent.length(), offset + length);
            if (from < to) {
                long mapped = linux.mmap(
                        base + from - offset, to - from, protection, pieceFlags, extent.memfd(), extent.offset() + from - begin);
                if (SyscallResult.isError(mapped)) {
                    return mapped;
                }
            }
            begin += extent.length();
        }
        return base;
    }
}
