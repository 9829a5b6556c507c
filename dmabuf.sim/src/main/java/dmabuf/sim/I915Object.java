package dmabuf.sim;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What i915 keeps beside an object, {@code struct drm_i915_gem_object}: where it may lie, how it is cached and tiled, and where the node
 * shows it in each mode.
 *
 * <p>What changes is guarded by the device's lock.
 */
final class I915Object implements DriverObject {

    private final List<I915Region> placements;
    private final boolean managedByTtm;
    private final boolean attributeSet;
    private final IncoherentMemory incoherent;
    private final Map<I915MmapMode, NodeOffset> offsets = new EnumMap<>(I915MmapMode.class);
    private volatile int caching;
    private int tiling = I915Uapi.TILING_NONE;
    private int stride;

    private I915Object(
            List<I915Region> placements, boolean managedByTtm, boolean attributeSet, IncoherentMemory incoherent, int caching) {
        this.placements = List.copyOf(placements);
        this.managedByTtm = managedByTtm;
        this.attributeSet = attributeSet;
        this.incoherent = incoherent;
        this.caching = caching;
    }

    /** Beside memory of the device's making. What every object of a discrete GPU is kept in chooses its own caching. */
    static I915Object made(I915Device device, List<I915Region> placements, boolean attributeSet, IncoherentMemory incoherent) {
        int caching = device.isCoherent() ? I915Uapi.CACHING_CACHED : I915Uapi.CACHING_NONE;
        return new I915Object(placements, device.isDiscrete(), attributeSet, incoherent, caching);
    }

    /** Beside a dma-buf of somebody else's. */
    static I915Object imported(I915Device device) {
        return new I915Object(List.of(), false, false, null, device.importCaching());
    }

    /** The state beside an object of an i915 device. */
    static I915Object of(GemObject object) {
        return (I915Object) object.driverObject();
    }

    /** Whether it has one place in the node and chooses its caching itself. */
    boolean isManagedByTtm() {
        return managedByTtm;
    }

    /** Whether its creator has chosen page attributes. */
    boolean isAttributeSet() {
        return attributeSet;
    }

    /** Whether it can move to where every device reaches it. */
    boolean canMoveToSystem() {
        return placements.contains(I915Region.SYSTEM);
    }

    int caching() {
        return caching;
    }

    void setCaching(int caching) {
        this.caching = caching;
    }

    int tiling() {
        return tiling;
    }

    int stride() {
        return stride;
    }

    void setTiling(int tiling, int stride) {
        this.tiling = tiling;
        this.stride = stride;
    }

    /** Where the node shows it in a mode; null when nobody has asked yet. */
    NodeOffset offset(I915MmapMode mode) {
        return offsets.get(mode);
    }

    void setOffset(I915MmapMode mode, NodeOffset offset) {
        offsets.put(mode, offset);
    }

    /** All places that it has been given. */
    Set<NodeOffset> offsets() {
        return Set.copyOf(offsets.values());
    }

    @Override
    public IncoherentMemory incoherent() {
        return incoherent;
    }

    @Override
    public boolean isSnooped() {
        return caching != I915Uapi.CACHING_NONE;
    }

    /** The CPU is about to read, or to write: {@code i915_gem_object_set_to_cpu_domain}. */
    void toCpu() {
        if (incoherent != null) {
            incoherent.fetch();
        }
    }

    /** What the CPU has written goes to memory: {@code i915_gem_object_set_to_gtt_domain}, {@code _wc_domain}. */
    void toMemory() {
        if (incoherent != null) {
            incoherent.publish();
        }
    }

    /** The memory that a mapping shows: the CPU's caches before it, or not. */
    Backing memory(GemObject object, boolean bypassesCaches) {
        return bypassesCaches && incoherent != null ? incoherent.device() : object.backing();
    }

    @Override
    public void freed() {
        if (incoherent != null) {
            incoherent.close();
        }
    }
}
