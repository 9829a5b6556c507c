package dmabuf.share;

import dmabuf.api.DmaBuf;
import dmabuf.linux.PeerCredentials;

/**
 * A buffer that came from another process. Whoever receives it closes it, which gives up this process's handle and nobody else's.
 *
 * <p>Immutable.
 */
public final class ReceivedBuffer implements AutoCloseable {

    private final DmaBuf buffer;
    private final BufferDescription description;
    private final PeerCredentials giver;
    private final boolean simulated;

    ReceivedBuffer(DmaBuf buffer, BufferDescription description, PeerCredentials giver, boolean simulated) {
        this.buffer = buffer;
        this.description = description;
        this.giver = giver;
        this.simulated = simulated;
    }

    /**
     * Gives the buffer.
     *
     * @return a handle, which {@link #close} closes; its policy is the giver's, marked {@link dmabuf.api.PolicyOrigin#DECLARED}
     */
    public DmaBuf buffer() {
        return buffer;
    }

    /**
     * Gives what the giver said.
     *
     * @return the description, in its range but not verified, save for the size
     */
    public BufferDescription description() {
        return description;
    }

    /**
     * Tells who gave it.
     *
     * @return the giver, as the kernel knows it
     */
    public PeerCredentials giver() {
        return giver;
    }

    /**
     * Tells whether the buffer is simulated.
     *
     * @return true when it came as the parts of a simulated dma-buf; false for a real one, and for a plain memfd
     */
    public boolean isSimulated() {
        return simulated;
    }

    /** Closes the handle. The second and later calls do nothing. */
    @Override
    public void close() {
        buffer.close();
    }

    /** Describes the buffer and its giver, for messages. */
    @Override
    public String toString() {
        return description + (simulated ? " (simulated)" : "") + " from " + giver;
    }
}
