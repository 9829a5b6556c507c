package dmabuf.linux;

import java.util.Locale;

/** Which kernel a driver's devices are taken from. */
public enum KernelPreference {
    /** The real one where it has a device for the driver, the simulated one elsewhere, if it is deployed. */
    AUTO,
    /** The real one only. */
    LINUX,
    /** The simulated one only. */
    SIMULATED;

    /**
     * Reads the spelling used in configurations.
     *
     * @param property {@code auto}, {@code linux} or {@code simulated}
     * @return the preference
     * @throws IllegalArgumentException for anything else
     */
    public static KernelPreference ofProperty(String property) {
        for (KernelPreference preference : values()) {
            if (preference.name().toLowerCase(Locale.ROOT).equals(property)) {
                return preference;
            }
        }
        throw new IllegalArgumentException("not a choice of kernel: \"" + property + "\" (auto, linux or simulated)");
    }
}
