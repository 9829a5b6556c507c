package dmabuf.linux.vfio;

/**
 * What a device says of itself: {@code struct vfio_device_info} of {@code linux/vfio.h}, as far as every kernel fills it in. Immutable.
 *
 * @param flags {@link VfioIoctl#DEVICE_FLAGS_RESET} and the like
 * @param regions how many regions it has; a device may answer for more than it counts
 * @param irqs how many interrupts it has
 */
public record VfioDeviceInfo(int flags, int regions, int irqs) {

    static final int SIZE = 16;
    static final int FLAGS = 4;
    static final int NUM_REGIONS = 8;
    static final int NUM_IRQS = 12;

    /**
     * Tells whether it is, or acts as, a PCI device.
     *
     * @return true when regions 0 to 5 are BARs
     */
    public boolean isPci() {
        return (flags & VfioIoctl.DEVICE_FLAGS_PCI) != 0;
    }
}
