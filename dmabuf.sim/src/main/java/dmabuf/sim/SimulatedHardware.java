package dmabuf.sim;

/**
 * Hardware that can be plugged into a simulated machine at nodes that several kinds of it can have. What it is called in a
 * {@link MachineDescription} is its name in lower case, with dashes.
 */
public sealed interface SimulatedHardware permits SimulatedGpu, SimulatedCamera, SimulatedVfio {

    /**
     * Gives the constant's name.
     *
     * @return the name, in upper case
     */
    String name();
}
