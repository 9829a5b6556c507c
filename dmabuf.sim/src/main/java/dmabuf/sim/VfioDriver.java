package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.UserMemory;
import dmabuf.linux.vfio.VfioIoctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * A driver of mediated displays with its one device: {@code struct vfio_device_ops}. What the sample drivers of Linux 6.12 have in common
 * is here, and where one differs from another it overrides that.
 *
 * <p>Thread-safe: one lock, as the samples' {@code ops_lock}; files are not released under it.
 */
abstract class VfioDriver {

    static final long PAGE = MappedMemory.PAGE_SIZE;
    static final int FORMAT_XRGB8888 = fourcc("XR24");
    static final int EINVAL = -Errno.EINVAL.number();
    static final int ENOTTY = -Errno.ENOTTY.number();
    static final int READ_WRITE = VfioIoctl.REGION_INFO_FLAG_READ | VfioIoctl.REGION_INFO_FLAG_WRITE;
    static final int READ_WRITE_MMAP = READ_WRITE | VfioIoctl.REGION_INFO_FLAG_MMAP;

    /** A region, as the device tells of it. */
    record Region(int flags, long size, long offset) {

        /** What a number stands for that has no region. */
        static final Region NONE = new Region(0, 0, 0);
    }

    private final String name;
    private final String type;
    final BufferFactory buffers;
    private final PciConfig config;
    private boolean unplugged;

    VfioDriver(String name, String type, BufferFactory buffers, PciConfig config) {
        this.name = name;
        this.type = type;
        this.buffers = buffers;
        this.config = config;
    }

    static int fourcc(String text) {
        return text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24;
    }

    /** The driver's name, which is also the module's. */
    final String name() {
        return name;
    }

    /** The type of its device, as sysfs names it. */
    final String type() {
        return type;
    }

    /** Attributes of the device in sysfs, by their path beneath it. */
    abstract Map<String, String> attributes();

    /** What {@code VFIO_DEVICE_GET_INFO} tells. */
    abstract int deviceFlags();

    abstract int numRegions();

    /** A region by its number; null for EINVAL. */
    abstract Region region(int index);

    /** Reads or writes one aligned piece of up to four bytes, behind the configuration space; false for a place where nothing is. */
    abstract boolean accessLocked(MemorySegment piece, long offset, boolean write);

    /** Maps some of the file; the arguments are those that every file accepts. */
    abstract long mmapLocked(BufferMapping mapping, int flags, long address, long length, long offset);

    /** Fills in a plane whose flags and type the caller has set. */
    abstract int query(MemorySegment plane);

    /** Whether planes are dma-bufs, so that there is anything to export. */
    boolean hasDmaBufs() {
        return true;
    }

    /** Gives a descriptor for an id. */
    abstract int export(int id);

    /** {@code VFIO_DEVICE_RESET}. */
    abstract int reset();

    /** The last file of the device is closed: what it was doing is forgotten. */
    abstract void closedLocked();

    /** The device is gone, and its memory with it, as far as nobody has it mapped or as a dma-buf. */
    abstract void unpluggedLocked();

    final synchronized void closed() {
        if (!unplugged) {
            closedLocked();
        }
    }

    final synchronized void unplug() {
        if (!unplugged) {
            unplugged = true;
            unpluggedLocked();
        }
    }

    final synchronized boolean isUnplugged() {
        return unplugged;
    }

    final void checkPlugged() {
        if (isUnplugged()) {
            throw new KernelError(Errno.ENODEV);
        }
    }

    final synchronized boolean access(MemorySegment piece, long offset, boolean write) {
        checkPlugged();
        if (offset >= PciConfig.SIZE) {
            return accessLocked(piece, offset, write);
        }
        if (write) {
            config.write(piece, (int) offset);
        } else {
            config.read(piece, (int) offset);
        }
        return true;
    }

    final synchronized long mmap(BufferMapping mapping, int flags, long address, long length, long offset) {
        return unplugged ? -Errno.ENODEV.number() : mmapLocked(mapping, flags, address, MappedMemory.roundUp(length), offset);
    }

    final synchronized int ioctl(long request, long argument) {
        checkPlugged();
        try (Arena arena = Arena.ofConfined()) {
            if (request == VfioIoctl.DEVICE_GET_INFO) {
                return info(argument, arena);
            }
            if (request == VfioIoctl.DEVICE_GET_REGION_INFO) {
                return regionInfo(argument, arena);
            }
            if (request == VfioIoctl.DEVICE_GET_IRQ_INFO) {
                return irqInfo(argument, arena);
            }
            if (request == VfioUapi.QUERY_GFX_PLANE) {
                return queryPlane(argument, arena);
            }
            if (request == VfioUapi.GET_GFX_DMABUF && hasDmaBufs()) {
                return export(argument, arena);
            }
            if (request == VfioIoctl.DEVICE_SET_IRQS) {
                return EINVAL;
            }
            return request == VfioIoctl.DEVICE_RESET ? reset() : ENOTTY;
        }
    }

    /** A struct whose {@code argsz} says that it is at least so long; EFAULT, EINVAL. */
    static MemorySegment struct(long argument, int size, Arena arena) {
        MemorySegment struct = CallerMemory.struct(argument, size, arena);
        if (Integer.compareUnsigned(struct.get(JAVA_INT, 0), size) < 0) {
            throw new KernelError(Errno.EINVAL);
        }
        return struct;
    }

    int info(long argument, Arena arena) {
        MemorySegment info = struct(argument, VfioUapi.INFO_SIZE, arena);
        info.set(JAVA_INT, VfioUapi.INFO_FLAGS, deviceFlags());
        info.set(JAVA_INT, VfioUapi.INFO_NUM_REGIONS, numRegions());
        info.set(JAVA_INT, VfioUapi.INFO_NUM_IRQS, VfioUapi.PCI_NUM_IRQS);
        return UserMemory.copyTo(argument, info);
    }

    int regionInfo(long argument, Arena arena) {
        MemorySegment info = struct(argument, VfioUapi.REGION_SIZE, arena);
        Region region = region(info.get(JAVA_INT, VfioUapi.REGION_INDEX));
        if (region == null) {
            return EINVAL;
        }
        fill(info, region);
        return UserMemory.copyTo(argument, info);
    }

    static void fill(MemorySegment info, Region region) {
        info.set(JAVA_INT, VfioUapi.REGION_FLAGS, region.flags());
        info.set(JAVA_LONG, VfioUapi.REGION_LENGTH, region.size());
        info.set(JAVA_LONG, VfioUapi.REGION_OFFSET, region.offset());
    }

    /** How many interrupts there are to ask about. Each is there and cannot be used. */
    int numIrqs() {
        return VfioUapi.PCI_NUM_IRQS;
    }

    private int irqInfo(long argument, Arena arena) {
        MemorySegment info = struct(argument, VfioUapi.IRQ_SIZE, arena);
        if (Integer.compareUnsigned(info.get(JAVA_INT, VfioUapi.IRQ_INDEX), numIrqs()) >= 0) {
            return EINVAL;
        }
        info.set(JAVA_INT, VfioUapi.IRQ_COUNT, 0);
        return UserMemory.copyTo(argument, info);
    }

    private int queryPlane(long argument, Arena arena) {
        MemorySegment plane = struct(argument, VfioUapi.PLANE_SIZE, arena);
        int result = query(plane);
        return result < 0 ? result : UserMemory.copyTo(argument, plane);
    }

    private int export(long argument, Arena arena) {
        return export(CallerMemory.struct(argument, Integer.BYTES, arena).get(JAVA_INT, 0));
    }

    /** Leaves nothing of a plane: it is disabled, or there is none of this type. */
    static void clear(MemorySegment plane) {
        plane.asSlice(VfioUapi.PLANE_FORMAT, VfioUapi.PLANE_SIZE - VfioUapi.PLANE_FORMAT).fill((byte) 0);
    }

    /** Reads or writes memory of the device. */
    final boolean transfer(Backing memory, long at, MemorySegment piece, boolean write) {
        int memfd = memory.extents().getFirst().memfd();
        long done = write ? buffers.linux().pwrite(memfd, piece, at) : buffers.linux().pread(memfd, piece, at);
        return done == piece.byteSize();
    }
}
