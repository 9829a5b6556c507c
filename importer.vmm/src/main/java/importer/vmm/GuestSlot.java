package importer.vmm;

import dmabuf.api.MmapPolicy;
import dmabuf.api.VirtioMapInfo;
import java.util.BitSet;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Memory that a guest sees: a buffer, or a chunk of its RAM.
 *
 * <p>The slot keeps the memory alive, whatever handles are closed, and goes on when the buffer's exporter goes. It is taken away when the
 * memory moves or leaves with its device ({@link SlotState#WITHDRAWN}); the guest's accesses then reach nothing, which KVM reports to its
 * monitor as {@code KVM_EXIT_MMIO}. After {@link #close} the plain getters go on answering.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface GuestSlot extends AutoCloseable {

    /**
     * Gives the number.
     *
     * @return 0 or more; the lowest that was free
     */
    int number();

    /**
     * Tells where the guest sees the memory.
     *
     * @return the guest-physical address
     */
    long guestAddress();

    /**
     * Tells how long it is.
     *
     * @return bytes
     */
    long length();

    /**
     * Describes the host's mapping behind the slot: what its exporter states, with the access that the guest has.
     *
     * @return the policy; its caching is the one that the mapping was made with
     */
    MmapPolicy policy();

    /**
     * Says the caching to the guest: {@code RESP_OK_MAP_INFO} of virtio-gpu. A slot carries no cache attribute, so this is the only way in
     * which the guest hears it. On AMD and on ARM a guest that maps otherwise gets what it maps, and with it an alias; Intel's processors
     * mostly overrule the guest.
     *
     * @return never {@link VirtioMapInfo#NONE}
     */
    VirtioMapInfo mapInfo();

    /**
     * Says the same with what the guest may do in the second nibble, as rutabaga's map_info has it.
     *
     * @return cache nibble and access nibble
     */
    int mapInfoWithAccess();

    /**
     * Tells which pages the guest has written since the slot was made, or since this was asked last. Mirrors {@code KVM_GET_DIRTY_LOG}.
     * What this process or a device has written is not in it. KVM may say more than that, never less: on some processors a page that the
     * guest has read is mapped for writing at once, and counts as written.
     *
     * @return a bit for each page of the slot, from the first on
     * @throws SlotException EOPNOTSUPP when the slot was not made with a dirty log
     * @throws dmabuf.api.BufferClosedException EBADF, once the slot is no longer mapped
     * @throws dmabuf.api.DmaBufException what KVM says
     */
    BitSet takeDirtyPages();

    /**
     * Gives all of this as data.
     *
     * @return a snapshot
     */
    SlotInfo info();

    /**
     * Takes the memory from the guest, and then unmaps it. When this returns, no virtual processor is at it any more. The second and later
     * calls do nothing.
     *
     * @throws dmabuf.api.DmaBufException what KVM says (ENOMEM is possible); then the guest still sees the memory, it stays mapped, and
     *     this may be called again
     */
    @Override
    void close();
}
