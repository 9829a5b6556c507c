package dmabuf.api;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * The cache attribute of a CPU mapping: what the 2022 proposal for {@code DMA_BUF_IOCTL_INFO} asks an exporter for.
 *
 * <p>Two mappings of the same memory with different attributes are undefined behaviour on some processors, which is why nobody should
 * guess this value.
 */
public enum Caching {
    /** Ordinary write-back memory: fast to read and to write. */
    CACHED,
    /** Writes are gathered and streamed out, reads bypass the cache and are slow by an order of magnitude. */
    WRITE_COMBINED,
    /** Every access goes to the memory or the device, in order. */
    UNCACHED,
    /** The exporter does not know. Never to be read as one of the others. */
    UNKNOWN;

    /** Gives attributes in order of preference, each once. */
    static List<Caching> inOrder(Caching first, Caching... others) {
        Set<Caching> distinct = new LinkedHashSet<>();
        distinct.add(Objects.requireNonNull(first, "first"));
        Collections.addAll(distinct, others);
        return List.copyOf(distinct);
    }

    /** Says "one of these" in words, for messages. */
    static String anyOf(Collection<Caching> attributes) {
        return String.join(" or ", attributes.stream().map(Caching::property).toList());
    }

    /**
     * Gives the spelling used in service properties and listings.
     *
     * @return {@code cached}, {@code write-combined}, {@code uncached} or {@code unknown}
     */
    public String property() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads the spelling used in service properties.
     *
     * @param property as {@link #property()} gives it
     * @return the attribute
     * @throws IllegalArgumentException for anything else
     */
    public static Caching ofProperty(String property) {
        for (Caching caching : values()) {
            if (caching.property().equals(property)) {
                return caching;
            }
        }
        throw new IllegalArgumentException(
                "not a cache attribute: \"" + property + "\" (cached, write-combined, uncached or unknown)");
    }
}
