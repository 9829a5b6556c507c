package dmabuf.linux;

/** Which kernel a driver's devices are taken from. */
public enum KernelPreference {
    /** The real one where it has a device for the driver, the simulated one elsewhere, if it is deployed. */
    AUTO,
    /** The real one only. */
    LINUX,
    /** The simulated one only. */
    SIMULATED
}
