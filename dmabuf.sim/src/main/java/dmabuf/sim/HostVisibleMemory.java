package dmabuf.sim;

import dmabuf.fd.Errno;
import java.util.Map;
import java.util.TreeMap;

/**
 * The window in a virtio-gpu device's address space into which the host maps its blobs, {@code VIRTIO_GPU_SHM_ID_HOST_VISIBLE}: who has
 * which part of it. Thread-safe.
 */
final class HostVisibleMemory {

    /** As much as crosvm and QEMU offer by default: a power of two. */
    static final long SIZE = 256L << 20;

    /** A BAR of 64 bits that may be read ahead: {@code IORESOURCE_MEM_64 | IORESOURCE_PREFETCH | IORESOURCE_MEM} and its type. */
    private static final long BAR_FLAGS = 0x14220cL;
    /** The registers are in the first BAR, and the window in the third: each of 64 bits takes two. */
    private static final long REGISTERS = 1L << 14;
    private static final int BARS = 6;

    private final long base;
    private final HostMapInfo mapInfo;
    private final MemoryTypes types;
    private final Map<Long, Long> taken = new TreeMap<>();

    HostVisibleMemory(long base, HostMapInfo mapInfo, MemoryTypes types) {
        this.base = base;
        this.mapInfo = mapInfo;
        this.types = types;
    }

    /** Finds room for so many bytes: its physical address. ENOSPC when there is none. */
    synchronized long allocate(long size) {
        long at = base;
        for (Map.Entry<Long, Long> each : taken.entrySet()) {
            if (each.getKey() - at >= size) {
                break;
            }
            at = each.getKey() + each.getValue();
        }
        if (size > base + SIZE - at) {
            throw new KernelError(Errno.ENOSPC);
        }
        taken.put(at, size);
        return at;
    }

    synchronized void free(long at) {
        taken.remove(at);
    }

    /** Keeps the memory type of a mapping. */
    void mapped(long address, long length, long physical) {
        types.reserve(address, length, physical, mapInfo.memoryType());
    }

    /** The file {@code resource} of the device in sysfs: where each BAR begins and ends, and its flags. */
    String resources() {
        StringBuilder text = new StringBuilder();
        for (int bar = 0; bar < BARS; bar++) {
            long begin = bar == 0 ? base + SIZE : bar == 2 ? base : 0;
            long length = bar == 0 ? REGISTERS : bar == 2 ? SIZE : 0;
            text.append(String.format(
                    "%s0x%016x 0x%016x 0x%016x", bar == 0 ? "" : "\n", begin, length == 0 ? 0 : begin + length - 1,
                    length == 0 ? 0 : BAR_FLAGS));
        }
        return text.toString();
    }
}
