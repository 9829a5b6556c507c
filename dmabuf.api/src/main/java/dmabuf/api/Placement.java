package dmabuf.api;

import java.util.Locale;

/** Where the memory of a buffer is. */
public enum Placement {
    /** In the machine's own memory. */
    SYSTEM,
    /** In memory of the device, which the CPU reaches over a bus. */
    DEVICE;

    /**
     * Gives the spelling used in service properties and listings.
     *
     * @return {@code system} or {@code device}
     */
    public String property() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the spelling used in service properties.
     *
     * @param property as {@link #property()} gives it
     * @return the placement
     * @throws IllegalArgumentException for anything else
     */
    public static Placement ofProperty(String property) {
        for (Placement placement : values()) {
            if (placement.property().equals(property)) {
                return placement;
            }
        }
        throw new IllegalArgumentException("not a placement: \"" + property + "\" (system or device)");
    }
}
