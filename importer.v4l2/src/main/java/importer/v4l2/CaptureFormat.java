package importer.v4l2;

import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a driver has granted. Every figure is the driver's, and has been checked: the frame lies within the buffers. Immutable.
 *
 * @param fourcc four characters of V4L2, the first in the lowest byte
 * @param frame how a frame lies. Where there is one buffer, offsets count from its first byte; where each plane has a buffer of its own,
 *     from the first byte of that
 * @param bufferSizes how many bytes each buffer of a frame must have at least, the driver's {@code sizeimage}: one number, or one for each
 *     plane
 * @param colours which colours the numbers stand for
 * @param interval the time from frame to frame, empty when the driver does not say
 * @param changes what is not as it was asked for
 */
public record CaptureFormat(
        int fourcc,
        FrameDescription frame,
        List<Long> bufferSizes,
        FrameColours colours,
        Optional<FrameInterval> interval,
        List<FormatChange> changes) {

    /**
     * Checks that nothing is missing, and copies the lists.
     *
     * @throws IllegalArgumentException when there is neither one buffer nor one for each plane
     */
    public CaptureFormat {
        Objects.requireNonNull(frame, "frame");
        Objects.requireNonNull(colours, "colours");
        Objects.requireNonNull(interval, "interval");
        bufferSizes = List.copyOf(bufferSizes);
        changes = List.copyOf(changes);
        if (bufferSizes.size() != 1 && bufferSizes.size() != frame.planes().size()) {
            throw new IllegalArgumentException(
                    "a frame of " + frame.planes().size() + " planes lies in one buffer or in as many, and not in " + bufferSizes.size());
        }
    }

    /**
     * Tells in which of a frame's buffers a plane lies.
     *
     * @param plane from 0 on
     * @return the number of the buffer
     * @throws IndexOutOfBoundsException when there is no such plane
     */
    public int bufferOf(int plane) {
        Objects.checkIndex(plane, frame.planes().size());
        return bufferSizes.size() == 1 ? 0 : plane;
    }

    /** Says it in words: {@code NV12 640x480, stride 640 + 640 at 307200, 1/30 s (30.00 a second)}. */
    @Override
    public String toString() {
        String name = new DrmFormat(fourcc).text();
        return (name.equals(frame.format().text()) ? "" : name + ": ") + frame
                + (bufferSizes.size() == 1 ? "" : ", a buffer for each plane")
                + interval.map(each -> ", " + each).orElse("");
    }
}
