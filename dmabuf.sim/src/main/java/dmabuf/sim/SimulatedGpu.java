package dmabuf.sim;

/** The DRM devices that can be plugged into a simulated machine. */
public enum SimulatedGpu {

    /** Memory and fences without hardware: card and render node, dumb buffers, PRIME both ways. The source of fences for tests. */
    VGEM,

    /** The virtual display of a host without 3D: card and render node, dumb buffers, PRIME; imports only what it has exported. */
    VIRTIO_GPU,

    /** A plain display with memory of its own: card only, dumb buffers, PRIME export. */
    BOCHS
}
