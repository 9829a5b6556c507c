package dmabuf.linux.vfio;

import dmabuf.linux.DeviceTracker;
import dmabuf.linux.Devices;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is under {@code /dev/vfio}: the container's node, and one node for each group, in which one or several devices are. Nothing is
 * opened to find out: opening a group takes it from whoever is about to use it.
 *
 * <p>Thread-safe, without state.
 */
public final class VfioNodes {

    /** Where the nodes are. */
    public static final String FOLDER = "/dev/vfio";
    /** The node of containers. */
    public static final String CONTAINER = FOLDER + "/vfio";

    private static final String GROUPS = "/sys/kernel/iommu_groups/";
    private static final String DRIVER = "DRIVER=";
    /** A group's number; groups without an IOMMU are called so. */
    private static final Pattern GROUP = Pattern.compile(FOLDER + "/(?:noiommu-)?(\\d{1,9})");

    private VfioNodes() {}

    /**
     * Tells whether a node is a group's.
     *
     * @param node a path
     * @return true for {@code /dev/vfio/7} and {@code /dev/vfio/noiommu-7}
     */
    public static boolean isGroup(String node) {
        return GROUP.matcher(node).matches();
    }

    /**
     * Chooses the nodes of groups.
     *
     * @return the choice, for {@link DeviceTracker} and {@link dmabuf.linux.DriverComponent}
     */
    public static DeviceTracker.Choice groups() {
        return (devices, nodes) -> nodes.stream().filter(VfioNodes::isGroup).toList();
    }

    /**
     * Lists the devices of all groups that have a node.
     *
     * @param devices what the kernel tells of its devices
     * @return the devices, by node and then by name; a group's bridges and what has no VFIO driver among them
     */
    public static List<VfioNode> list(Devices devices) {
        return devices.list(FOLDER).stream().filter(VfioNodes::isGroup).flatMap(node -> in(devices, node).stream()).toList();
    }

    /**
     * Lists the devices of one group.
     *
     * @param devices what the kernel tells of its devices
     * @param node the group's node
     * @return its devices by name; empty when there is no such group
     */
    public static List<VfioNode> in(Devices devices, String node) {
        var group = GROUP.matcher(node);
        if (!group.matches() || !devices.exists(node)) {
            return List.of();
        }
        String folder = GROUPS + group.group(1) + "/devices";
        return devices.entries(folder).stream().map(name -> describe(devices, node, folder + "/" + name, name)).toList();
    }

    private static VfioNode describe(Devices devices, String node, String folder, String name) {
        String driver = devices.attribute(folder + "/uevent").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(DRIVER))
                .map(line -> line.substring(DRIVER.length()))
                .findFirst()
                .orElse("");
        return new VfioNode(node, name, driver, devices.attribute(folder + "/mdev_type/name").orElse(""));
    }

    /**
     * Finds a device.
     *
     * @param devices what the kernel tells of its devices
     * @param what its PCI address or UUID, in whatever case; or a group's node, if just one device is in it
     * @return the device; empty when there is none, or more than one
     */
    public static Optional<VfioNode> find(Devices devices, String what) {
        List<VfioNode> found = isGroup(what)
                ? in(devices, what)
                : list(devices).stream().filter(device -> device.name().equalsIgnoreCase(what)).toList();
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    /**
     * Explains why a device cannot be opened, as far as that can be seen without trying, and what to do about it. Whether another process
     * has its group open cannot be seen.
     *
     * @param devices what the kernel tells of its devices
     * @param device one of {@link #list}
     * @return one sentence for people; empty when there is nothing to say
     */
    public static Optional<String> explainNoAccess(Devices devices, VfioNode device) {
        if (!devices.exists(CONTAINER)) {
            return Optional.of("there is no " + CONTAINER + "; load the module: sudo modprobe vfio_iommu_type1");
        }
        if (!device.isMediated() && device.driver().isEmpty()) {
            return Optional.of(device.name() + " has no driver; bind it to vfio-pci: sudo driverctl set-override " + device.name()
                    + " vfio-pci");
        }
        return devices.explainNoAccess(device.node());
    }
}
