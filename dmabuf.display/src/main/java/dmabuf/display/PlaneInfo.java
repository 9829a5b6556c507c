package dmabuf.display;

import dmabuf.frame.FrameDescription;
import java.util.Objects;
import java.util.Optional;

/**
 * What a plane shows at one moment, as its device says, checked for contradictions. What the framebuffer holds may change while all of this
 * stays the same: a guest draws where it has drawn before, and nobody tells.
 *
 * @param plane which plane
 * @param id the framebuffer: the same as long as its geometry is, another one after a change of mode. Unique for the device
 * @param frame format, modifier, size in pixels, stride
 * @param size of the framebuffer in bytes, as the device says; at least what the frame needs
 * @param x where its left edge is on the screen, in pixels; may be negative
 * @param y where its top is on the screen, in rows; may be negative
 * @param hotspot the pixel that points, of a cursor; empty when the device does not know
 * @param transport how the device shows it
 */
public record PlaneInfo(
        DisplayPlane plane, long id, FrameDescription frame, long size, int x, int y, Optional<Hotspot> hotspot, Transport transport) {

    /** Checks that nothing is missing. */
    public PlaneInfo {
        Objects.requireNonNull(plane, "plane");
        Objects.requireNonNull(frame, "frame");
        Objects.requireNonNull(hotspot, "hotspot");
        Objects.requireNonNull(transport, "transport");
    }

    /**
     * Tells whether a picture can be made of it.
     *
     * @return false when it is not linear, or of a format that is not known here: it can be named and handed on, and is no noise
     */
    public boolean isReadable() {
        return frame.hasRows();
    }

    /** Says it in words: {@code primary 3: XRGB8888 640x480, stride 2560, 2097152 bytes by region, at 0,0}. */
    @Override
    public String toString() {
        return plane.word() + " " + id + ": " + frame + ", " + size + " bytes by " + transport.word() + ", at " + x + "," + y
                + hotspot.map(spot -> ", hotspot " + spot.x() + "," + spot.y()).orElse("");
    }
}
