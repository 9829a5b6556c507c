package dmabuf.frame;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the pixels of a frame are laid out in memory: a format modifier of {@code drm_fourcc.h}. Immutable; any value is a modifier, whether
 * anybody here knows it or not.
 *
 * @param value the modifier, the vendor in the highest byte
 */
public record DrmModifier(long value) {

    /** {@code DRM_FORMAT_MOD_LINEAR}: rows of pixels, one behind the other, each a stride after the one before. */
    public static final DrmModifier LINEAR = new DrmModifier(0);

    /**
     * {@code DRM_FORMAT_MOD_INVALID}: implicit. The driver that made the buffer knows how it is laid out, and whoever asks the same driver
     * may get by; it says nothing to any other device, and does not say that the frame is linear.
     */
    public static final DrmModifier INVALID = new DrmModifier(0x00ff_ffff_ffff_ffffL);

    private static final Pattern TEXT = Pattern.compile("(?:(.+):)?0x([0-9a-f]{1,16})");

    private static final String[] VENDORS = {
        "none", "intel", "amd", "nvidia", "samsung", "qcom", "vivante", "broadcom", "arm", "allwinner", "amlogic"
    };

    /**
     * Tells whether the frame is rows of pixels.
     *
     * @return true for {@link #LINEAR} alone
     */
    public boolean isLinear() {
        return value == LINEAR.value;
    }

    /**
     * Tells whether the layout is left to the driver that made the buffer.
     *
     * @return true for {@link #INVALID} alone
     */
    public boolean isImplicit() {
        return value == INVALID.value;
    }

    /**
     * Tells whether two devices that both know this modifier mean the same by it.
     *
     * @return false for {@link #INVALID} alone
     */
    public boolean isShareable() {
        return !isImplicit();
    }

    /**
     * Tells whose modifier it is.
     *
     * @return the {@code DRM_FORMAT_MOD_VENDOR_…}, 0 to 255; 0 for those that are nobody's, such as {@link #LINEAR}
     */
    public int vendor() {
        return (int) (value >>> 56);
    }

    /**
     * Reads what {@link #toString()} gives.
     *
     * @param text {@code linear}, {@code implicit}, or the value as {@code 0x…}, with or without the vendor before it
     * @return the modifier
     * @throws IllegalArgumentException for anything else
     */
    public static DrmModifier of(String text) {
        if (text.equals("linear")) {
            return LINEAR;
        }
        if (text.equals("implicit")) {
            return INVALID;
        }
        Matcher parts = TEXT.matcher(text);
        if (parts.matches()) {
            DrmModifier read = new DrmModifier(Long.parseUnsignedLong(parts.group(2), 16));
            if (parts.group(1) == null || parts.group(1).equals(read.vendorName())) {
                return read;
            }
        }
        throw new IllegalArgumentException("not a format modifier: \"" + text + "\" (linear, implicit or 0x…)");
    }

    private String vendorName() {
        return vendor() < VENDORS.length ? VENDORS[vendor()] : "vendor " + vendor();
    }

    /** Gives {@code linear}, {@code implicit}, or vendor and value, such as {@code intel:0x100000000000001}. */
    @Override
    public String toString() {
        if (isLinear()) {
            return "linear";
        }
        return isImplicit() ? "implicit" : vendorName() + ":0x" + Long.toHexString(value);
    }

    // Written out, as what the JVM makes for records takes it milliseconds to make, in each process that reads the properties of exporters.

    @Override
    public boolean equals(Object other) {
        return other instanceof DrmModifier modifier && value == modifier.value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }
}
