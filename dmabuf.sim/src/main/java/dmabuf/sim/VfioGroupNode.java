package dmabuf.sim;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The node of a group, {@code /dev/vfio/7}, and what sysfs says of the mediated device in it. */
final class VfioGroupNode implements SimulatedDevice {

    static final String FOLDER = "/dev/vfio/";
    static final String CONTAINER = FOLDER + "vfio";

    /** An open group. */
    private static final class File extends DeviceFile {

        private final VfioGroup group;

        File(DeviceOpening opening, VfioGroup group) {
            super(opening, group);
            this.group = group;
        }

        @Override
        void release() {
            group.close();
        }
    }

    private final SimulatedVfio kind;
    private final VfioGroup group;
    private final String device;
    private final String groupFolder;
    private final Map<String, String> attributes;

    VfioGroupNode(SimulatedVfio kind, int number, VfioDriver driver, BufferFactory buffers) {
        this.kind = kind;
        this.device = device(number);
        this.group = new VfioGroup(buffers.linux(), buffers.descriptors(), driver, device);
        this.groupFolder = "/sys/kernel/iommu_groups/" + number + "/devices";
        this.attributes = new HashMap<>(driver.attributes());
        attributes.put("uevent", "DRIVER=" + driver.name());
        attributes.put("mdev_type/name", driver.type());
        attributes.put("mdev_type/device_api", "vfio-pci");
    }

    /** The UUID of the device in a group: a mediated device is called as whoever makes it says. */
    static String device(int group) {
        return String.format("d15b1a70-0000-4000-8000-%012x", group);
    }

    @Override
    public Optional<SimulatedHardware> hardware() {
        return Optional.of(kind);
    }

    VfioDriver driver() {
        return group.driver();
    }

    @Override
    public SimulatedFile open(DeviceOpening opening) {
        group.open();
        try {
            return new File(opening, group);
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    @Override
    public ModuleParameters parameters() {
        return new ModuleParameters(group.driver().name(), Map.of());
    }

    @Override
    public List<String> entries(String folder) {
        return folder.equals(groupFolder) || folder.equals("/sys/bus/mdev/devices") ? List.of(device) : List.of();
    }

    @Override
    public Optional<String> attribute(String path) {
        for (String folder : List.of(groupFolder, "/sys/bus/mdev/devices")) {
            String prefix = folder + "/" + device + "/";
            if (path.startsWith(prefix)) {
                return Optional.ofNullable(attributes.get(path.substring(prefix.length())));
            }
        }
        return Optional.empty();
    }
}
