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

    private static boolean snoops(BufferFile buffer) {
        return buffer.export().owner().driverObject().isSnooped();
    }

    /** A device writes also what nobody can map for writing. */
    private void transfer(BufferFile buffer, long offset, MemorySegment bytes, boolean write) {
        List<Integer> opened = new ArrayList<>();
        try {
            List<Extent> memory = buffer.export().isReadOnly() ? reopened(buffer.backing().extents(), opened) : buffer.backing().extents();
            try (MemoryView view = MemoryView.of(linux, memory, offset, bytes.byteSize())) {
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

    private List<Extent> reopened(List<Extent> extents, List<Integer> opened) {
        List<Extent> writable = new ArrayList<>();
        for (Extent extent : extents) {
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
