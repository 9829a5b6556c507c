package dmabuf.sim;

/** The VFIO devices that can be plugged into a simulated machine, each a display in a group of its own. */
public enum SimulatedVfio implements SimulatedHardware {

    /**
     * The kernel's sample device {@code mbochs}, of type {@code mbochs-small}: planes are dma-bufs. There is no guest: whoever opens it
     * sets the mode in its registers and draws into its memory.
     */
    MBOCHS,

    /** The kernel's sample device {@code mdpy}, of type {@code mdpy-vga}: the plane is a region of 640 by 480 pixels. There is no guest. */
    MDPY,

    /** A GPU with a guest that draws, see {@link SimulatedScreen}: primary plane and cursor are dma-bufs. */
    VGPU,

    /** A GPU with a guest that draws, see {@link SimulatedScreen}: primary plane and cursor are regions. */
    VGPU_REGION
}
