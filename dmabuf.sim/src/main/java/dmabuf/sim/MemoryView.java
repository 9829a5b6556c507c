package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import dmabuf.linux.SyscallResult;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A look of the kernel's own into memory that it keeps, for reading and writing, until it is closed. */
final class MemoryView implements AutoCloseable {

    private final LinuxSyscalls linux;
    private final long address;
    private final long length;
    private final MemorySegment bytes;

    private MemoryView(LinuxSyscalls linux, long address, long length, MemorySegment bytes) {
        this.linux = linux;
        this.address = address;
        this.length = length;
        this.bytes = bytes;
    }

    /** Maps a range, which lies within the memory and need not be aligned. The errno of mmap(2) when it cannot be. */
    static MemoryView of(LinuxSyscalls linux, Backing memory, long offset, long size) {
        return of(linux, memory.extents(), offset, size);
    }

    /** The same of pieces of memfds. */
    static MemoryView of(LinuxSyscalls linux, List<Extent> memory, long offset, long size) {
        long begin = offset & -MappedMemory.PAGE_SIZE;
        long length = MappedMemory.roundUp(offset + size - begin);
        long address = new BufferMapping(linux, Posix.PROT_READ | Posix.PROT_WRITE, Posix.MAP_SHARED | Posix.MAP_NORESERVE)
                .map(memory, 0, begin, length);
        if (SyscallResult.isError(address)) {
            throw new KernelError(Errno.ofResult(address));
        }
        return new MemoryView(linux, address, length, MappedMemory.borrow(address + offset - begin, size));
    }

    /** The bytes, not to be touched once this is closed. */
    MemorySegment bytes() {
        return bytes;
    }

    @Override
    public void close() {
        linux.munmap(address, length);
    }
}
