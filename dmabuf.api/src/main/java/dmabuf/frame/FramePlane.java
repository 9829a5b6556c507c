package dmabuf.frame;

/**
 * Where one plane of a frame lies in the buffer. Immutable.
 *
 * @param offset the byte of the buffer with which the plane begins
 * @param stride how many bytes it is from one row to the next; DRM says pitch, V4L2 says bytesperline
 */
public record FramePlane(long offset, long stride) {

    /**
     * Checks the figures.
     *
     * @throws IllegalArgumentException when one is negative
     */
    public FramePlane {
        if (offset < 0 || stride < 0) {
            throw new IllegalArgumentException("a plane has offset " + offset + " and stride " + stride + ", and neither can be negative");
        }
    }
}
