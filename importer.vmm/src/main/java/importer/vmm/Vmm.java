package importer.vmm;

import dmabuf.linux.Syscalls;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The way in: a service that makes guest memory. It needs no exporter, so that those come and go without it; what guests see of their
 * buffers stays. When this bundle stops, it closes every guest that is open.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface Vmm {

    /**
     * Makes the memory of a guest, with nothing in it.
     *
     * @param options its name, and whether KVM is wanted
     * @return the memory, which the caller closes
     * @throws dmabuf.api.DmaBufException when KVM is {@link KvmUse#REQUIRED} and cannot be had: EACCES or ENOENT of {@code /dev/kvm}, with
     *     what to do about it, ENODEV for another version of its interface, and what it says; ENODEV after the bundle has stopped
     */
    GuestMemory create(GuestOptions options);

    /**
     * Lists the guests that are open.
     *
     * @return a snapshot, the oldest first
     */
    List<GuestMemory> guests();

    /**
     * Lists what all guests see.
     *
     * @return a snapshot
     */
    default List<SlotInfo> slots() {
        return guests().stream().flatMap(guest -> guest.slots().stream()).toList();
    }

    /**
     * Makes one without a container.
     *
     * @param kernel who has {@code /dev/kvm} and makes RAM
     * @return a new one; closing its guests is the caller's business
     */
    static Vmm on(Syscalls kernel) {
        return new Guests(kernel);
    }
}
