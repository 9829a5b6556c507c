package dmabuf.fd;

import java.util.Locale;

/** The two kinds of kernel, as the service property {@code dmabuf.kernel} spells them. */
public enum KernelKind {
    /** The Linux kernel that this process runs on. */
    LINUX,
    /** A simulated kernel: real, shareable pages, but no driver and no device behind them. */
    SIMULATED;

    /**
     * Gives the spelling used in service properties and listings.
     *
     * @return {@code linux} or {@code simulated}
     */
    public String property() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the spelling used in service properties.
     *
     * @param property {@code linux} or {@code simulated}
     * @return the kind
     * @throws IllegalArgumentException for anything else
     */
    public static KernelKind ofProperty(String property) {
        for (KernelKind kind : values()) {
            if (kind.property().equals(property)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("not a kind of kernel: \"" + property + "\" (linux or simulated)");
    }
}
