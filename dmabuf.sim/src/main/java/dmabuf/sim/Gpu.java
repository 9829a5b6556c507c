package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.LinuxSyscalls;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.SharedExtents.Extent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A DRM device: its driver, its objects, and where its node shows them. Several clients share it, each with handles of its own.
 *
 * <p>Two locks. {@link #lock()} guards what objects and clients count and is held for moments only, never while anything is released or
 * called. {@link #prime()} makes exports and imports follow one another, so that an object is exported once; it is taken first.
 */
final class Gpu {

    /** Offsets begin where no 32-bit offset reaches, {@code DRM_FILE_PAGE_OFFSET_START}. */
    private static final long FIRST_OFFSET = 1L << 32;
    /** How many pages of offsets there are, {@code DRM_FILE_PAGE_OFFSET_SIZE}. */
    private static final long OFFSET_PAGES = (0xffffffffL / MappedMemory.PAGE_SIZE) * 256;

    private final Object lock = new Object();
    private final Object prime = new Object();
    private final SimulatedGpu kind;
    private final DrmDriver driver;
    private final BufferFactory buffers;
    private final Map<Long, NodeOffset> byOffset = new HashMap<>();
    private long nextOffset = FIRST_OFFSET;
    private volatile boolean unplugged;

    Gpu(SimulatedGpu kind, DrmDriver driver, BufferFactory buffers) {
        this.kind = kind;
        this.driver = driver;
        this.buffers = buffers;
    }

    Object lock() {
        return lock;
    }

    Object prime() {
        return prime;
    }

    /** What it was plugged in as. */
    SimulatedGpu kind() {
        return kind;
    }

    DrmDriver driver() {
        return driver;
    }

    LinuxSyscalls linux() {
        return buffers.linux();
    }

    Waits waits() {
        return buffers.waits();
    }

    /** Whether the device is there still, {@code drm_dev_is_unplugged}. */
    boolean isUnplugged() {
        return unplugged;
    }

    void unplug() {
        unplugged = true;
    }

    /** New memory, for an object of this device. */
    Backing memory(long size) {
        return buffers.memory(driver.name(), size);
    }

    /** Makes an object of new memory that the node shows to whoever has a handle of it; its one reference is the caller's. */
    GemObject create(long size) {
        return create(size, DriverObject.NOTHING);
    }

    /** The same, with something that the driver keeps beside it. ENOSPC when it finds no place among the offsets. */
    GemObject create(long size, DriverObject driverObject) {
        checkFits(size);
        GemObject object = new GemObject(this, memory(size), driverObject, buffers.waits());
        synchronized (lock) {
            keep(NodeOffset.forHandles(nextOffset, object, object.backing()), size);
        }
        return object;
    }

    /** Makes an object of memory, which it takes over, that the node does not show until {@link #show} finds it a place. */
    GemObject createHidden(Backing memory, DriverObject driverObject) {
        return new GemObject(this, memory, driverObject, buffers.waits());
    }

    /** Finds memory of an object a place among the offsets, for the clients that it will be given to. ENOSPC when there is none. */
    NodeOffset show(GemObject object, Backing memory) {
        checkFits(object.size());
        synchronized (lock) {
            return keep(NodeOffset.forClients(nextOffset, object, memory), object.size());
        }
    }

    private static void checkFits(long size) {
        if (size / MappedMemory.PAGE_SIZE > OFFSET_PAGES) {
            throw new KernelError(Errno.ENOSPC);
        }
    }

    private NodeOffset keep(NodeOffset place, long size) {
        byOffset.put(nextOffset, place);
        place.object().addOffset(place);
        // A page is left free, so that no mapping can reach from one object into the next.
        nextOffset += size + MappedMemory.PAGE_SIZE;
        return place;
    }

    /** The place that begins at an offset, its object referenced for the caller; null when there is none. */
    NodeOffset at(long offset) {
        synchronized (lock) {
            NodeOffset place = byOffset.get(offset);
            if (place != null) {
                place.object().get();
            }
            return place;
        }
    }

    /** Called by an object without references, with the lock held. */
    void forget(List<NodeOffset> offsets) {
        offsets.forEach(place -> byOffset.remove(place.offset()));
    }

    /** Makes the dma-buf of an object, which is referenced by it from now on. Gives the first descriptor. */
    int export(GemObject object, int accessMode) {
        DriverRules rules = object.driverObject().rules(driver);
        BufferExport export = new BufferExport(driver.exporterName(), accessMode, rules, object.reservation(), object.get());
        try {
            List<Extent> memory = object.backing().extents();
            return buffers.export(export, memory, true);
        } catch (RuntimeException e) {
            object.put();
            throw e;
        }
    }
}
