package importer.v4l2;

import dmabuf.api.DmaBuf;
import dmabuf.frame.FrameDescription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A frame: the very buffer that the driver has written, and what is to be known of the picture in it. Nothing is copied.
 *
 * <p>The frame is the holder's until {@link #close}, which gives the buffer back to the camera: the driver then writes another frame into
 * it. So whoever else uses the buffer must be done with it by then, devices among them: V4L2 knows no fences, and does not wait for any
 * ({@link DmaBuf#awaitReady} does). After close, the handles of {@link #buffers} are closed.
 *
 * <p>A frame stays readable when the camera is unplugged, when the exporter of its buffer goes, and when the stream is closed: close it
 * all the same.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface CapturedFrame extends AutoCloseable {

    /**
     * Gives the buffer that the driver has written: the first one, where each plane has its own.
     *
     * @return a handle, the same each time, which {@link #close} closes. Its {@link DmaBuf#id} is one of {@link CaptureStream#buffers}
     */
    default DmaBuf buffer() {
        return buffers().getFirst();
    }

    /**
     * Gives the buffers that the driver has written.
     *
     * @return one, or one for each plane of {@link #description}; handles as {@link #buffer} says
     */
    List<DmaBuf> buffers();

    /**
     * Says how the picture lies in the buffer.
     *
     * @return the description. Where each plane has a buffer of its own, its offset counts from the first byte of that
     */
    FrameDescription description();

    /**
     * Gives the driver's number of the frame, which counts those too that were dropped.
     *
     * @return from 0 on; goes on beyond the 32 bits that V4L2 has
     */
    long sequence();

    /**
     * Tells how many frames are missing before this one: frames for which the driver had no buffer, since all were waiting to be taken or
     * in use.
     *
     * @return the gap in the sequence, 0 for none
     */
    long droppedBefore();

    /**
     * Tells when the frame was taken.
     *
     * @return time since the zero of CLOCK_MONOTONIC, which is that of {@link System#nanoTime} on Linux; empty when the driver uses another
     *     clock
     */
    Optional<Duration> timestamp();

    /**
     * Tells how long it took from the driver's timestamp until the frame was taken from the stream. Some drivers stamp a frame with the
     * time at which it is to end, and deliver it before: vivid does.
     *
     * @return the time, negative for a timestamp that lies ahead; empty when there is no {@link #timestamp}
     */
    Optional<Duration> latency();

    /**
     * Tells whether the driver says that the picture may be wrong ({@code V4L2_BUF_FLAG_ERROR}), or has written less than a whole one.
     *
     * @return true when it should not be relied upon
     */
    boolean isDamaged();

    /**
     * Gives the buffer back to the camera. The second and later calls do nothing; neither does this after the stream is closed or over, but
     * for closing the handles.
     *
     * @throws dmabuf.api.DmaBufException when the driver does not take it; the frame is closed all the same, and the stream tries again
     *     later
     */
    @Override
    void close();
}
