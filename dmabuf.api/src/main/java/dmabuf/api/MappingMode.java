package dmabuf.api;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One way in which the CPU can map a buffer, and what such a mapping is like. Most drivers have the one through the dma-buf itself; some
 * offer others through their device node, with other cache attributes. Which exist, and what each is worth, only the exporter knows.
 *
 * @param name the driver's word for it, such as {@code wc}; {@link #DMA_BUF} for the mapping that anybody makes who has the descriptor
 * @param policy how a mapping of this mode behaves
 */
public record MappingMode(String name, MmapPolicy policy) {

    /** The name of the mode through the dma-buf's own descriptor: the only one that another process can have. */
    public static final String DMA_BUF = "dma-buf";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException when it is not made of lower-case letters, digits and single hyphens
     */
    public MappingMode {
        Objects.requireNonNull(policy, "policy");
        checkName(name);
    }

    static String checkName(String name) {
        if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("not the name of a mapping mode: \"" + name + "\" (lower-case letters, digits, hyphens)");
        }
        return name;
    }

    /** Gives name and caching, as messages list them. */
    @Override
    public String toString() {
        return name + " (" + (policy.mappable() ? policy.caching().property() : "not mappable") + ")";
    }
}
