package dmabuf.frame;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the pixels of a frame are: a format of {@code drm_fourcc.h}. Immutable; any number is a format. How the planes of the common ones are
 * stored is known here, as in the kernel's table of {@code struct drm_format_info}; the others can be named, compared and handed on.
 *
 * <p>Names like {@link #XRGB8888} list the components of a little-endian word from its highest bit to its lowest, so that the first byte in
 * memory is blue.
 *
 * @param fourcc four characters, the first in the lowest byte
 */
public record DrmFormat(int fourcc) {

    /** {@code XR24}: bytes blue, green, red, and one that means nothing. */
    public static final DrmFormat XRGB8888 = of("XR24");
    /** {@code AR24}: bytes blue, green, red, alpha. */
    public static final DrmFormat ARGB8888 = of("AR24");
    /** {@code XB24}: bytes red, green, blue, and one that means nothing. */
    public static final DrmFormat XBGR8888 = of("XB24");
    /** {@code AB24}: bytes red, green, blue, alpha. */
    public static final DrmFormat ABGR8888 = of("AB24");
    /** {@code RG24}: bytes blue, green, red. */
    public static final DrmFormat RGB888 = of("RG24");
    /** {@code BG24}: bytes red, green, blue. */
    public static final DrmFormat BGR888 = of("BG24");
    /** {@code RG16}: a little-endian word of 5 bits red, 6 green, 5 blue, from the highest bit on. */
    public static final DrmFormat RGB565 = of("RG16");
    /** {@code R8}: one byte, of one component. */
    public static final DrmFormat R8 = of("R8  ");
    /** {@code YUYV}: bytes Y of a pixel, Cb of it and the next, Y of the next, Cr of both. */
    public static final DrmFormat YUYV = of("YUYV");
    /** {@code UYVY}: bytes Cb of two pixels, Y of the first, Cr of both, Y of the second. */
    public static final DrmFormat UYVY = of("UYVY");
    /** {@code NV12}: a plane of Y, and a plane of Cb and Cr by turns, which four pixels share. */
    public static final DrmFormat NV12 = of("NV12");
    /** {@code NV21}: a plane of Y, and a plane of Cr and Cb by turns, which four pixels share. */
    public static final DrmFormat NV21 = of("NV21");
    /** {@code NV16}: a plane of Y, and a plane of Cb and Cr by turns, which two pixels of a row share. */
    public static final DrmFormat NV16 = of("NV16");
    /** {@code YU12}: planes of Y, Cb and Cr; four pixels share a sample of the latter two. */
    public static final DrmFormat YUV420 = of("YU12");

    private static final Map<DrmFormat, Known> KNOWN = known();

    /**
     * What there is to know of a format.
     *
     * @param name the name that the header gives it
     * @param planes its planes
     */
    private record Known(String name, List<PlaneFormat> planes) {}

    private static Map<DrmFormat, Known> known() {
        PlaneFormat one = new PlaneFormat(1, 1, 1, 1);
        PlaneFormat quarter = new PlaneFormat(1, 2, 2, 2);
        PlaneFormat pair = new PlaneFormat(2, 4, 1, 1);
        Map<DrmFormat, Known> known = new LinkedHashMap<>();
        known.put(XRGB8888, packed("XRGB8888", 4));
        known.put(ARGB8888, packed("ARGB8888", 4));
        known.put(XBGR8888, packed("XBGR8888", 4));
        known.put(ABGR8888, packed("ABGR8888", 4));
        known.put(RGB888, packed("RGB888", 3));
        known.put(BGR888, packed("BGR888", 3));
        known.put(RGB565, packed("RGB565", 2));
        known.put(R8, packed("R8", 1));
        known.put(YUYV, new Known("YUYV", List.of(pair)));
        known.put(UYVY, new Known("UYVY", List.of(pair)));
        known.put(NV12, new Known("NV12", List.of(one, quarter)));
        known.put(NV21, new Known("NV21", List.of(one, quarter)));
        known.put(NV16, new Known("NV16", List.of(one, new PlaneFormat(1, 2, 2, 1))));
        known.put(YUV420, new Known("YUV420", List.of(one, new PlaneFormat(1, 1, 2, 2), new PlaneFormat(1, 1, 2, 2))));
        return Map.copyOf(known);
    }

    private static Known packed(String name, int bytes) {
        return new Known(name, List.of(new PlaneFormat(1, bytes, 1, 1)));
    }

    /**
     * Reads what {@link #text()} gives.
     *
     * @param text four printable characters of ASCII, such as {@code XR24}; or {@code 0x} and eight hexadecimal digits
     * @return the format
     * @throws IllegalArgumentException for anything else
     */
    public static DrmFormat of(String text) {
        if (text.matches("0x[0-9a-fA-F]{8}")) {
            return new DrmFormat(Integer.parseUnsignedInt(text, 2, text.length(), 16));
        }
        if (text.length() != 4 || !text.chars().allMatch(DrmFormat::isPrintable)) {
            throw new IllegalArgumentException("not a fourcc: \"" + text + "\" (four characters such as XR24, or 0x and eight digits)");
        }
        return new DrmFormat(text.charAt(0) | text.charAt(1) << 8 | text.charAt(2) << 16 | text.charAt(3) << 24);
    }

    private static boolean isPrintable(int c) {
        return c >= ' ' && c <= '~';
    }

    /**
     * Gives the four characters.
     *
     * @return four characters, or {@code 0x} and eight digits where one is not printable ASCII; {@link #of} reads both
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            int c = fourcc >>> shift & 0xff;
            if (!isPrintable(c)) {
                return String.format("0x%08x", fourcc);
            }
            text.append((char) c);
        }
        return text.toString();
    }

    /**
     * Tells whether it is known here how the format is stored.
     *
     * @return false for a format that can only be named
     */
    public boolean isKnown() {
        return KNOWN.containsKey(this);
    }

    /**
     * Describes how each plane is stored, in a linear frame.
     *
     * @return the planes in their order; empty when the format is not known here
     */
    public List<PlaneFormat> planes() {
        Known known = KNOWN.get(this);
        return known == null ? List.of() : known.planes;
    }

    /** Gives the name as the header has it, such as {@code XRGB8888}; {@link #text()} for a format that is not known here. */
    @Override
    public String toString() {
        Known known = KNOWN.get(this);
        return known == null ? text() : known.name;
    }
}
