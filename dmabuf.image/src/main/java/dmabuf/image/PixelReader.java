package dmabuf.image;

import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import java.awt.image.BufferedImage;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes an image of a frame that is linear, of the right format, and within the memory. */
@FunctionalInterface
interface PixelReader {

    /** What the longest array holds. */
    int MOST = Integer.MAX_VALUE - 8;

    BufferedImage read(FrameDescription frame, MemorySegment buffer, FrameImages how);

    /** @throws IllegalArgumentException when no reader can read such a frame, wherever it lies */
    static void checkReadable(FrameDescription frame, Set<DrmFormat> formats) {
        if (!formats.contains(frame.format())) {
            String possible = formats.stream().map(DrmFormat::toString).sorted().collect(Collectors.joining(", "));
            throw new IllegalArgumentException("no image can be made of " + frame + ": possible are " + possible);
        }
        if (!frame.hasRows()) {
            throw new IllegalArgumentException("no image can be made of " + frame + ": it is not linear");
        }
        boolean rows = frame.format().planes().stream().allMatch(plane -> plane.rowBytes(frame.width()) <= MOST);
        if (!rows || (long) frame.width() * frame.height() > MOST) {
            throw new IllegalArgumentException("no image has as many pixels as " + frame);
        }
    }

    /** Puts one row into an image. */
    static void put(BufferedImage image, int row, Object pixels) {
        image.getRaster().setDataElements(0, row, image.getWidth(), 1, pixels);
    }
}
