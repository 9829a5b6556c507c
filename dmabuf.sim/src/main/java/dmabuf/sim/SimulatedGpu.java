package dmabuf.sim;

/** The DRM devices that can be plugged into a simulated machine. */
public enum SimulatedGpu {

    /** Memory and fences without hardware: card and render node, dumb buffers, PRIME both ways. The source of fences for tests. */
    VGEM,

    /** The virtual display of a host without 3D: card and render node, dumb buffers, PRIME; imports only what it has exported. */
    VIRTIO_GPU,

    /** The virtual display of a host without 3D that offers blobs of the guest's memory. */
    VIRTIO_GPU_BLOB,

    /** The virtual display of a host with 3D and host-visible memory, whose renderer does not say how its blobs are cached: map_info NONE. */
    VIRTIO_GPU_HOST_NONE,

    /** The same of a host whose blobs are cached: map_info CACHED. */
    VIRTIO_GPU_HOST_CACHED,

    /** The same of a host whose blobs are not cached: map_info UNCACHED. */
    VIRTIO_GPU_HOST_UNCACHED,

    /** The same of a host whose blobs are write-combined: map_info WC. */
    VIRTIO_GPU_HOST_WC,

    /** A plain display with memory of its own: card only, dumb buffers, PRIME export. */
    BOCHS
}
