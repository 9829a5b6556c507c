package importer.v4l2;

import dmabuf.frame.DrmModifier;
import dmabuf.frame.FrameDescription;
import dmabuf.frame.FramePlane;
import dmabuf.frame.PlaneFormat;
import importer.v4l2.uapi.Format;
import importer.v4l2.uapi.Videodev;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What a driver says of a format, number by number as it says it. It may be wrong: {@link #frame} finds out.
 *
 * @param strides of each buffer, in bytes
 * @param sizes of each buffer, in bytes
 */
record FormatReply(
        int fourcc,
        long width,
        long height,
        int field,
        List<Long> strides,
        List<Long> sizes,
        int colorspace,
        int encoding,
        int quantization) {

    static FormatReply of(MemorySegment struct) {
        List<Long> strides = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        // A driver that says more planes than there is room for is told of by frame().
        int planes = Math.min(Format.planes(struct), Videodev.MAX_PLANES);
        for (int i = 0; i < planes; i++) {
            strides.add(Format.stride(struct, i));
            sizes.add(Format.imageSize(struct, i));
        }
        return new FormatReply(Format.fourcc(struct), Format.width(struct), Format.height(struct), Format.field(struct),
                List.copyOf(strides), List.copyOf(sizes), Format.colorspace(struct), Format.encoding(struct), Format.quantization(struct));
    }

    /**
     * Says how a frame lies.
     *
     * @throws IllegalArgumentException when the driver's figures contradict each other, with what is wrong
     */
    FrameDescription frame(PixelFormat format) {
        String what = format + " " + width + "x" + height;
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the driver says " + what + ", which is no frame");
        }
        if (sizes.size() != format.buffers()) {
            throw new IllegalArgumentException(
                    "the driver says that " + what + " lies in " + sizes.size() + " buffers, and it takes " + format.buffers());
        }
        List<PlaneFormat> stored = format.format().planes();
        FrameDescription frame;
        try {
            frame = new FrameDescription(format.format(), DrmModifier.LINEAR, (int) width, (int) height, planes(format));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("the driver's figures contradict each other: " + e.getMessage(), e);
        }
        for (int i = 0; i < stored.size(); i++) {
            long end = end(frame, i);
            long size = sizes.get(format.buffers() == 1 ? 0 : i);
            if (end > size) {
                throw new IllegalArgumentException("the driver's figures contradict each other: plane " + i + " of " + frame
                        + " ends with byte " + end + ", and it says that its buffer needs " + size);
            }
        }
        return frame;
    }

    private List<FramePlane> planes(PixelFormat format) {
        List<PlaneFormat> stored = format.format().planes();
        boolean together = format.buffers() == 1;
        List<FramePlane> planes = new ArrayList<>();
        long offset = 0;
        for (int i = 0; i < stored.size(); i++) {
            long stride = together ? shared(stored, i) : strides.get(i);
            planes.add(new FramePlane(offset, stride));
            offset = together ? Math.addExact(offset, Math.multiplyExact(stride, (long) stored.get(i).rows((int) height))) : 0;
        }
        return planes;
    }

    /** Of planes in one buffer the driver says the stride of the first one; the others' follows from how wide their samples are. */
    private long shared(List<PlaneFormat> stored, int plane) {
        PlaneFormat first = stored.getFirst();
        PlaneFormat one = stored.get(plane);
        return plane == 0 ? strides.getFirst()
                : strides.getFirst() * one.blockBytes() * first.blockWidth() / (first.blockBytes() * one.horizontalSubsampling());
    }

    /** Where the last row of a plane ends. FrameDescription has checked that there is such a number. */
    private static long end(FrameDescription frame, int plane) {
        PlaneFormat stored = frame.format().planes().get(plane);
        FramePlane place = frame.planes().get(plane);
        return place.offset() + (stored.rows(frame.height()) - 1L) * place.stride() + stored.rowBytes(frame.width());
    }

    /** Which colours the numbers stand for. */
    FrameColours colours(boolean rgb) {
        return ColourRules.resolve(colorspace, encoding, quantization, rgb);
    }
}
