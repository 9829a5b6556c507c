package dmabuf.sim;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The handles of one client, small numbers from 1 on, and which of them stand for which dma-buf. A dma-buf has one handle here: importing
 * it again gives that one, without counting.
 *
 * <p>Thread-safe, by the device's lock.
 */
final class DrmHandles {

    private final Gpu gpu;
    private final Consumer<GemObject> removed;
    private final Map<Integer, GemObject> objects = new HashMap<>();
    private final BitSet taken = new BitSet();
    private final Map<BufferFile, Integer> byBuffer = new HashMap<>();

    /** No handles yet; of each one that is given back the driver hears, before its object can go. */
    DrmHandles(Gpu gpu, Consumer<GemObject> removed) {
        this.gpu = gpu;
        this.removed = removed;
        taken.set(0);
    }

    /** Gives an object the lowest number that is free. The handle has a reference of its own. */
    int add(GemObject object) {
        synchronized (gpu.lock()) {
            int handle = taken.nextClearBit(1);
            taken.set(handle);
            objects.put(handle, object);
            object.addHandle();
            return handle;
        }
    }

    /** The object behind a handle, referenced for the caller; null when there is none. */
    GemObject get(int handle) {
        synchronized (gpu.lock()) {
            GemObject object = objects.get(handle);
            return object == null ? null : object.get();
        }
    }

    /** Tells whether this client has a handle of an object. */
    boolean has(GemObject object) {
        synchronized (gpu.lock()) {
            return objects.containsValue(object);
        }
    }

    /** The handle that a dma-buf has here; 0 when it has none. */
    int of(BufferFile buffer) {
        synchronized (gpu.lock()) {
            return byBuffer.getOrDefault(buffer, 0);
        }
    }

    /** Remembers which dma-buf a handle stands for, unless the handle is gone already. */
    void remember(BufferFile buffer, int handle) {
        synchronized (gpu.lock()) {
            if (objects.containsKey(handle)) {
                byBuffer.putIfAbsent(buffer, handle);
            }
        }
    }

    /** Gives a handle back; false when there is none. */
    boolean remove(int handle) {
        GemObject object;
        synchronized (gpu.lock()) {
            object = objects.remove(handle);
            if (object == null) {
                return false;
            }
            taken.clear(handle);
            byBuffer.values().removeIf(each -> each == handle);
        }
        removed.accept(object);
        object.removeHandle();
        return true;
    }

    /** Gives all handles back. */
    void removeAll() {
        List<Integer> all;
        synchronized (gpu.lock()) {
            all = new ArrayList<>(objects.keySet());
        }
        all.forEach(this::remove);
    }
}
