package exporter.vfio;

import dmabuf.api.Access;
import dmabuf.api.Caching;
import dmabuf.api.MemoryKind;
import dmabuf.api.MmapPolicy;
import dmabuf.api.PolicyOrigin;
import dmabuf.display.Transport;

/**
 * What a mapping of a screen is like. No request tells it: it is the driver's affair, and of a driver that is not known here nobody says
 * anything. {@code docs/caching-policy.md} lists these with the kernel functions they come from.
 */
final class Policies {

    private Policies() {}

    /**
     * Gives the policy.
     *
     * @param driver the name of the driver that made the device; empty when sysfs does not say
     */
    static MmapPolicy of(Transport transport, String driver) {
        boolean region = transport == Transport.REGION;
        if (!region && driver.equals("mbochs")) {
            // mbochs_get_gfx_dmabuf gives files for reading, of which do_mmap makes no shared mapping, and mbochs_mmap_dmabuf no other.
            return MmapPolicy.notMappable().withAccess(Access.READ);
        }
        Caching caching =
                switch (driver) {
                    // mdpy_mmap: remap_vmalloc_range.
                    case "mdpy" -> region ? Caching.CACHED : Caching.UNKNOWN;
                    // vfio_pci_core_mmap: pgprot_noncached.
                    case "vfio-pci" -> region ? Caching.UNCACHED : Caching.UNKNOWN;
                    default -> Caching.UNKNOWN;
                };
        // The guest draws by the CPU or by a device of its own: whether what it has drawn is to be seen without SYNC, nobody tells. Of a
        // region there is no dma-buf that could be synced.
        return new MmapPolicy(
                true, caching, !region, Access.READ, region ? MemoryKind.IO : MemoryKind.SYSTEM, caching != Caching.UNKNOWN,
                PolicyOrigin.EXPORTER);
    }
}
