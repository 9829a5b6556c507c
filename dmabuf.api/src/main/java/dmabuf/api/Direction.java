package dmabuf.api;

/** Which way data moves in a mapping of a device: {@code enum dma_data_direction}. */
public enum Direction {
    /** The device reads and writes. */
    BIDIRECTIONAL,
    /** The device reads what the CPU or another device wrote. */
    TO_DEVICE,
    /** The device writes what the CPU or another device will read. */
    FROM_DEVICE;

    /**
     * Gives the direction of a CPU access, as {@code DMA_BUF_IOCTL_SYNC} takes it: what the CPU reads comes from a device, what it writes
     * goes to one.
     *
     * @param access what the CPU does
     * @return the direction that an exporter's hooks are told
     */
    public static Direction ofCpuAccess(Access access) {
        return switch (access) {
            case READ -> FROM_DEVICE;
            case WRITE -> TO_DEVICE;
            case READ_WRITE -> BIDIRECTIONAL;
        };
    }

    /**
     * Gives what the device does to the memory.
     *
     * @return read for {@link #TO_DEVICE}, write for {@link #FROM_DEVICE}
     */
    public Access deviceAccess() {
        return switch (this) {
            case TO_DEVICE -> Access.READ;
            case FROM_DEVICE -> Access.WRITE;
            case BIDIRECTIONAL -> Access.READ_WRITE;
        };
    }

    /**
     * Tells whether a mapping in this direction serves somebody who asks for the other.
     *
     * @param other what is asked for
     * @return true for the same direction, and for every one when this is {@link #BIDIRECTIONAL}
     */
    public boolean serves(Direction other) {
        return this == other || this == BIDIRECTIONAL;
    }
}
