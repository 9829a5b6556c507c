package dmabuf.sim;

import dmabuf.linux.Posix;

/**
 * What a driver says of a buffer that it exports, {@code struct dma_buf_export_info}.
 *
 * @param exporter the driver's name, as debugfs shows it
 * @param accessMode how the buffer's file is open, which decides what it may be mapped for
 * @param rules what the driver's operations ask for
 * @param reservation the buffer's fences
 * @param owner the object that was exported, told when the buffer is gone; null for none
 * @param released told when the buffer is gone
 */
record BufferExport(
        String exporter, int accessMode, DriverRules rules, Reservation reservation, GemObject owner, Runnable released) {

    private static final Runnable NOBODY = () -> {};

    BufferExport(String exporter, int accessMode, DriverRules rules, Reservation reservation, GemObject owner) {
        this(exporter, accessMode, rules, reservation, owner, NOBODY);
    }

    /** A buffer with fences of its own, of which nobody is told when it goes. */
    static BufferExport of(String exporter, int accessMode, DriverRules rules, Waits waits) {
        return new BufferExport(exporter, accessMode, rules, new Reservation(waits), null);
    }

    /** The same, with somebody to be told when the buffer is gone, on the thread that lets go of it last. */
    BufferExport whenReleased(Runnable told) {
        return new BufferExport(exporter, accessMode, rules, reservation, owner, told);
    }

    /** Tells whether nobody can ever write through the buffer. */
    boolean isReadOnly() {
        return accessMode == Posix.O_RDONLY;
    }
}
