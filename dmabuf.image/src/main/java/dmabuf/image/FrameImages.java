package dmabuf.image;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.Mapping;
import dmabuf.api.MemoryKind;
import dmabuf.frame.DrmFormat;
import dmabuf.frame.FrameDescription;
import iosys.IosysMap;
import java.awt.image.BufferedImage;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Makes an image of a frame. Immutable, thread-safe; start from {@link #standard()}:
 *
 * <pre>{@code
 * try (Mapping mapping = buffer.mmap(MmapRequest.whole().access(Access.READ))) {
 *     ImageIO.write(FrameImages.standard().toImage(frame, mapping), "png", file);
 * }
 * }</pre>
 *
 * <p>The image is a copy. Pixels of red, green and blue are taken over bit by bit:
 *
 * <table>
 * <caption>What becomes of which format</caption>
 * <tr><th>format</th><th>image</th></tr>
 * <tr><td>{@link DrmFormat#XRGB8888}, {@link DrmFormat#XBGR8888}</td><td>{@link BufferedImage#TYPE_INT_RGB}</td></tr>
 * <tr><td>{@link DrmFormat#ARGB8888}, {@link DrmFormat#ABGR8888}</td><td>{@link BufferedImage#TYPE_INT_ARGB_PRE}, as DRM and Wayland mean
 *     it; {@link BufferedImage#TYPE_INT_ARGB} with {@link #straightAlpha()}</td></tr>
 * <tr><td>{@link DrmFormat#RGB565}</td><td>{@link BufferedImage#TYPE_USHORT_565_RGB}</td></tr>
 * <tr><td>{@link DrmFormat#NV12}, {@link DrmFormat#YUYV}</td><td>{@link BufferedImage#TYPE_INT_RGB}, by {@link YuvMatrix} and
 *     {@link YuvRange}; pixels that share Cb and Cr have the same, with nothing in between made up</td></tr>
 * </table>
 */
public final class FrameImages {

    private static final Map<DrmFormat, PixelReader> READERS = Map.of(
            DrmFormat.XRGB8888, RgbReaders::xrgb,
            DrmFormat.ARGB8888, RgbReaders::argb,
            DrmFormat.XBGR8888, RgbReaders::xbgr,
            DrmFormat.ABGR8888, RgbReaders::abgr,
            DrmFormat.RGB565, RgbReaders::rgb565,
            DrmFormat.NV12, YuvReaders::nv12,
            DrmFormat.YUYV, YuvReaders::yuyv);

    private static final FrameImages STANDARD = new FrameImages(YuvMatrix.BT601, YuvRange.LIMITED, false);

    private final YuvMatrix matrix;
    private final YuvRange range;
    private final boolean straightAlpha;

    private FrameImages(YuvMatrix matrix, YuvRange range, boolean straightAlpha) {
        this.matrix = matrix;
        this.range = range;
        this.straightAlpha = straightAlpha;
    }

    /**
     * Takes Y, Cb and Cr as {@link YuvMatrix#BT601} in {@link YuvRange#LIMITED}, and alpha as multiplied into the colours already.
     *
     * @return that way of making images
     */
    public static FrameImages standard() {
        return STANDARD;
    }

    /**
     * Takes Y, Cb and Cr in another way.
     *
     * @param newMatrix which colours they stand for
     * @param newRange which bytes black and white are
     * @return a way that differs in this only
     */
    public FrameImages yuv(YuvMatrix newMatrix, YuvRange newRange) {
        return new FrameImages(
                Objects.requireNonNull(newMatrix, "newMatrix"), Objects.requireNonNull(newRange, "newRange"), straightAlpha);
    }

    /**
     * Takes alpha as not multiplied into the colours.
     *
     * @return a way that differs in this only
     */
    public FrameImages straightAlpha() {
        return new FrameImages(matrix, range, true);
    }

    /**
     * Lists the formats that images can be made of.
     *
     * @return the formats of the table above
     */
    public static Set<DrmFormat> formats() {
        return READERS.keySet();
    }

    /**
     * Makes an image of a frame in mapped memory, inside a CPU-access scope for reading, which it opens and closes. I/O memory is read as
     * it has to be, in aligned units and in order.
     *
     * @param frame what is in the buffer
     * @param mapping a mapping of the buffer from its first byte on
     * @return a new image
     * @throws IllegalArgumentException as {@link #toImage(FrameDescription, MemorySegment)} says, and when the mapping begins elsewhere
     * @throws dmabuf.api.DmaBufException as {@link Mapping#cpuAccess} says
     */
    public BufferedImage toImage(FrameDescription frame, Mapping mapping) {
        if (mapping.offset() != 0) {
            throw new IllegalArgumentException("offsets of a frame count from the buffer's first byte, and the mapping begins at byte "
                    + mapping.offset() + ": map the whole buffer");
        }
        try (CpuAccess cpu = mapping.cpuAccess(Access.READ)) {
            return toImage(frame, mapping.policy().memory() == MemoryKind.IO ? copyOfIo(frame, cpu.segment()) : cpu.segment());
        }
    }

    private static MemorySegment copyOfIo(FrameDescription frame, MemorySegment memory) {
        PixelReader.checkReadable(frame, READERS.keySet());
        frame.requireFits(memory.byteSize());
        if (frame.size() > PixelReader.MOST) {
            throw new IllegalArgumentException("a frame in I/O memory is copied first, and no array holds " + frame);
        }
        MemorySegment copy = MemorySegment.ofArray(new byte[(int) frame.size()]);
        IosysMap.ofIo(memory).copyFrom(copy, 0);
        return copy;
    }

    /**
     * Makes an image of a frame in memory.
     *
     * @param frame what is in the buffer
     * @param buffer system memory: the buffer's, from its first byte on
     * @return a new image
     * @throws IllegalArgumentException when the frame is not linear, has another format than {@link #formats()}, reaches beyond the memory,
     *     or has more pixels than an image can
     */
    public BufferedImage toImage(FrameDescription frame, MemorySegment buffer) {
        PixelReader.checkReadable(frame, READERS.keySet());
        frame.requireFits(buffer.byteSize());
        return READERS.get(frame.format()).read(frame, buffer, this);
    }

    int alphaType() {
        return straightAlpha ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_ARGB_PRE;
    }

    YuvToRgb colours() {
        return new YuvToRgb(matrix, range);
    }

    /** Says how images are made, for messages. */
    @Override
    public String toString() {
        return matrix + " " + range + (straightAlpha ? " straight alpha" : " premultiplied alpha");
    }
}
