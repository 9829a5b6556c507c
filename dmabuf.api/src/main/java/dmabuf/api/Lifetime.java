package dmabuf.api;

import java.util.Locale;

/** How long the memory of a buffer lives once its exporter goes away. An exporter declares it for each buffer. */
public enum Lifetime {
    /**
     * The kernel keeps the memory for as long as somebody holds a descriptor or a mapping, and no code of the exporter is needed any
     * more: its class loader can go while buffers are mapped.
     */
    SELF_CONTAINED,
    /**
     * The exporter has a part in what is done with the buffer. Once it has gone, what needs that part fails with ENODEV and all else goes
     * on working; its classes stay until the last reference on the buffer is given back, when it is called once more, to release.
     */
    EXPORTER_BOUND,
    /**
     * The memory leaves with its device. The exporter says when; when it leaves without having said so, the memory counts as gone too, since
     * nobody is left who could tell. The buffer is then {@link BufferState#REVOKED}: listeners are told, mappings go on working for a grace
     * period, and then they are taken away.
     */
    DEVICE_BOUND;

    /**
     * Gives the spelling used in service properties and listings.
     *
     * @return {@code self-contained}, {@code exporter-bound} or {@code device-bound}
     */
    public String property() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads the spelling used in service properties.
     *
     * @param property as {@link #property()} gives it
     * @return the lifetime
     * @throws IllegalArgumentException for anything else
     */
    public static Lifetime ofProperty(String property) {
        for (Lifetime lifetime : values()) {
            if (lifetime.property().equals(property)) {
                return lifetime;
            }
        }
        throw new IllegalArgumentException("not a lifetime: \"" + property + "\"");
    }
}
