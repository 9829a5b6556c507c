package dmabuf.linux.drm;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.linux.DeviceTracker;
import dmabuf.linux.Devices;
import dmabuf.linux.Syscalls;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The nodes in {@code /dev/dri}: one DRM device has up to two, a card node for whoever drives its displays, and a render node for everybody
 * else.
 *
 * <p>Thread-safe, without state.
 */
public final class DrmNodes {

    /** Where the nodes are. */
    public static final String FOLDER = "/dev/dri";

    private static final String SYSFS = "/sys/class/drm/";
    private static final String CARD = "card";
    private static final String RENDER = "renderD";
    private static final String NUMBER = "\\d{1,9}";
    private static final int FIRST_RENDER_NODE = 128;
    /** What the names of all drivers on a virtio bus and below one begin with. */
    private static final String VIRTIO = "virtio";
    private static final String DRIVER = "DRIVER=";

    private DrmNodes() {}

    /**
     * Chooses one node of each device: its render node where it has one, and its card node otherwise.
     *
     * @param names a regular expression that the name of a node must match whole to be looked at: {@code renderD\d+|card\d+} for all
     * @return the choice, for {@link DeviceTracker} and {@link dmabuf.linux.DriverComponent}
     * @throws java.util.regex.PatternSyntaxException for a pattern that is none
     */
    public static DeviceTracker.Choice onePerDevice(String names) {
        Pattern accepted = Pattern.compile(names);
        return (devices, nodes) -> {
            List<String> candidates = nodes.stream().filter(node -> accepted.matcher(name(node)).matches()).toList();
            return candidates.stream()
                    .filter(node -> candidates.stream().noneMatch(other -> isRenderNodeOf(devices, other, node)))
                    .toList();
        };
    }

    /** Tells whether one node is the render node of a card: sysfs knows, and numbers only tell where there is no sysfs. */
    private static boolean isRenderNodeOf(Devices devices, String render, String card) {
        String renderName = name(render);
        String cardName = name(card);
        if (!renderName.matches(RENDER + NUMBER) || !cardName.matches(CARD + NUMBER)) {
            return false;
        }
        if (devices.attribute(SYSFS + cardName + "/dev").isPresent()) {
            return devices.attribute(SYSFS + cardName + "/device/drm/" + renderName + "/dev").isPresent();
        }
        return number(renderName, RENDER) == number(cardName, CARD) + FIRST_RENDER_NODE;
    }

    private static long number(String name, String prefix) {
        return Long.parseLong(name.substring(prefix.length()));
    }

    private static String name(String node) {
        return node.substring(node.lastIndexOf('/') + 1);
    }

    /**
     * Opens a node if its driver says that it is a certain one.
     *
     * @param kernel whose node it is
     * @param node its path
     * @param driver the name of the driver, as {@code DRM_IOCTL_VERSION} gives it
     * @return the device, which the caller closes; empty when it is another driver's, or no DRM device
     * @throws DmaBufException EACCES or EPERM when the node may not be opened and sysfs does not say that it is another driver's, with what
     *     to do about it; ENOENT, ENODEV or ENXIO when the device has gone; EMFILE
     */
    public static Optional<DrmDevice> open(Syscalls kernel, String node, String driver) {
        DrmDevice device;
        try {
            device = DrmDevice.open(kernel, node);
        } catch (DmaBufException e) {
            if ((e.errno() == Errno.EACCES || e.errno() == Errno.EPERM) && isAnothers(kernel.devices(), node, driver)) {
                return Optional.empty(); // Not our business, so nobody needs a hint.
            }
            throw e;
        }
        boolean ours = false;
        try {
            ours = isOf(device, driver);
        } finally {
            if (!ours) {
                device.close();
            }
        }
        return ours ? Optional.of(device) : Optional.empty();
    }

    private static boolean isOf(DrmDevice device, String driver) {
        try {
            return device.driver().equals(driver);
        } catch (DmaBufException e) {
            if (e.errno() == Errno.ENOTTY) {
                return false; // Something else than a DRM device, in this folder.
            }
            throw e;
        }
    }

    /**
     * What sysfs says is enough to keep quiet about a node, and never enough to use one. Below virtio_gpu it knows the driver of the
     * transport only, virtio-pci or virtio-mmio.
     */
    private static boolean isAnothers(Devices devices, String node, String driver) {
        return devices.attribute(SYSFS + name(node) + "/device/uevent").stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(DRIVER))
                .map(line -> line.substring(DRIVER.length()))
                .anyMatch(below -> driver.startsWith(VIRTIO) ? !below.startsWith(VIRTIO) : !below.equals(driver));
    }
}
