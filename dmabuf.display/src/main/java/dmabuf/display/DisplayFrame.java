package dmabuf.display;

import dmabuf.api.DmaBuf;
import java.util.Objects;

/**
 * What a plane shows, as a buffer: for reading, as the screen is its guest's. The buffer stays when the screen shows another framebuffer;
 * by {@link Transport#DMA_BUF} also when the device goes, by {@link Transport#REGION} it is revoked then, as {@link
 * dmabuf.api.Lifetime#DEVICE_BOUND} says.
 *
 * <p>Thread-safe. Close it, or the framebuffer's memory stays.
 */
public final class DisplayFrame implements AutoCloseable {

    private final PlaneInfo info;
    private final DmaBuf buffer;

    /**
     * Joins a buffer to what is in it.
     *
     * @param info what there is to say of it
     * @param buffer a handle, which becomes this frame's
     */
    public DisplayFrame(PlaneInfo info, DmaBuf buffer) {
        this.info = Objects.requireNonNull(info, "info");
        this.buffer = Objects.requireNonNull(buffer, "buffer");
    }

    /**
     * Describes it, as it was when it was taken.
     *
     * @return format, geometry and position; also after close
     */
    public PlaneInfo info() {
        return info;
    }

    /**
     * Gives the buffer.
     *
     * @return a handle, which stays this frame's and is closed with it; {@link DmaBuf#retain} makes one that is not
     */
    public DmaBuf buffer() {
        return buffer;
    }

    /** Gives the buffer back. The second and later calls do nothing. */
    @Override
    public void close() {
        buffer.close();
    }

    /** Says what it is and where it is from. */
    @Override
    public String toString() {
        return info + ", " + buffer;
    }
}
