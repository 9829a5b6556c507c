package dmabuf.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * A buffer object of a DRM device: memory of its own, or a dma-buf that was imported. It lives while a client has a handle of it, and while
 * a dma-buf that it was exported as is open.
 *
 * <p>What changes is guarded by the device's lock, of which see {@link Gpu}.
 */
final class GemObject {

    private final Gpu gpu;
    private final long size;
    private final Reservation reservation;
    /** The memory, or null of an import. */
    private final Backing backing;
    /** The dma-buf that it is, or null when the memory is its own. */
    private final HeldBuffer imported;
    private final DriverObject driverObject;
    /** Where the device's node shows it. */
    private final List<NodeOffset> offsets = new ArrayList<>();

    /** The dma-buf that it was exported as, while there are handles. */
    private HeldBuffer exported;
    private int handles;
    private int references = 1;

    /** An object with memory of its own, and one reference. */
    GemObject(Gpu gpu, Backing backing, DriverObject driverObject, Waits waits) {
        this.gpu = gpu;
        this.size = backing.size();
        this.reservation = new Reservation(waits);
        this.backing = backing;
        this.imported = null;
        this.driverObject = driverObject;
    }

    /** An imported dma-buf, and one reference. */
    GemObject(Gpu gpu, HeldBuffer imported, DriverObject driverObject) {
        this.gpu = gpu;
        this.size = imported.buffer().backing().size();
        this.reservation = imported.buffer().export().reservation();
        this.backing = null;
        this.imported = imported;
        this.driverObject = driverObject;
    }

    Gpu gpu() {
        return gpu;
    }

    long size() {
        return size;
    }

    Reservation reservation() {
        return reservation;
    }

    boolean isImported() {
        return imported != null;
    }

    /** Its memory, which of an import is that of the dma-buf. */
    Backing backing() {
        return imported != null ? imported.buffer().backing() : backing;
    }

    DriverObject driverObject() {
        return driverObject;
    }

    /** Keeps a place where the node shows it. */
    void addOffset(NodeOffset offset) {
        synchronized (gpu.lock()) {
            offsets.add(offset);
        }
    }

    /** Where the node shows it since it was made. */
    long mapOffset() {
        synchronized (gpu.lock()) {
            return offsets.getFirst().offset();
        }
    }

    /** Takes a reference. The caller sees to it that there is one already. */
    GemObject get() {
        synchronized (gpu.lock()) {
            references++;
            return this;
        }
    }

    /** Gives a reference back, and the memory when it was the last. Not to be called with a lock held. */
    void put() {
        synchronized (gpu.lock()) {
            if (--references != 0) {
                return;
            }
            gpu.forget(offsets);
        }
        if (imported != null) {
            imported.put();
        } else {
            backing.close();
        }
        driverObject.freed();
    }

    /** A handle more, which is a reference. */
    void addHandle() {
        synchronized (gpu.lock()) {
            handles++;
            references++;
        }
    }

    /** A handle less. With the last one goes the hold on the dma-buf, which then lives by its descriptors. Not with a lock held. */
    void removeHandle() {
        HeldBuffer last = null;
        synchronized (gpu.lock()) {
            if (--handles == 0) {
                last = exported;
                exported = null;
            }
        }
        if (last != null) {
            last.put();
        }
        put();
    }

    /** The dma-buf that this is or was exported as, in use by the caller now; null when there is none yet. */
    HeldBuffer dmaBuf() {
        synchronized (gpu.lock()) {
            HeldBuffer known = imported != null ? imported : exported;
            return known == null ? null : known.get();
        }
    }

    /** Keeps the dma-buf that this has been exported as, for as long as there are handles; the caller has one more use of it. */
    void keepExported(HeldBuffer dmaBuf) {
        synchronized (gpu.lock()) {
            if (handles > 0 && exported == null) {
                exported = dmaBuf.get();
            }
        }
    }
}
