/**
 * Guest memory, as a virtual machine monitor has it: slots of guest-physical addresses, with RAM and with buffers of any exporter in them.
 *
 * <pre>{@code
 * @Reference Vmm vmm;
 *
 * try (GuestMemory guest = vmm.create(GuestOptions.named("desktop"))) {
 *     guest.addRam(0, 512 << 20, RamRequest.plain());
 *     try (GuestSlot slot = guest.map(buffer, 0x1_0000_0000L, SlotRequest.whole())) {
 *         reply.mapInfo(slot.mapInfo().value());     // RESP_OK_MAP_INFO, to the guest's virtio-gpu
 *         …
 *     }
 * }
 * }</pre>
 *
 * <p><b>Nobody guesses.</b> A slot of KVM carries no cache attribute. What the host's processors use is that of the mapping behind the
 * slot, which is made in a mode of the buffer's, with the attribute that its exporter states. What the guest's processors use, the guest
 * decides, and it has to decide the same: {@link importer.vmm.GuestSlot#mapInfo} is the exporter's word in the form in which virtio-gpu
 * tells a guest. A mode whose exporter does not know, or says that no guest may map it, is refused with the reason.
 *
 * <p>Memory goes in one order only: the slot is taken from KVM, then the mapping is closed. The other way round, whatever is mapped next at
 * that address of this process would be seen by the guest.
 *
 * <p>A service, {@link importer.vmm.Vmm}; without a container {@link importer.vmm.Vmm#on}. Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package importer.vmm;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
