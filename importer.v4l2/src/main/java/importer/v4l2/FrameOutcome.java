package importer.v4l2;

import dmabuf.api.DmaBuf;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import dmabuf.frame.PlaneFormat;
import importer.v4l2.uapi.Buffer;
import importer.v4l2.uapi.Videodev;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of one frame: how it lies, and whether it is whole. What the driver says is checked against the buffers.
 *
 * @param description as agreed on, but for where planes begin, which the driver says for each frame
 * @param damaged whether the driver says so, or has written less than a frame
 */
record FrameOutcome(FrameDescription description, boolean damaged) {

    static FrameOutcome of(CaptureFormat format, List<DmaBuf> buffers, Buffer filled) {
        boolean damaged = (filled.flags() & Videodev.BUF_FLAG_ERROR) != 0;
        FrameDescription frame = moved(format, filled);
        for (int i = 0; i < frame.planes().size(); i++) {
            int buffer = format.bufferOf(i);
            PlaneFormat stored = frame.format().planes().get(i);
            FramePlane place = frame.planes().get(i);
            // Figures of 32 bits each, so this does not overflow.
            long end = place.offset() + (stored.rows(frame.height()) - 1L) * place.stride() + stored.rowBytes(frame.width());
            if (end > buffers.get(buffer).size()) {
                return new FrameOutcome(format.frame(), true); // Nobody is to look beyond the buffer.
            }
            damaged |= end > filled.bytesUsed(buffer);
        }
        return new FrameOutcome(frame, damaged);
    }

    /** Where a driver puts something of its own before the picture, in buffers of one plane each. */
    private static FrameDescription moved(CaptureFormat format, Buffer filled) {
        FrameDescription frame = format.frame();
        boolean moved = false;
        List<FramePlane> planes = new ArrayList<>();
        for (int i = 0; i < frame.planes().size(); i++) {
            long offset = filled.dataOffset(format.bufferOf(i));
            FramePlane place = frame.planes().get(i);
            planes.add(new FramePlane(place.offset() + offset, place.stride()));
            moved |= offset != 0;
        }
        return moved ? new FrameDescription(frame.format(), frame.modifier(), frame.width(), frame.height(), planes) : frame;
    }
}
