package dmabuf.sim;

/** A device node and its driver. */
interface SimulatedDevice {

    /** Opens the node. A {@link KernelError} is answered as its errno. */
    SimulatedFile open(DeviceOpening opening);

    /** The parameters of the driver's module. */
    ModuleParameters parameters();
}
