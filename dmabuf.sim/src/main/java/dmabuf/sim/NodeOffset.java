package dmabuf.sim;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * A place among the offsets of a device's node, {@code struct drm_vma_offset_node}: what is mapped there, and who may map it.
 *
 * <p>What changes is guarded by the device's lock.
 */
final class NodeOffset {

    private final long offset;
    private final GemObject object;
    private final Backing memory;
    /** The clients that were given it; null when whoever has a handle of the object may use it. */
    private final Set<DrmClient> given;

    private NodeOffset(long offset, GemObject object, Backing memory, Set<DrmClient> given) {
        this.offset = offset;
        this.object = object;
        this.memory = memory;
        this.given = given;
    }

    /** A place for everybody who has a handle of an object. */
    static NodeOffset forHandles(long offset, GemObject object, Backing memory) {
        return new NodeOffset(offset, object, memory, null);
    }

    /** A place for the clients that {@link #give} names. */
    static NodeOffset forClients(long offset, GemObject object, Backing memory) {
        return new NodeOffset(offset, object, memory, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    long offset() {
        return offset;
    }

    GemObject object() {
        return object;
    }

    Backing memory() {
        return memory;
    }

    /** {@code drm_vma_node_allow}. */
    void give(DrmClient client) {
        synchronized (object.gpu().lock()) {
            given.add(client);
        }
    }

    /** {@code drm_vma_node_revoke}. */
    void takeBack(DrmClient client) {
        synchronized (object.gpu().lock()) {
            given.remove(client);
        }
    }

    /** {@code drm_vma_node_is_allowed}. */
    boolean isFor(DrmClient client) {
        synchronized (object.gpu().lock()) {
            return given == null ? client.handles().has(object) : given.contains(client);
        }
    }
}
