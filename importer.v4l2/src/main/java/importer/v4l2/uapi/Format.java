package importer.v4l2.uapi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * {@code struct v4l2_format} of {@code linux/videodev2.h}, with {@code v4l2_pix_format} or {@code v4l2_pix_format_mplane} in it, whichever
 * its type says. The caller fills what it wants, and the kernel what it does. Figures are unsigned 32-bit numbers, and are read as such.
 */
public final class Format {

    /** The size of the struct in bytes. */
    public static final int SIZE = 208;

    static final int TYPE = 0;
    /** Where the union begins: some of its members have pointers. */
    static final int PIX = 8;
    static final int WIDTH = PIX;
    static final int HEIGHT = PIX + 4;
    static final int PIXELFORMAT = PIX + 8;
    static final int FIELD = PIX + 12;
    // v4l2_pix_format
    static final int BYTESPERLINE = PIX + 16;
    static final int SIZEIMAGE = PIX + 20;
    static final int COLORSPACE = PIX + 24;
    static final int PRIV = PIX + 28;
    static final int YCBCR_ENC = PIX + 36;
    static final int QUANTIZATION = PIX + 40;
    // v4l2_pix_format_mplane
    static final int MP_COLORSPACE = PIX + 16;
    static final int MP_PLANES = PIX + 20;
    static final int MP_PLANE_SIZE = 20;
    static final int MP_PLANE_SIZEIMAGE = 0;
    static final int MP_PLANE_BYTESPERLINE = 4;
    static final int MP_NUM_PLANES = PIX + 180;
    static final int MP_YCBCR_ENC = PIX + 182;
    static final int MP_QUANTIZATION = PIX + 183;

    /** {@code V4L2_PIX_FMT_PRIV_MAGIC}: the fields behind priv are there. */
    static final int PRIV_MAGIC = 0xfeedcafe;

    private Format() {}

    /** Makes a struct that is empty but for its type. */
    public static MemorySegment of(Arena arena, int type) {
        MemorySegment struct = arena.allocate(SIZE, Long.BYTES);
        struct.set(JAVA_INT, TYPE, type);
        if (!isMultiplanar(struct)) {
            struct.set(JAVA_INT, PRIV, PRIV_MAGIC);
        }
        return struct;
    }

    /** Fills a struct that asks for a format, of whole frames. Strides and sizes are left to the driver. */
    public static MemorySegment fill(Arena arena, int type, int fourcc, int width, int height) {
        MemorySegment struct = of(arena, type);
        struct.set(JAVA_INT, WIDTH, width);
        struct.set(JAVA_INT, HEIGHT, height);
        struct.set(JAVA_INT, PIXELFORMAT, fourcc);
        struct.set(JAVA_INT, FIELD, Videodev.FIELD_NONE);
        return struct;
    }

    /** Asks for a stride of a plane. */
    public static void askStride(MemorySegment struct, int plane, int bytes) {
        struct.set(JAVA_INT, isMultiplanar(struct) ? plane(plane) + MP_PLANE_BYTESPERLINE : BYTESPERLINE, bytes);
    }

    /** Says how many planes with a buffer of their own are asked for. */
    public static void askPlanes(MemorySegment struct, int count) {
        if (isMultiplanar(struct)) {
            struct.set(JAVA_BYTE, MP_NUM_PLANES, (byte) count);
        }
    }

    private static boolean isMultiplanar(MemorySegment struct) {
        return struct.get(JAVA_INT, TYPE) == Videodev.VIDEO_CAPTURE_MPLANE;
    }

    private static long plane(int plane) {
        return MP_PLANES + (long) plane * MP_PLANE_SIZE;
    }

    private static long unsigned(MemorySegment struct, long offset) {
        return Integer.toUnsignedLong(struct.get(JAVA_INT, offset));
    }

    /** Reads the width in pixels. */
    public static long width(MemorySegment struct) {
        return unsigned(struct, WIDTH);
    }

    /** Reads the height in rows. */
    public static long height(MemorySegment struct) {
        return unsigned(struct, HEIGHT);
    }

    /** Reads the four characters. */
    public static int fourcc(MemorySegment struct) {
        return struct.get(JAVA_INT, PIXELFORMAT);
    }

    /** Reads whether frames are whole, or how their fields lie. */
    public static int field(MemorySegment struct) {
        return struct.get(JAVA_INT, FIELD);
    }

    /** Reads how many buffers a frame has, from 0 to 255. */
    public static int planes(MemorySegment struct) {
        return isMultiplanar(struct) ? Byte.toUnsignedInt(struct.get(JAVA_BYTE, MP_NUM_PLANES)) : 1;
    }

    /** Reads the bytes from one row to the next in a buffer, by its number below {@link Videodev#MAX_PLANES}. */
    public static long stride(MemorySegment struct, int plane) {
        return unsigned(struct, isMultiplanar(struct) ? plane(plane) + MP_PLANE_BYTESPERLINE : BYTESPERLINE);
    }

    /** Reads the bytes that a buffer must have, by its number below {@link Videodev#MAX_PLANES}. */
    public static long imageSize(MemorySegment struct, int plane) {
        return unsigned(struct, isMultiplanar(struct) ? plane(plane) + MP_PLANE_SIZEIMAGE : SIZEIMAGE);
    }

    /** Reads {@code enum v4l2_colorspace}. */
    public static int colorspace(MemorySegment struct) {
        return struct.get(JAVA_INT, isMultiplanar(struct) ? MP_COLORSPACE : COLORSPACE);
    }

    /** Reads {@code enum v4l2_ycbcr_encoding}. */
    public static int encoding(MemorySegment struct) {
        return isMultiplanar(struct) ? struct.get(JAVA_BYTE, MP_YCBCR_ENC) : extended(struct, YCBCR_ENC);
    }

    /** Reads {@code enum v4l2_quantization}. */
    public static int quantization(MemorySegment struct) {
        return isMultiplanar(struct) ? struct.get(JAVA_BYTE, MP_QUANTIZATION) : extended(struct, QUANTIZATION);
    }

    /** What lies behind priv means something only when priv says so. */
    private static int extended(MemorySegment struct, long offset) {
        return struct.get(JAVA_INT, PRIV) == PRIV_MAGIC ? struct.get(JAVA_INT, offset) : 0;
    }
}
