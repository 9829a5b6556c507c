package importer.v4l2;

import dmabuf.api.DmaBufException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is given the frames of a stream, one after the other, each call on a virtual thread, with no lock held: it may block, and then frames are
 * dropped by the driver, which counts them.
 */
@ConsumerType
@FunctionalInterface
public interface CaptureListener {

    /**
     * A frame is there.
     *
     * @param frame the frame, which the listener closes, now or later, on any thread. When this throws, the stream closes it, reports
     *     what was thrown, and goes on
     */
    void frame(CapturedFrame frame);

    /**
     * Something happened to the stream. Called by whoever noticed: take it as it comes, and do not block.
     *
     * @param event what happened
     */
    default void event(CaptureEvent event) {}

    /**
     * There will be no more frames. Called once, last; not when the stream or the subscription is closed.
     *
     * @param why {@link CameraGoneException} when the camera was unplugged
     */
    default void ended(DmaBufException why) {}
}
