package dmabuf.sim;

import java.util.Map;

/** The node {@code /dev/vfio/vfio}: each opening is a container. */
final class VfioContainerNode implements SimulatedDevice {

    /** An open container, known to groups by its class. */
    static final class File extends DeviceFile {

        private final VfioContainer container;

        File(DeviceOpening opening, VfioContainer container) {
            super(opening, container);
            this.container = container;
        }

        VfioContainer container() {
            return container;
        }
    }

    @Override
    public SimulatedFile open(DeviceOpening opening) {
        return new File(opening, new VfioContainer());
    }

    @Override
    public ModuleParameters parameters() {
        return new ModuleParameters("vfio", Map.of());
    }
}
