package importer.v4l2;

import dmabuf.api.BufferId;
import dmabuf.api.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A camera that captures. Frames are taken with {@link #next}, or given to a listener; each goes back to the camera when it is closed.
 * Nobody blocks for a stream: one thread waits for all of them, and only while somebody wants a frame.
 *
 * <p>Where all buffers are with their users, the camera drops frames; {@link CapturedFrame#droppedBefore} counts them. The oldest frame
 * comes first.
 *
 * <p>When the camera is unplugged the stream is over: {@link #next} throws {@link CameraGoneException}. When the exporter of the buffers
 * goes, the stream goes on as {@link WhenExporterGoes} says, and {@link #events} tells what it did. When the bundle of this service stops,
 * the stream is closed.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface CaptureStream extends AutoCloseable {

    /**
     * Says whose frames these are.
     *
     * @return the camera
     */
    CameraInfo camera();

    /**
     * Says what the driver has granted, and what of it is not as it was asked for.
     *
     * @return the format, which does not change while the stream is open
     */
    CaptureFormat format();

    /**
     * Says where the buffers come from, and why.
     *
     * @return the choice as of now: another one after buffers were re-negotiated
     */
    BufferChoice choice();

    /**
     * Lists the buffers that the driver writes into: every frame is in one of them.
     *
     * @return the identities as of now, buffer by buffer; plane by plane where each plane has its own
     */
    List<BufferId> buffers();

    /**
     * Takes the next frame, and waits for it. Mirrors poll(2) and {@code VIDIOC_DQBUF}. Where several threads call, each gets other frames.
     *
     * @param timeout how long to wait at most: zero or less to look only, more than a century for ever
     * @return the frame, which the caller closes; empty when there was none in time
     * @throws InterruptedException when the thread is interrupted before or meanwhile; nothing else has changed
     * @throws CameraGoneException ENODEV, when the camera has been unplugged
     * @throws dmabuf.api.DmaBufException ECANCELED when the stream is closed, before or meanwhile; EMFILE when there is no descriptor left
     *     to wait with; EIO when the device has failed; EPIPE when there are no more frames; what else the driver says. Once an errno has
     *     ended the stream, every later call says the same
     */
    Optional<CapturedFrame> next(Duration timeout) throws InterruptedException;

    /**
     * Has frames given to a listener as they come.
     *
     * @param listener who is given them
     * @return close this to end it; a frame that is under way then may still arrive
     * @throws IllegalStateException when there is a listener already
     * @throws dmabuf.api.DmaBufException as {@link #next} says
     */
    Subscription listen(CaptureListener listener);

    /**
     * Has every buffer replaced by a newly negotiated one, each when it is given back; what {@link WhenExporterGoes#RENEGOTIATE} does by
     * itself. Frames that are taken, and those that the driver is writing, stay where they are.
     *
     * @throws dmabuf.api.DmaBufException EOPNOTSUPP when the buffers are the camera's own, or the caller's; ECANCELED when the stream is
     *     closed
     */
    void renegotiate();

    /**
     * Counts the frames that were taken.
     *
     * @return 0 or more
     */
    long captured();

    /**
     * Counts the frames that were dropped, by the gaps between those that were taken, and before the first.
     *
     * @return 0 or more
     */
    long dropped();

    /**
     * Lists what happened to the stream.
     *
     * @return the latest events, at most 64, oldest first
     */
    List<CaptureEvent> events();

    /**
     * Stops the camera and lets go of the buffers. Frames that were taken stay readable until they are closed. Waits of others end with
     * ECANCELED. The second and later calls do nothing.
     */
    @Override
    void close();
}
