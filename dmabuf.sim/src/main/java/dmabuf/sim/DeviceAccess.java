package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.Posix;
import dmabuf.linux.SharedExtents.Extent;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What a device does to a dma-buf by DMA: reads and writes the memory that it sees. */
final class DeviceAccess {

    private final LinuxSyscalls linux;

    DeviceAccess(LinuxSyscalls linux) {
        this.linux = linux;
    }

    void read(BufferFile buffer, long offset, MemorySegment target) {
        IncoherentMemory incoherent = buffer.incoherent();
        if (incoherent != null) {
            incoherent.deviceRead(offset, target, snoops(buffer));
        } else {
            transfer(buffer, offset, target, false);
        }
    }

    void write(BufferFile buffer, long offset, MemorySegment source) {
        IncoherentMemory incoherent = buffer.incoherent();
        if (incoherent != null) {
            incoherent.deviceWrite(offset, source, snoops(buffer));
        } else {
            transfer(buffer, offset, source, true);
        }
    }

    /** Whether the device that a buffer came from sees the CPU's caches. */
    static boolean snoops(BufferFile buffer) {
        return buffer.export().owner().driverObject().isSnooped();
    }

    private void transfer(BufferFile buffer, long offset, MemorySegment bytes, boolean write) {
        List<Integer> opened = new ArrayList<>();
        try {
            try (MemoryView view = MemoryView.of(linux, writable(linux, buffer, opened), offset, bytes.byteSize())) {
                if (write) {
                    view.bytes().copyFrom(bytes);
                } else {
                    bytes.copyFrom(view.bytes());
                }
            }
        } finally {
            opened.forEach(linux::close);
        }
    }

    /**
     * The memory of a buffer as a device can write it, also where nobody can map it for writing.
     *
     * @param opened descriptors for the caller to close once it has mapped what is returned
     */
    static List<Extent> writable(LinuxSyscalls linux, BufferFile buffer, List<Integer> opened) {
        if (!buffer.export().isReadOnly()) {
            return buffer.backing().extents();
        }
        List<Extent> writable = new ArrayList<>();
        for (Extent extent : buffer.backing().extents()) {
            int fd = linux.open("/proc/self/fd/" + extent.memfd(), Posix.O_RDWR);
            if (fd < 0) {
                throw new KernelError(Errno.ofResult(fd));
            }
            opened.add(fd);
            writable.add(new Extent(fd, extent.offset(), extent.length()));
        }
        return writable;
    }
}
