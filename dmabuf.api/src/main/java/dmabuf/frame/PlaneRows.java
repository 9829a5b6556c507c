package dmabuf.frame;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A plane of a linear frame in memory, row by row. Access is direct: either a segment for each row, or, without any allocation, the whole
 * memory with the offset of each row:
 *
 * <pre>{@code
 * PlaneRows rows = frame.rows(0, cpu.segment());
 * for (int y = 0; y < rows.count(); y++) {
 *     long at = rows.offset(y);
 *     for (int x = 0; x < frame.width(); x++) {
 *         sum += rows.memory().get(ValueLayout.JAVA_INT_UNALIGNED, at + 4L * x);
 *     }
 * }
 * }</pre>
 *
 * <p>The memory is as good as the CPU-access scope that it came from. Immutable.
 */
public final class PlaneRows {

    private final MemorySegment memory;
    private final FramePlane plane;
    private final int count;
    private final long rowBytes;

    /** The frame has been checked to lie within the memory. */
    PlaneRows(MemorySegment memory, FramePlane plane, int count, long rowBytes) {
        this.memory = memory;
        this.plane = plane;
        this.count = count;
        this.rowBytes = rowBytes;
    }

    /**
     * Gives the memory that the rows lie in.
     *
     * @return what this was made of: the buffer's memory, from its first byte on
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Counts the rows.
     *
     * @return rows of samples: fewer than the frame has rows of pixels where those share samples
     */
    public int count() {
        return count;
    }

    /**
     * Tells how many bytes of a row mean something.
     *
     * @return bytes, at most the stride
     */
    public long rowBytes() {
        return rowBytes;
    }

    /**
     * Tells where a row begins.
     *
     * @param row from 0 on
     * @return the offset in {@link #memory()}
     * @throws IndexOutOfBoundsException when there is no such row
     */
    public long offset(int row) {
        return plane.offset() + Objects.checkIndex(row, count) * plane.stride();
    }

    /**
     * Gives a row.
     *
     * @param row from 0 on
     * @return its bytes that mean something, a view
     * @throws IndexOutOfBoundsException when there is no such row
     */
    public MemorySegment row(int row) {
        return memory.asSlice(offset(row), rowBytes);
    }
}
