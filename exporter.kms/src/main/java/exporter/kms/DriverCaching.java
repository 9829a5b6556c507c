package exporter.kms;

import dmabuf.api.Caching;
import java.util.Map;

/**
 * The cache attribute of a driver's dumb buffers when the CPU maps them through the dma-buf, where it is known from the driver's source;
 * and UNKNOWN where it is not, never a guess.
 */
final class DriverCaching {

    private static final Map<String, Caching> KNOWN = Map.of(
            // vgem_gem_create_object sets map_wc, and drm_gem_shmem_mmap then uses pgprot_writecombine.
            "vgem", Caching.WRITE_COMBINED,
            // virtio_gpu_create_object leaves map_wc unset.
            "virtio_gpu", Caching.CACHED);

    private DriverCaching() {}

    static Caching of(String driver) {
        return KNOWN.getOrDefault(driver, Caching.UNKNOWN);
    }
}
