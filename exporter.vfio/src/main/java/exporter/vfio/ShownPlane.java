package exporter.vfio;

import dmabuf.api.DmaBufException;
import dmabuf.display.DisplayPlane;
import dmabuf.display.Hotspot;
import dmabuf.fd.Errno;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import exporter.vfio.uapi.GfxPlaneInfo;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * What a device says of a plane that is on. Its figures are not trusted: they are free of contradictions here, and the frame fits the size.
 *
 * @param frame the picture
 * @param size in bytes, as the device says
 * @param x of the left edge
 * @param y of the top
 * @param hotspot of a cursor
 * @param regionOrId the region's index, or the dma-buf's id
 */
record ShownPlane(FrameDescription frame, long size, int x, int y, Optional<Hotspot> hotspot, long regionOrId) {

    static final String OPERATION = "VFIO_DEVICE_QUERY_GFX_PLANE";

    /**
     * Reads an answer.
     *
     * @param subject device and plane, for messages
     * @return empty when the plane is off
     * @throws DmaBufException EIO when the answer cannot be true, and why
     */
    static Optional<ShownPlane> of(MemorySegment answer, DisplayPlane plane, String subject) {
        if (Integer.compareUnsigned(GfxPlaneInfo.argsz(answer), GfxPlaneInfo.LEAST) < 0) {
            throw wrong(subject, "it knows " + Integer.toUnsignedString(GfxPlaneInfo.argsz(answer)) + " bytes of the answer, and "
                    + GfxPlaneInfo.LEAST + " are the least");
        }
        // As QEMU has it. A guest that has set no mode yet, or has switched the plane off.
        if (GfxPlaneInfo.format(answer) == 0 || GfxPlaneInfo.bytes(answer) == 0) {
            return Optional.empty();
        }
        long size = GfxPlaneInfo.bytes(answer);
        return Optional.of(new ShownPlane(
                frame(answer, size, subject), size, GfxPlaneInfo.x(answer), GfxPlaneInfo.y(answer),
                plane == DisplayPlane.CURSOR ? hotspot(answer) : Optional.empty(), GfxPlaneInfo.regionOrId(answer)));
    }

    private static FrameDescription frame(MemorySegment answer, long size, String subject) {
        DrmFormat format = new DrmFormat(GfxPlaneInfo.format(answer));
        long width = GfxPlaneInfo.width(answer);
        long height = GfxPlaneInfo.height(answer);
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw wrong(subject, format + " " + width + "x" + height + " is larger than any picture");
        }
        try {
            FrameDescription frame = new FrameDescription(
                    format, new DrmModifier(GfxPlaneInfo.modifier(answer)), (int) width, (int) height,
                    List.of(new FramePlane(0, GfxPlaneInfo.stride(answer))));
            frame.requireFits(size);
            return frame;
        } catch (IllegalArgumentException e) {
            throw wrong(subject, e.getMessage());
        }
    }

    private static Optional<Hotspot> hotspot(MemorySegment answer) {
        int x = GfxPlaneInfo.hotX(answer);
        int y = GfxPlaneInfo.hotY(answer);
        boolean known = x != GfxPlaneInfo.NO_HOTSPOT && y != GfxPlaneInfo.NO_HOTSPOT;
        return known ? Optional.of(new Hotspot(x, y)) : Optional.empty();
    }

    /** Makes sure that memory holds the frame, whatever the device has said of its size. */
    void requireFits(long bytes, String operation, String subject) {
        try {
            frame.requireFits(bytes);
        } catch (IllegalArgumentException e) {
            throw new DmaBufException(Errno.EIO, operation, subject, "the device says what cannot be: " + e.getMessage());
        }
    }

    private static DmaBufException wrong(String subject, String what) {
        return new DmaBufException(Errno.EIO, OPERATION, subject, "the device says what cannot be: " + what);
    }
}
