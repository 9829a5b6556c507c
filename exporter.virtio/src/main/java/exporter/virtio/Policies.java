package exporter.virtio;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;

/**
 * What a mapping of each kind of memory is like, through the dma-buf and through the node alike: the rules of virtio-gpu, which
 * {@code docs/caching-policy.md} lists with the kernel functions they come from.
 */
final class Policies {

    private Policies() {}

    /**
     * Gives the policy.
     *
     * @param host how memory of the host is mapped; null on a device without
     */
    static MmapPolicy of(BlobKind kind, HostMapping host, Access access) {
        // drm_gem_shmem_mmap: virtio_gpu_create_object leaves map_wc unset. virtio_gpu_vram_mmap: as the host said.
        boolean ofHost = kind == BlobKind.HOST3D;
        Caching caching = ofHost ? host.caching() : Caching.CACHED;
        // virtgpu_dmabuf_ops has no begin_cpu_access: there is nothing that SYNC could do for the data. It still waits for fences.
        boolean needsSync = caching == Caching.UNKNOWN;
        boolean guestMappable = !ofHost || host.guestMappable();
        MemoryKind memory = ofHost ? MemoryKind.IO : MemoryKind.SYSTEM;
        return new MmapPolicy(true, caching, needsSync, access, memory, guestMappable, PolicyOrigin.EXPORTER);
    }
}
