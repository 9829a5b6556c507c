package dmabuf.display.spi;

import dmabuf.display.DisplayPlane;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A screen, as the service of the exporter that knows its device. It has the properties {@code dmabuf.exporter}, {@code dmabuf.device} and
 * {@code dmabuf.kernel} of the {@link dmabuf.spi.Exporter} that exports its frames, and may have {@link #NAME}.
 *
 * <p>Called by any number of threads at once, and never with a lock held. A call may be under way while the service is unregistered.
 */
@ConsumerType
@FunctionalInterface
public interface DisplaySource {

    /** What people call the device, such as its type and UUID. Type {@code String}, default {@code dmabuf.device}. */
    String NAME = "dmabuf.display.name";

    /**
     * Asks the device what a plane shows.
     *
     * @param plane which plane
     * @return what it shows, free of contradictions; empty when the plane is off, or the device has no such plane
     * @throws dmabuf.api.DmaBufException EIO when the device says what cannot be; ENODEV when it has gone; otherwise as the device says
     */
    Optional<PlaneState> query(DisplayPlane plane);
}
