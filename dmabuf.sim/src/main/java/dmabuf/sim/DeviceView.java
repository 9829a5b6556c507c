package dmabuf.sim;

import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.SharedExtents.Extent;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Memory that a device has mapped for itself to write into, again and again, until this is closed: a dma-buf, or memory of its own. */
final class DeviceView implements AutoCloseable {

    private final MemoryView memory;
    /** The buffer, or null of memory of the device's own. */
    private final BufferFile buffer;

    private DeviceView(MemoryView memory, BufferFile buffer) {
        this.memory = memory;
        this.buffer = buffer;
    }

    /** Maps memory of the device's own. */
    static DeviceView of(LinuxSyscalls linux, Backing own, long size) {
        return new DeviceView(MemoryView.of(linux, own, 0, size), null);
    }

    /** Maps the beginning of a dma-buf: what the device sees of it, and for writing also where nobody else may write. */
    static DeviceView of(LinuxSyscalls linux, BufferFile buffer, long size) {
        IncoherentMemory incoherent = buffer.incoherent();
        if (incoherent != null) {
            return new DeviceView(MemoryView.of(linux, incoherent.device(), 0, size), buffer);
        }
        List<Integer> opened = new ArrayList<>();
        try {
            List<Extent> writable = DeviceAccess.writable(linux, buffer, opened);
            return new DeviceView(MemoryView.of(linux, writable, 0, size), buffer);
        } finally {
            opened.forEach(linux::close);
        }
    }

    /** Writes. Where CPU and device see different memory, the CPU sees it as after any write of a device. */
    void write(Consumer<MemorySegment> writing) {
        IncoherentMemory incoherent = buffer == null ? null : buffer.incoherent();
        if (incoherent == null) {
            writing.accept(memory.bytes());
        } else {
            incoherent.deviceWrites(DeviceAccess.snoops(buffer), () -> writing.accept(memory.bytes()));
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
