package importer.v4l2;

import dmabuf.fd.KernelKind;
import java.util.Objects;

/**
 * Which camera it is: what {@code VIDIOC_QUERYCAP} answers. Immutable.
 *
 * @param device the device node
 * @param driver the driver's name
 * @param card the device's name, for people
 * @param bus where the device is
 * @param kernel whether the device is real
 * @param multiplanar whether a frame can have a buffer for each plane
 */
public record CameraInfo(String device, String driver, String card, String bus, KernelKind kernel, boolean multiplanar) {

    /** Checks that nothing is missing. */
    public CameraInfo {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(driver, "driver");
        Objects.requireNonNull(card, "card");
        Objects.requireNonNull(bus, "bus");
        Objects.requireNonNull(kernel, "kernel");
    }

    /** Says it in words: {@code "vivid" (vivid) on /dev/video0}, with what is simulated. */
    @Override
    public String toString() {
        return "\"" + card + "\" (" + driver + ") on " + device + (kernel == KernelKind.SIMULATED ? ", simulated" : "");
    }
}
