package importer.v4l2;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A video capture device: a service, there for as long as the device is. Its service properties are the constants of this type and
 * {@link dmabuf.api.ExporterProperties#KERNEL}, which says whether the device is real.
 *
 * <p>The node is opened anew by each method, so that permissions of the moment count and nothing is held meanwhile. After the device has
 * gone, methods throw {@link CameraGoneException}; {@link #info} goes on answering.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface Camera {

    /** The service property that names the device node: a {@code String} such as {@code /dev/video0}. */
    String DEVICE = "camera.device";
    /** The service property that names the driver: a {@code String} such as {@code uvcvideo}. */
    String DRIVER = "camera.driver";
    /** The service property with the device's name for people, a {@code String}. */
    String CARD = "camera.card";
    /** The service property that says where the device is: a {@code String} such as {@code usb-0000:00:14.0-5}. */
    String BUS = "camera.bus";
    /** The service property that says whether a frame can have a buffer for each plane, a {@code Boolean}. */
    String MULTIPLANAR = "camera.multiplanar";

    /**
     * Says which camera this is.
     *
     * @return what the driver said when the device came
     */
    CameraInfo info();

    /**
     * Lists what the camera can deliver. Mirrors {@code VIDIOC_ENUM_FMT}, {@code VIDIOC_ENUM_FRAMESIZES} and
     * {@code VIDIOC_ENUM_FRAMEINTERVALS}.
     *
     * @return the formats, in the driver's order
     * @throws CameraGoneException ENODEV, when the device has gone
     * @throws dmabuf.api.DmaBufException EACCES when the node may not be opened, with what to do about it; EBUSY; EMFILE
     */
    List<CameraFormat> formats();

    /**
     * Begins to capture: agrees on a format with the driver, finds buffers that suit camera and users, queues them, and starts.
     *
     * @param request what is wanted
     * @return the stream, running, which the caller closes
     * @throws CameraGoneException ENODEV, when the device has gone
     * @throws dmabuf.api.NegotiationException EINVAL when camera and users contradict each other; ENODEV when no exporter serves all of
     *     them
     * @throws dmabuf.api.DmaBufException EACCES when the node may not be opened, with what to do about it; EBUSY when somebody captures
     *     from this camera already; EINVAL when the camera has none of the formats, when the driver changed what was to be
     *     {@linkplain CaptureRequest#exactly exact}, when what it says of its format does not hold together, when it does not know this
     *     kind of memory, and when a buffer is too small; EFAULT when the driver cannot reach the memory; ENOMEM; EMFILE; what else the
     *     driver says. The message says what to do about it
     */
    CaptureStream open(CaptureRequest request);
}
