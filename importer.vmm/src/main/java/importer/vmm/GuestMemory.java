package importer.vmm;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.fd.Fd;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The physical memory of one guest: slots, which do not overlap.
 *
 * <p>With KVM, slots are those of a virtual machine ({@link #vm}), and the guest sees them. Without, this is the table that a monitor acts
 * upon which has its virtual machine elsewhere; everything is checked and kept in the same way.
 *
 * <p>After {@link #close} everything but the plain getters throws {@link dmabuf.api.BufferClosedException}.
 *
 * <p>Thread-safe. No lock is held while a buffer, an exporter or a listener is called.
 */
@ProviderType
public interface GuestMemory extends AutoCloseable {

    /**
     * Gives the name.
     *
     * @return as in the options
     */
    String name();

    /**
     * Duplicates the descriptor of KVM's virtual machine, to make virtual processors with. Slots from {@link #slotLimit} on are the
     * caller's; those below are this object's, and not to be touched.
     *
     * @return a descriptor that the caller closes; the virtual machine lives until all of its descriptors are closed. Empty without KVM
     * @throws dmabuf.api.DmaBufException EMFILE
     * @throws dmabuf.api.BufferClosedException EBADF, after close
     */
    Optional<Fd> vm();

    /**
     * Tells why there is no KVM.
     *
     * @return in words, with what to do about it; empty with KVM
     */
    Optional<String> whyNoKvm();

    /**
     * Tells how many slots there are.
     *
     * @return what {@code KVM_CAP_NR_MEMSLOTS} says, or the limit in the options if that is less
     */
    int slotLimit();

    /**
     * Adds RAM, filled with zeroes. Mapped here, and shown to the guest.
     *
     * @param guestAddress where, a multiple of the page size
     * @param length how much, in bytes, a multiple of the page size and more than 0
     * @param request how it is made
     * @return the RAM, which goes when it or the guest is closed
     * @throws SlotException the range is refused, as {@link SlotProblem} says; nothing has been made
     * @throws dmabuf.api.DmaBufException EMFILE, ENOMEM, or what KVM says; nothing is left of it
     * @throws dmabuf.api.BufferClosedException EBADF, after close
     */
    GuestRam addRam(long guestAddress, long length, RamRequest request);

    /**
     * Shows a buffer to the guest: maps it into this process with the caching that its exporter states, and puts the mapping into a slot.
     * This object becomes a device that has attached to the buffer, so that it hears when the memory moves.
     *
     * @param buffer which; the handle stays the caller's, and may be closed at once
     * @param guestAddress where the guest shall see it, a multiple of the page size
     * @param request which part, in which mode, for what
     * @return the slot, which goes when it or the guest is closed, and when the memory does
     * @throws SlotException the range or the policy is refused, as {@link SlotProblem} says; nothing has been mapped
     * @throws dmabuf.api.BufferRevokedException ENODEV, when the memory is leaving with its device
     * @throws dmabuf.api.DmaBufException EBUSY when this process has it mapped with another cache attribute; otherwise as {@link
     *     DmaBuf#attach(dmabuf.api.ImporterDevice, dmabuf.api.ImporterOps)}, {@link DmaBuf#mmap(dmabuf.api.MmapRequest)} and KVM say;
     *     nothing is left of it
     * @throws dmabuf.api.BufferClosedException EBADF, after close of this or of the handle
     */
    GuestSlot map(DmaBuf buffer, long guestAddress, SlotRequest request);

    /**
     * Makes one buffer of RAM that is scattered over the guest: the framebuffer that a guest has described page by page, say. Nothing is
     * copied. What lies side by side in a chunk becomes one range; a range may occur more than once.
     *
     * @param source an exporter that takes memory over ({@link dmabuf.api.Requirements#wrap}): udmabuf
     * @param ranges guest-physical ranges in RAM, in the buffer's order; across chunks is fine
     * @param name the buffer's name, empty for none
     * @return the buffer, which the caller closes; it keeps its pages when the RAM goes
     * @throws SlotException the ranges are refused, as {@link SlotProblem} says
     * @throws dmabuf.api.DmaBufException what the exporter says; of a list that is too long, how many ranges were left after merging
     * @throws dmabuf.api.BufferClosedException EBADF, after close
     */
    DmaBuf export(BufferSource source, List<GuestRange> ranges, String name);

    /**
     * Copies from the guest's memory, whatever slots it is in, with CPU access begun and ended on buffers.
     *
     * @param guestAddress where from
     * @param target filled whole
     * @throws SlotException EFAULT when not all of it is in a slot; what was copied until then stays
     * @throws dmabuf.api.DmaBufException as {@link dmabuf.api.Mapping#cpuAccess} says
     * @throws dmabuf.api.BufferClosedException EBADF, after close
     */
    void read(long guestAddress, MemorySegment target);

    /**
     * Copies to the guest's memory, as {@link #read}. What a slot shows read-only is mapped read-only.
     *
     * @param guestAddress where to
     * @param source written whole
     * @throws SlotException EFAULT when not all of it is in a slot; what was copied until then stays
     * @throws dmabuf.api.DmaBufException EACCES when a slot is read-only; as {@link dmabuf.api.Mapping#cpuAccess} says
     * @throws dmabuf.api.BufferClosedException EBADF, after close
     */
    void write(long guestAddress, MemorySegment source);

    /**
     * Lists what the guest sees.
     *
     * @return a snapshot, in the order of the addresses; empty after close
     */
    List<SlotInfo> slots();

    /**
     * Takes everything down in order: each slot is taken from KVM and then unmapped, by its number, and the virtual machine is closed last.
     * Whoever runs virtual processors stops them first. The second and later calls do nothing.
     *
     * <p>Nothing else does it but the end of the bundle: a guest that is forgotten unclosed keeps its memory, since virtual processors may be
     * at it.
     *
     * @throws dmabuf.api.DmaBufException the first thing that KVM said against it; everything is closed all the same
     */
    @Override
    void close();
}
