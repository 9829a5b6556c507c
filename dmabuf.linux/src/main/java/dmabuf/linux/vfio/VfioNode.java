package dmabuf.linux.vfio;

/**
 * A device that is in a group of VFIO, as sysfs tells of it. Immutable.
 *
 * @param node the group's node, {@code /dev/vfio/GROUP}
 * @param name the device's name, by which {@code VFIO_GROUP_GET_DEVICE_FD} opens it: a PCI address, or the UUID of a mediated device
 * @param driver the name of its driver: {@code vfio-pci}, or the vendor's of a mediated device; empty when it has none, or sysfs does not
 *     say
 * @param type the type of a mediated device, as its vendor calls it ({@code mbochs-small}); empty for another device
 */
public record VfioNode(String node, String name, String driver, String type) {

    /**
     * Tells whether it is a mediated device (mdev): one of several that a driver makes of one real device, or of none.
     *
     * @return true for one that has a type
     */
    public boolean isMediated() {
        return !type.isEmpty();
    }

    /** Says name, driver and group, for messages. */
    @Override
    public String toString() {
        return name + " (" + (isMediated() ? type : driver.isEmpty() ? "no driver" : driver) + ", " + node + ")";
    }
}
