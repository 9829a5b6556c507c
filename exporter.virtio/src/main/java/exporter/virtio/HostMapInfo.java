package exporter.virtio;

import dmabuf.api.Caching;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the operator knows of the host: with which {@code map_info} its renderer answers when the guest maps a blob. The guest's kernel
 * hears it, maps by it in {@code virtio_gpu_vram_mmap}, and tells nobody.
 */
enum HostMapInfo {

    /** Nobody knows. */
    UNKNOWN(Caching.UNKNOWN),

    /** {@code VIRTIO_GPU_MAP_CACHE_NONE}: the host says nothing, and the kernel maps as it maps by default, cached. */
    NONE(Caching.CACHED),

    /** {@code VIRTIO_GPU_MAP_CACHE_CACHED}. */
    CACHED(Caching.CACHED),

    /** {@code VIRTIO_GPU_MAP_CACHE_UNCACHED}. */
    UNCACHED(Caching.UNCACHED),

    /** {@code VIRTIO_GPU_MAP_CACHE_WC}. */
    WC(Caching.WRITE_COMBINED);

    private final Caching caching;

    HostMapInfo(Caching caching) {
        this.caching = caching;
    }

    /** What the kernel makes of it. */
    Caching caching() {
        return caching;
    }

    /** The spelling in the configuration. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the configuration.
     *
     * @throws IllegalArgumentException for a word that is none of these
     */
    static HostMapInfo ofProperty(String word) {
        List<HostMapInfo> all = Arrays.asList(values());
        return all.stream()
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a map_info of a host: \"" + word + "\" ("
                        + String.join(", ", all.stream().map(HostMapInfo::word).toList()) + ")"));
    }
}
