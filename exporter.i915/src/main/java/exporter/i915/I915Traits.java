package exporter.i915;

import dmabuf.api.Placement;
import exporter.i915.uapi.MemoryRegion;
import java.util.List;
import java.util.Set;

/**
 * What a device can do, as it has answered. Nothing of it is concluded from what the device is called.
 *
 * @param llc whether CPU and GPU share the last-level cache
 * @param discrete whether the device has memory of its own, or none of the machine's caches to set
 * @param coherent whether a new object in system memory is coherent: the GPU sees the CPU's caches
 * @param regions the memories in which objects can be, system memory among them
 * @param modes the ways in which objects can be mapped, {@link I915Mode#DMA_BUF} first
 * @param cachings what SET_CACHING accepts; empty where it does not exist
 * @param domains whether SET_DOMAIN exists
 */
record I915Traits(
        boolean llc,
        boolean discrete,
        boolean coherent,
        List<MemoryRegion> regions,
        List<I915Mode> modes,
        Set<GpuCaching> cachings,
        boolean domains) {

    I915Traits {
        regions = List.copyOf(regions);
        modes = List.copyOf(modes);
        cachings = Set.copyOf(cachings);
    }

    /** Where objects can be: first where they are when nobody says. */
    List<Placement> placements() {
        return regions.stream().anyMatch(MemoryRegion::isDevice)
                ? List.of(Placement.DEVICE, Placement.SYSTEM)
                : List.of(Placement.SYSTEM);
    }

    /** How large the largest of some memories is, in bytes: no object in them is larger. */
    long largest(List<MemoryRegion> among) {
        long largest = among.stream().mapToLong(MemoryRegion::probedSize).max().orElse(0);
        return largest > 0 ? largest : Long.MAX_VALUE;
    }

    /**
     * Which memories an object is to be placed in, the preferred one first. One that is to be in the device's memory can be moved to system
     * memory: only so can other devices attach to it, and the CPU reach all of it where the device shows a part of its memory only.
     */
    List<MemoryRegion> regionsFor(Placement placement) {
        List<MemoryRegion> system = regions.stream().filter(region -> !region.isDevice()).limit(1).toList();
        if (placement == Placement.SYSTEM) {
            return system;
        }
        MemoryRegion device = regions.stream().filter(MemoryRegion::isDevice).findFirst().orElseThrow();
        return system.isEmpty() ? List.of(device) : List.of(device, system.getFirst());
    }
}
