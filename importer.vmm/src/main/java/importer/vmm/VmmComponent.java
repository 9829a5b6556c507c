package importer.vmm;

import dmabuf.linux.Syscalls;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Puts the service into a container. KVM is the real kernel's: no simulation has one, and the buffers of simulations are real memory. */
@Component(service = Vmm.class)
public final class VmmComponent implements Vmm {

    private final Guests guests;

    /**
     * Begins with no guest.
     *
     * @param kernel who has KVM
     */
    @Activate
    public VmmComponent(@Reference(target = "(dmabuf.kernel=linux)") Syscalls kernel) {
        guests = new Guests(kernel);
    }

    @Override
    public GuestMemory create(GuestOptions options) {
        return guests.create(options);
    }

    @Override
    public List<GuestMemory> guests() {
        return guests.guests();
    }

    /** Closes every guest. */
    @Deactivate
    public void stop() {
        guests.close();
    }
}
