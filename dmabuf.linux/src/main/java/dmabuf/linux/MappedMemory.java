package dmabuf.linux;

import dmabuf.fd.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Views of memory that a kernel has mapped, as segments with bounds. */
public final class MappedMemory {

    /** The size of a page of this machine, in bytes; sizes and offsets of mappings are multiples of it. */
    public static final long PAGE_SIZE = pageSize();

    private static final System.Logger LOG = System.getLogger(MappedMemory.class.getName());

    private MappedMemory() {}

    private static long pageSize() {
        // getpagesize(3) reads what the kernel told the process at its start.
        try {
            return (int) Downcalls.link("getpagesize", Downcalls.intOf()).invokeExact(Downcalls.callState());
        } catch (Throwable e) {
            throw Downcalls.unexpected(e);
        }
    }

    /**
     * Gives a segment for mapped memory, which is unmapped when the arena closes. Should munmap(2) refuse that, for want of memory to take
     * apart what Linux has merged, then the memory stays mapped, and a warning says so; the arena closes all the same.
     *
     * @param kernel who mapped it, and will unmap it
     * @param address where
     * @param length how much, in bytes
     * @param arena its owner; if it is closed already or another thread's, that is thrown and the memory stays mapped
     * @return a segment that can be accessed until the arena closes
     */
    public static MemorySegment view(Syscalls kernel, long address, long length, Arena arena) {
        return view(address, length, arena, memory -> unmap(kernel, address, length));
    }

    /**
     * Gives a segment for memory that somebody has mapped, and that is given back in his own way when the arena closes.
     *
     * @param address where
     * @param length how much, in bytes
     * @param arena its owner; if it is closed already or another thread's, that is thrown and the memory stays mapped
     * @param unmap gives the memory back. What it refers to can be reached for as long as the arena, the segment, or one that was made of
     *     that segment can; so when it cannot, nobody can access the memory any more
     * @return a segment that can be accessed until the arena closes
     */
    @SuppressWarnings("restricted")
    public static MemorySegment view(long address, long length, Arena arena, Consumer<MemorySegment> unmap) {
        return MemorySegment.ofAddress(address).reinterpret(length, arena, unmap);
    }

    /**
     * Unmaps, and logs a warning when munmap(2) refuses it.
     *
     * @param kernel who mapped it
     * @param address where
     * @param length how much, in bytes
     */
    public static void unmap(Syscalls kernel, long address, long length) {
        int result = kernel.munmap(address, length);
        if (result < 0) {
            // Whoever closes has more to close.
            LOG.log(System.Logger.Level.WARNING, "munmap(0x{0}, {1}) failed: {2}; the memory stays mapped until the process ends",
                    Long.toHexString(address), Long.toString(length), Errno.ofResult(result).toString());
        }
    }

    /**
     * Makes a segment of memory that somebody else owns, to pass it to a system call. Nothing is unmapped when it is no longer used, and
     * nobody checks that it is still there: a load from it in Java may end the JVM, where a system call answers EFAULT.
     *
     * @param address where it begins
     * @param length how long it is, in bytes
     * @return the segment, valid in all threads
     */
    @SuppressWarnings("restricted")
    public static MemorySegment borrow(long address, long length) {
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    /**
     * Maps a descriptor and gives a segment for it, which is unmapped when the arena closes.
     *
     * @param kernel who answers for the descriptor
     * @param fd what to map, shared
     * @param offset where in it, in bytes
     * @param length how much, in bytes
     * @param writable whether the mapping may be written
     * @param arena the mapping's owner
     * @return the memory
     * @throws dmabuf.api.DmaBufException as mmap(2) says: EINVAL, EACCES, ENOMEM
     * @throws IllegalStateException when the arena is closed; then nothing stays mapped
     */
    public static MemorySegment map(Syscalls kernel, int fd, long offset, long length, boolean writable, Arena arena) {
        int protection = writable ? Posix.PROT_READ | Posix.PROT_WRITE : Posix.PROT_READ;
        long address = SyscallResult.check(
                kernel.mmap(0, length, protection, Posix.MAP_SHARED, fd, offset),
                "mmap",
                "fd " + fd + ", offset " + offset + ", length " + length);
        try {
            return view(kernel, address, length, arena);
        } catch (RuntimeException e) {
            unmap(kernel, address, length);
            throw e;
        }
    }

    /**
     * Rounds up to whole pages.
     *
     * @param bytes a size of 0 or more
     * @return the next multiple of {@link #PAGE_SIZE}; {@link Long#MAX_VALUE} for what has none
     */
    public static long roundUp(long bytes) {
        return bytes > Long.MAX_VALUE - PAGE_SIZE ? Long.MAX_VALUE : (bytes + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
    }
}
