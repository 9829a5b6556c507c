package dmabuf.display;

import dmabuf.api.Subscription;
import dmabuf.fd.KernelKind;
import java.time.Duration;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A screen. A service for each, with the properties {@code dmabuf.exporter}, {@code dmabuf.device} and {@code dmabuf.kernel} of the
 * exporter that knows it. Every frame comes through that exporter's {@link dmabuf.api.BufferSource}, so that all that holds for buffers holds for
 * screens.
 *
 * <p>When the exporter or the device goes, the service goes; who holds this keeps it, and it works again when they are back. Thread-safe.
 */
@ProviderType
public interface Display {

    /** The shortest time between two calls of a listener: who asks for less gets this. */
    Duration SHORTEST_INTERVAL = Duration.ofMillis(10);

    /**
     * Names the device.
     *
     * @return {@code dmabuf.device} of its exporter
     */
    String device();

    /**
     * Names the device for people.
     *
     * @return its type and UUID, for example; what it was called last, while it is not here
     */
    String name();

    /**
     * Tells whether the device is real.
     *
     * @return the kind of kernel that it belongs to
     */
    KernelKind kernel();

    /**
     * Asks the device what it shows.
     *
     * @return the state now; whatever is wrong with the device is in it, and nothing is thrown
     */
    DisplayState state();

    /**
     * Gives what a plane shows now, as a buffer.
     *
     * @param plane the picture, or the cursor apart
     * @return the frame, which the caller closes; empty when the plane is off, which is no error
     * @throws dmabuf.api.ExporterGoneException ENODEV when the device or its exporter is not here at present
     * @throws dmabuf.api.DmaBufException EIO when the device says what cannot be, such as a picture that does not fit its buffer; EAGAIN
     *     when the plane shows something else again and again while it is asked for; what the exporter says otherwise
     */
    Optional<DisplayFrame> frame(DisplayPlane plane);

    /**
     * Copies what is on the screen. Without a cursor, or with {@link CursorMode#APART}, in the format of the picture; composed with a
     * cursor as {@link dmabuf.frame.DrmFormat#XRGB8888}. A cursor's colours are taken as multiplied with its alpha, as everywhere in DRM.
     *
     * @param cursor what becomes of the cursor
     * @return the copy; empty when the picture is switched off
     * @throws dmabuf.api.DmaBufException as {@link #frame} says; EOPNOTSUPP when the picture, or a cursor that is to be composed, is not
     *     linear or of a format that cannot be read, which the message names, or its driver shows it to devices only
     */
    Optional<DisplayPicture> capture(CursorMode cursor);

    /**
     * Follows the screen. There is a thread for it, which sleeps in between, for as long as the subscription lasts; nobody asks the device
     * without one. It survives the exporter's being swapped.
     *
     * @param interval how much time there is between two looks at the device, and so between two calls at least; for 30 frames a second
     *     33 ms. Less than {@link #SHORTEST_INTERVAL} counts as that
     * @param listener who is told
     * @return close this to stop; a call that is under way goes on
     */
    Subscription listen(Duration interval, DisplayListener listener);
}
