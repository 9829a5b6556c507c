package exporter.virtio;

import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Syscalls;
import dmabuf.linux.drm.DrmDevice;
import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How the CPU maps memory of the host. No request tells it. The kernel's own list of memory types does, where it can be read: a blob is
 * made and mapped, and looked up. Elsewhere the operator may know. If neither is to be had, it is not known.
 *
 * @param caching the cache attribute
 * @param guestMappable whether the host has said that it can be mapped, so that a guest may map it in turn
 */
record HostMapping(Caching caching, boolean guestMappable) {

    private static final System.Logger LOG = System.getLogger(HostMapping.class.getName());

    /** What becomes of the probe for lack of something here, or of the device: the next one may find the blobs. */
    private static final Set<Errno> NO_TRAIT = EnumSet.of(Errno.ENODEV, Errno.ENOMEM, Errno.EMFILE, Errno.ENFILE);

    /** Of a length that drivers do not map their registers in. */
    private static final long PROBE_SIZE = 11 * MappedMemory.PAGE_SIZE;

    /**
     * Finds out.
     *
     * @param client a client with nothing in it yet
     * @return empty when the host does not make such blobs after all, or they cannot be mapped
     * @throws DmaBufException ENODEV when the device goes meanwhile; ENOMEM, EMFILE or ENFILE, which say nothing of the host
     */
    static Optional<HostMapping> probe(DrmDevice client, Syscalls kernel, String node, Traits traits, HostMapInfo told) {
        Optional<MemoryTypeList> before = MemoryTypeList.of(kernel.devices(), node);
        try (Arena arena = Arena.ofConfined()) {
            VirtioObject blob = VirtioObject.create(client, node, arena, BlobKind.HOST3D, PROBE_SIZE, traits);
            MappedMemory.map(kernel, client.fd().number(), blob.offset(), PROBE_SIZE, true, arena);
            Caching listed = before.flatMap(list -> MemoryTypeList.of(kernel.devices(), node).map(now -> now.mappedSince(list, PROBE_SIZE)))
                    .orElse(Caching.UNKNOWN);
            return Optional.of(of(listed, told, node));
        } catch (DmaBufException e) {
            if (NO_TRAIT.contains(e.errno())) {
                throw e;
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0}: the host shows its memory, but makes no blob that can be mapped: {1}", node, e.getMessage());
            return Optional.empty();
        }
    }

    /** What the kernel does counts for more than what somebody says that it does. */
    static HostMapping of(Caching listed, HostMapInfo told, String node) {
        if (listed != Caching.UNKNOWN && told != HostMapInfo.UNKNOWN && listed != told.caching()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: the kernel maps memory of the host as {1}, and the configuration hostMapInfo={2} says {3}; the kernel is right",
                    node, listed.property(), told.word(), told.caching().property());
        }
        Caching caching = listed != Caching.UNKNOWN ? listed : told.caching();
        return new HostMapping(caching, caching != Caching.UNKNOWN && told != HostMapInfo.NONE);
    }
}
