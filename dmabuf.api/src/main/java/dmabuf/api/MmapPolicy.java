package dmabuf.api;

import java.util.Objects;

/**
 * How a buffer may be mapped into the CPU's address space, and what the mapping is like. A snapshot: an exporter that moves a buffer
 * makes it void.
 *
 * @param mappable whether the CPU may map the buffer at all
 * @param caching the cache attribute that every mapping of the buffer has, by this exporter's plan
 * @param needsSync whether data is only right inside a CPU-access scope; false only where coherence is known
 * @param access the most that a mapping may do
 * @param memory system memory, or I/O memory
 * @param guestMappable whether a virtual machine monitor may map it into a guest, with {@code caching} as the guest's attribute
 * @param origin who says all this
 */
public record MmapPolicy(
        boolean mappable,
        Caching caching,
        boolean needsSync,
        Access access,
        MemoryKind memory,
        boolean guestMappable,
        PolicyOrigin origin) {

    /** Shared, since most imports have it. */
    private static final MmapPolicy UNKNOWN =
            new MmapPolicy(true, Caching.UNKNOWN, true, Access.READ_WRITE, MemoryKind.SYSTEM, false, PolicyOrigin.NOBODY);

    /**
     * Checks that nothing is missing and nothing contradicts.
     *
     * @throws IllegalArgumentException when a buffer is said to be mappable into a guest but not at all, or with an unknown attribute
     */
    public MmapPolicy {
        Objects.requireNonNull(caching, "caching");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(origin, "origin");
        if (guestMappable && (!mappable || caching == Caching.UNKNOWN)) {
            throw new IllegalArgumentException("mappable into a guest needs a mapping of known caching");
        }
    }

    /**
     * Describes memory that the CPU may map, read and write, as its exporter says. SYNC is taken to be needed, and a guest may map it
     * when the caching is known.
     *
     * @param caching the cache attribute of every mapping
     * @return the policy
     */
    public static MmapPolicy mappable(Caching caching) {
        return new MmapPolicy(
                true, caching, true, Access.READ_WRITE, MemoryKind.SYSTEM, caching != Caching.UNKNOWN, PolicyOrigin.EXPORTER);
    }

    /**
     * Describes memory that the CPU cannot map.
     *
     * @return the policy
     */
    public static MmapPolicy notMappable() {
        return new MmapPolicy(
                false, Caching.UNKNOWN, true, Access.READ_WRITE, MemoryKind.SYSTEM, false, PolicyOrigin.EXPORTER);
    }

    /**
     * Describes memory that nobody says anything about: it may be tried, with SYNC, and never in a guest.
     *
     * @return the policy
     */
    public static MmapPolicy unknown() {
        return UNKNOWN;
    }

    /**
     * Gives the same policy, said by somebody else.
     *
     * @param who who says it now
     * @return a policy that differs in its origin only
     */
    public MmapPolicy saidBy(PolicyOrigin who) {
        return new MmapPolicy(mappable, caching, needsSync, access, memory, guestMappable, who);
    }

    /**
     * Gives the same policy with other permissions.
     *
     * @param most the most that a mapping may do
     * @return a policy that differs in its access only
     */
    public MmapPolicy withAccess(Access most) {
        return new MmapPolicy(mappable, caching, needsSync, most, memory, guestMappable, origin);
    }

    /**
     * Gives the same policy with or without the need for SYNC.
     *
     * @param sync whether data is only right inside a CPU-access scope
     * @return a policy that differs in {@link #needsSync()} only
     */
    public MmapPolicy withNeedsSync(boolean sync) {
        return new MmapPolicy(mappable, caching, sync, access, memory, guestMappable, origin);
    }
}
