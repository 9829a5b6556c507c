package exporter.i915;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.Placement;
import dmabuf.api.PolicyOrigin;

/**
 * What a mapping of an object is like: the rules of i915, which {@code docs/caching-policy.md} lists with the kernel functions they come
 * from. The two are compared by a test.
 */
final class I915Policy {

    private I915Policy() {}

    /**
     * Gives the cache attribute of a mapping. It depends on the mode, and on a discrete device on where the object may be: not on where it
     * happens to be, and not on how the GPU caches it.
     */
    static Caching caching(I915Mode mode, Placement placement) {
        return switch (mode) {
            // i915_gem_dmabuf_mmap: the shmem file's own mapping on integrated devices, the same as FIXED on discrete ones.
            // i915_ttm_select_tt_caching: cached when system memory is the only placement, else write-combined wherever it is.
            case DMA_BUF, FIXED -> placement == Placement.DEVICE ? Caching.WRITE_COMBINED : Caching.CACHED;
            // i915_gem_object_mmap: the page protection of each mmap type.
            case WB -> Caching.CACHED;
            case WC, GTT -> Caching.WRITE_COMBINED;
            case UC -> Caching.UNCACHED;
        };
    }

    /**
     * Gives the whole policy.
     *
     * @param coherent whether the GPU sees what is in the CPU's caches, and the CPU what the GPU has written
     */
    static MmapPolicy of(I915Mode mode, Placement placement, boolean coherent, Access access) {
        Caching caching = caching(mode, placement);
        // A mapping past the caches has nothing that SYNC could flush; SYNC still waits for the GPU.
        boolean needsSync = caching == Caching.CACHED && !coherent;
        MemoryKind memory = mode == I915Mode.GTT || placement == Placement.DEVICE ? MemoryKind.IO : MemoryKind.SYSTEM;
        // A guest cannot bracket its accesses, and the aperture is too small to be lent for long.
        boolean guestMappable = !needsSync && mode != I915Mode.GTT;
        return new MmapPolicy(true, caching, needsSync, access, memory, guestMappable, PolicyOrigin.EXPORTER);
    }
}
