package dmabuf.sim;

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

    private final Object lock = new Object();
    private final Object prime = new Object();
    private final DrmDriver driver;
    private final BufferFactory buffers;
    private final Map<Long, GemObject> byOffset = new HashMap<>();
    private long nextOffset = FIRST_OFFSET;

    Gpu(DrmDriver driver, BufferFactory buffers) {
        this.driver = driver;
        this.buffers = buffers;
    }

    Object lock() {
        return lock;
    }

    Object prime() {
        return prime;
    }

    DrmDriver driver() {
        return driver;
    }

    Waits waits() {
        return buffers.waits();
    }

    /** Makes an object of new memory; its one reference is the caller's. */
    GemObject create(long size) {
        Backing memory = buffers.memory(driver.name(), size);
        synchronized (lock) {
            GemObject object = new GemObject(this, memory, nextOffset, buffers.waits());
            byOffset.put(nextOffset, object);
            // A page is left free, so that no mapping can reach from one object into the next.
            nextOffset += size + MappedMemory.PAGE_SIZE;
            return object;
        }
    }

    /** The object that begins at an offset, referenced for the caller; null when there is none. */
    GemObject at(long offset) {
        synchronized (lock) {
            GemObject object = byOffset.get(offset);
            return object == null ? null : object.get();
        }
    }

    /** Called by an object without references, with the lock held. */
    void forget(GemObject object) {
        byOffset.remove(object.mapOffset(), object);
    }

    /** Makes the dma-buf of an object, which is referenced by it from now on. Gives the first descriptor. */
    int export(GemObject object, int accessMode) {
        BufferExport export =
                new BufferExport(driver.exporterName(), accessMode, driver.driverRules(), object.reservation(), object.get());
        try {
            List<Extent> memory = object.backing().extents();
            return buffers.export(export, memory, true);
        } catch (RuntimeException e) {
            object.put();
            throw e;
        }
    }
}
