package dmabuf.frame;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What picture is in a buffer: what {@code DRM_IOCTL_MODE_ADDFB2} or a Wayland compositor is told of it, besides the descriptor. Immutable.
 *
 * <p>Figures may come from anybody: a frame that exists is consistent in itself, none of its bytes is beyond 2<sup>63</sup>, and
 * {@link #requireFits} says whether a buffer holds it. How the bytes of a linear frame of a {@linkplain DrmFormat#isKnown known} format lie
 * is known to the last one; of any other frame no more than where its planes begin (and, of an unknown format that is linear, that its
 * first plane has a row for each row of pixels).
 *
 * @param format what the pixels are
 * @param modifier how they are laid out
 * @param width in pixels
 * @param height in rows
 * @param planes where each plane lies
 */
public record FrameDescription(DrmFormat format, DrmModifier modifier, int width, int height, List<FramePlane> planes) {

    /** {@code DRM_FORMAT_MAX_PLANES}. */
    public static final int MOST_PLANES = 4;

    /** What is known of the bytes of a plane: how many rows, and how many bytes of each. One row of one byte is the least. */
    private record Extent(int rows, long rowBytes) {

        static final Extent LEAST = new Extent(1, 1);

        /** The end of a row, as an offset in the buffer. */
        long end(FramePlane plane, long row) {
            return Math.addExact(plane.offset(), Math.addExact(Math.multiplyExact(row, plane.stride()), rowBytes));
        }
    }

    /**
     * Checks the figures against each other, and copies the list.
     *
     * @throws IllegalArgumentException when width or height is less than 1; when there are none or more than {@value #MOST_PLANES} planes, or
     *     others than a known, linear format has; when a stride is shorter than a row; when a plane reaches beyond 2<sup>63</sup> bytes. The
     *     message names the plane, with what is needed and what there is
     */
    public FrameDescription {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(modifier, "modifier");
        planes = List.copyOf(planes);
        String what = format + " " + width + "x" + height;
        require(width > 0 && height > 0, what + " has no pixels");
        require(!planes.isEmpty() && planes.size() <= MOST_PLANES, what + " has " + planes.size() + " planes, possible are 1 to " + MOST_PLANES);
        boolean linear = modifier.isLinear();
        require(!linear || !format.isKnown() || planes.size() == format.planes().size(),
                what + " has " + planes.size() + " planes, linear " + format + " has " + format.planes().size());
        for (int i = 0; i < planes.size(); i++) {
            FramePlane plane = planes.get(i);
            Extent extent = extent(format, modifier, width, height, i);
            require(!linear || plane.stride() >= extent.rowBytes,
                    "plane " + i + " of " + what + ": a row needs " + extent.rowBytes + " bytes, its stride is " + plane.stride());
            try {
                extent.end(plane, extent.rows - 1L);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("plane " + i + " of " + what + ": row " + (extent.rows - 1) + " with offset "
                        + plane.offset() + " and stride " + plane.stride() + " lies beyond what any buffer has", e);
            }
        }
    }

    private static void require(boolean right, String complaint) {
        if (!right) {
            throw new IllegalArgumentException(complaint);
        }
    }

    private static Extent extent(DrmFormat format, DrmModifier modifier, int width, int height, int plane) {
        if (!modifier.isLinear()) {
            return Extent.LEAST;
        }
        if (!format.isKnown()) {
            return plane == 0 ? new Extent(height, 1) : Extent.LEAST;
        }
        PlaneFormat stored = format.planes().get(plane);
        return new Extent(stored.rows(height), stored.rowBytes(width));
    }

    private Extent extent(int plane) {
        return extent(format, modifier, width, height, plane);
    }

    /**
     * Lays out a linear frame without gaps: planes one behind the other from the buffer's first byte on.
     *
     * @param format a known format
     * @param width in pixels
     * @param height in rows
     * @return the frame
     * @throws IllegalArgumentException as {@link #packed(DrmFormat, int, int, int)} says
     */
    public static FrameDescription packed(DrmFormat format, int width, int height) {
        return packed(format, width, height, 1);
    }

    /**
     * Lays out a linear frame whose strides, and beginnings of planes, are multiples of something: planes one behind the other from the
     * buffer's first byte on, rows rounded up. An odd width of a format that shares samples between columns is rounded up first, so that
     * the two planes of {@link DrmFormat#NV12} have one stride, as V4L2 and most devices demand.
     *
     * @param format a known format
     * @param width in pixels
     * @param height in rows
     * @param strideAlignment bytes, more than 0
     * @return the frame
     * @throws IllegalArgumentException when the format is not known here, a figure is less than 1, or the frame is larger than any buffer
     */
    public static FrameDescription packed(DrmFormat format, int width, int height, int strideAlignment) {
        require(format.isKnown(), "how " + format + " is stored is not known here: say where its planes are");
        require(strideAlignment > 0, "strides cannot be aligned to " + strideAlignment + " bytes");
        require(width > 0 && height > 0, format + " " + width + "x" + height + " has no pixels");
        int shared = format.planes().stream().mapToInt(PlaneFormat::horizontalSubsampling).max().orElseThrow();
        List<FramePlane> planes = new ArrayList<>();
        try {
            int wide = Math.multiplyExact(Math.ceilDiv(width, shared), shared);
            long offset = 0;
            for (PlaneFormat stored : format.planes()) {
                long stride = Math.ceilDiv(stored.rowBytes(wide), strideAlignment) * strideAlignment;
                planes.add(new FramePlane(offset, stride));
                offset = Math.addExact(offset, Math.multiplyExact(stride, (long) stored.rows(height)));
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(format + " " + width + "x" + height + " is larger than any buffer", e);
        }
        return new FrameDescription(format, DrmModifier.LINEAR, width, height, planes);
    }

    /**
     * Tells whether rows of pixels can be found: whether {@link #rows} works.
     *
     * @return true for a linear frame of a known format
     */
    public boolean hasRows() {
        return modifier.isLinear() && format.isKnown();
    }

    /**
     * Tells how large a buffer must be to hold the frame.
     *
     * @return bytes from the buffer's first to the frame's last; where not all is known of the frame, what it needs at least
     */
    public long size() {
        long size = 0;
        for (int i = 0; i < planes.size(); i++) {
            Extent extent = extent(i);
            size = Math.max(size, extent.end(planes.get(i), extent.rows - 1L));
        }
        return size;
    }

    /**
     * Tells how large a buffer must be for devices that touch every row to the end of its stride, the last one too: what V4L2 calls
     * sizeimage.
     *
     * @return bytes; {@link #size()} where not all is known of the frame, {@link Long#MAX_VALUE} where it is more than that
     */
    public long paddedSize() {
        long size = size();
        for (int i = 0; i < planes.size() && hasRows(); i++) {
            FramePlane plane = planes.get(i);
            try {
                size = Math.max(size, Math.addExact(plane.offset(), Math.multiplyExact(plane.stride(), (long) extent(i).rows)));
            } catch (ArithmeticException e) {
                return Long.MAX_VALUE;
            }
        }
        return size;
    }

    /**
     * Checks that a buffer holds the frame.
     *
     * @param bufferSize bytes
     * @throws IllegalArgumentException when it does not; the message names the first plane and row that do not fit, the bytes needed and
     *     those there are
     */
    public void requireFits(long bufferSize) {
        for (int i = 0; i < planes.size(); i++) {
            Extent extent = extent(i);
            FramePlane plane = planes.get(i);
            if (extent.end(plane, extent.rows - 1L) > bufferSize) {
                long first = extent.end(plane, 0);
                // The frame ends beyond the buffer while this row does not, so there is a stride.
                long row = first > bufferSize ? 0 : (bufferSize - first) / plane.stride() + 1;
                throw new IllegalArgumentException("plane " + i + " of " + this + " does not fit: row " + row + " of " + extent.rows
                        + " ends with byte " + extent.end(plane, row) + ", the buffer has " + bufferSize);
            }
        }
    }

    /**
     * Looks at a plane as rows. Access the rows inside a CPU-access scope.
     *
     * @param plane from 0 on
     * @param buffer the buffer's memory, from its first byte on
     * @return a view; it allocates nothing but the segments that {@link PlaneRows#row} gives
     * @throws IllegalArgumentException when the frame {@linkplain #hasRows has no rows} that can be found, or reaches beyond the memory
     * @throws IndexOutOfBoundsException when there is no such plane
     */
    public PlaneRows rows(int plane, MemorySegment buffer) {
        Objects.checkIndex(plane, planes.size());
        require(hasRows(), this + " has no rows to be found: "
                + (format.isKnown() ? "it is not linear" : "how " + format + " is stored is not known here"));
        requireFits(buffer.byteSize());
        Extent extent = extent(plane);
        return new PlaneRows(buffer, planes.get(plane), extent.rows, extent.rowBytes);
    }

    /** Says it in words: {@code XRGB8888 1920x1080, stride 7680}, with what is not as usual. */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder().append(format).append(' ').append(width).append('x').append(height);
        if (!modifier.isLinear()) {
            words.append(' ').append(modifier);
        }
        for (int i = 0; i < planes.size(); i++) {
            FramePlane plane = planes.get(i);
            words.append(i == 0 ? ", stride " : " + ").append(plane.stride());
            if (plane.offset() != 0) {
                words.append(" at ").append(plane.offset());
            }
        }
        return words.toString();
    }
}
