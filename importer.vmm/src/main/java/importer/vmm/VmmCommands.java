package importer.vmm;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The Gogo command {@code dmabuf:slots}, for a container that has Gogo. */
@Component(service = VmmCommands.class, property = {"osgi.command.scope=dmabuf", "osgi.command.function=slots"})
public final class VmmCommands {

    private final Vmm vmm;

    /**
     * Prepares the command.
     *
     * @param vmm knows the guests
     */
    @Activate
    public VmmCommands(@Reference Vmm vmm) {
        this.vmm = vmm;
    }

    /**
     * Lists what guests see.
     *
     * @return one item for every slot of every guest
     */
    public List<SlotInfo> slots() {
        return vmm.slots();
    }
}
