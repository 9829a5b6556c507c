package dmabuf.sim;

/** The DRM devices that can be plugged into a simulated machine. */
public enum SimulatedGpu implements SimulatedHardware {

    /** Memory and fences without hardware: card and render node, dumb buffers, PRIME both ways. The source of fences for tests. */
    VGEM,

    /** The virtual display of a host without 3D: card and render node, dumb buffers, PRIME; imports only what it has exported. */
    VIRTIO_GPU,

    /** The virtual display of a host without 3D that offers blobs of the guest's memory. */
    VIRTIO_GPU_BLOB,

    /** The virtual display of a host with 3D and host-visible memory that does not say how its blobs are cached: map_info NONE. */
    VIRTIO_GPU_HOST_NONE,

    /** The same of a host whose blobs are cached: map_info CACHED. */
    VIRTIO_GPU_HOST_CACHED,

    /** The same of a host whose blobs are not cached: map_info UNCACHED. */
    VIRTIO_GPU_HOST_UNCACHED,

    /** The same of a host whose blobs are write-combined: map_info WC. */
    VIRTIO_GPU_HOST_WC,

    /**
     * An integrated GPU of i915 that shares the CPU's last level cache (Tiger Lake): all memory is coherent, and there is every mode of
     * mapping.
     */
    I915_LLC,

    /**
     * An integrated GPU of i915 without a last level cache (Gemini Lake): it sees what the CPU has written only once caches are flushed,
     * and the reverse, unless SET_CACHING has made it snoop.
     */
    I915_NO_LLC,

    /** An integrated GPU of i915 from version 12.70 on (Meteor Lake): coherent, page attributes but no SET_CACHING, and no aperture. */
    I915_METEOR_LAKE,

    /** A discrete GPU of i915 (Alchemist): 8 GiB of its own, of which the CPU sees 256 MiB; placement decides how an object is cached. */
    I915_DISCRETE,

    /** A plain display with memory of its own: card only, dumb buffers, PRIME export. */
    BOCHS
}
