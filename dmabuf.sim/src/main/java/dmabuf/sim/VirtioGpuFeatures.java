package dmabuf.sim;

/**
 * What a host offers to its virtio-gpu device.
 *
 * @param has3d it renders, {@code VIRTIO_GPU_F_VIRGL}
 * @param hasBlobs {@code VIRTIO_GPU_F_RESOURCE_BLOB}
 * @param hasUuids {@code VIRTIO_GPU_F_RESOURCE_UUID}
 * @param hasContextInit {@code VIRTIO_GPU_F_CONTEXT_INIT}
 * @param hostVisible the window for the host's own blobs, null for none
 */
record VirtioGpuFeatures(boolean has3d, boolean hasBlobs, boolean hasUuids, boolean hasContextInit, HostVisibleMemory hostVisible) {

    /** A plain virtual display. */
    static VirtioGpuFeatures plain() {
        return new VirtioGpuFeatures(false, false, false, false, null);
    }

    /** A virtual display that can use its guest's memory as it is. */
    static VirtioGpuFeatures withBlobs() {
        return new VirtioGpuFeatures(false, true, false, false, null);
    }

    /** A renderer whose memory the guest can see. */
    static VirtioGpuFeatures with3d(HostVisibleMemory hostVisible) {
        return new VirtioGpuFeatures(true, true, true, true, hostVisible);
    }
}
