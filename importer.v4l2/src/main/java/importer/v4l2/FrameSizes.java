package importer.v4l2;

import java.util.List;

/**
 * A size of frames, or a range of sizes, with the intervals in which frames of that size (the largest one of a range) come. Immutable.
 *
 * @param minWidth the least width in pixels
 * @param maxWidth the most
 * @param widthStep from one width to the next
 * @param minHeight the least height in rows
 * @param maxHeight the most
 * @param heightStep from one height to the next
 * @param intervals those that the driver lists; the shortest and the longest where it has a range; empty when it says nothing
 */
public record FrameSizes(
        int minWidth, int maxWidth, int widthStep, int minHeight, int maxHeight, int heightStep, List<FrameInterval> intervals) {

    /** Copies the list. */
    public FrameSizes {
        intervals = List.copyOf(intervals);
    }

    /**
     * Tells whether it is one size.
     *
     * @return true when there is no other in it
     */
    public boolean isOne() {
        return minWidth == maxWidth && minHeight == maxHeight;
    }

    /** Says it in words: {@code 640x480}, or {@code 16x16 to 1920x1080}. */
    @Override
    public String toString() {
        return isOne() ? maxWidth + "x" + maxHeight : minWidth + "x" + minHeight + " to " + maxWidth + "x" + maxHeight;
    }
}
