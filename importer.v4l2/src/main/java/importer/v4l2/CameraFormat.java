package importer.v4l2;

import dmabuf.frame.DrmFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A format in which a camera delivers. Immutable.
 *
 * @param fourcc four characters of V4L2, the first in the lowest byte
 * @param description the driver's name for it, for people
 * @param format the same in the terms of DRM; empty for what has none there, compressed formats among it
 * @param buffers how many buffers a frame has: more than 1 where each plane has its own; 0 when that is not known
 * @param sizes the frame sizes; empty when the driver lists none
 */
public record CameraFormat(int fourcc, String description, Optional<DrmFormat> format, int buffers, List<FrameSizes> sizes) {

    /** Checks that nothing is missing, and copies the list. */
    public CameraFormat {
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(format, "format");
        sizes = List.copyOf(sizes);
    }

    /** Says it in words: {@code NM12 (Y/UV 4:2:0 (N-C)), NV12 in 2 buffers}. */
    @Override
    public String toString() {
        return new DrmFormat(fourcc).text() + " (" + description + ")"
                + format.map(drm -> ", " + drm + (buffers > 1 ? " in " + buffers + " buffers" : "")).orElse("");
    }
}
