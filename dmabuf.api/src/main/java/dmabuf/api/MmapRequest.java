package dmabuf.api;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which part of a buffer to map, for what, and in which mode. Immutable; start from {@link #whole()}.
 */
public final class MmapRequest {

    /** Stands for "whatever the buffer's size is"; no caller can mean this value. */
    private static final long WHOLE_LENGTH = Long.MIN_VALUE;

    private static final MmapRequest WHOLE = new MmapRequest(0, WHOLE_LENGTH, Access.READ_WRITE, false, null, Set.of());

    private final long offset;
    private final long length;
    private final Access access;
    private final boolean confined;
    /** Null for any. */
    private final String mode;
    /** Empty for any. */
    private final Set<Caching> caching;

    private MmapRequest(long offset, long length, Access access, boolean confined, String mode, Set<Caching> caching) {
        this.offset = offset;
        this.length = length;
        this.access = access;
        this.confined = confined;
        this.mode = mode;
        this.caching = caching;
    }

    /**
     * Maps the whole buffer, for reading and writing, for every thread.
     *
     * @return the request
     */
    public static MmapRequest whole() {
        return WHOLE;
    }

    /**
     * Maps a part only.
     *
     * @param newOffset where the part begins, in bytes, a multiple of the page size
     * @param newLength how long it is, in bytes, more than 0
     * @return a request that differs in its range only
     */
    public MmapRequest range(long newOffset, long newLength) {
        return new MmapRequest(newOffset, newLength, access, confined, mode, caching);
    }

    /**
     * Maps for this use only.
     *
     * @param newAccess what the mapping shall permit
     * @return a request that differs in its access only
     */
    public MmapRequest access(Access newAccess) {
        return new MmapRequest(offset, length, Objects.requireNonNull(newAccess, "newAccess"), confined, mode, caching);
    }

    /**
     * Maps for the calling thread alone, which makes closing much cheaper: other threads need not be asked. The mapping and its scopes
     * can then be used and closed by that thread only.
     *
     * @return a request that differs in its confinement only
     */
    public MmapRequest confined() {
        return new MmapRequest(offset, length, access, true, mode, caching);
    }

    /**
     * Maps in this mode.
     *
     * @param name the name of one of {@link DmaBuf#modes()}
     * @return a request that differs in its mode only
     * @throws IllegalArgumentException when no mode can have this name
     */
    public MmapRequest mode(String name) {
        return new MmapRequest(offset, length, access, confined, MappingMode.checkName(name), caching);
    }

    /**
     * Maps in the first mode that has one of these cache attributes.
     *
     * @param first an attribute that will do
     * @param others further ones that will do
     * @return a request that differs in its caching only
     */
    public MmapRequest caching(Caching first, Caching... others) {
        return new MmapRequest(offset, length, access, confined, mode, EnumSet.of(first, others));
    }

    /**
     * Tells where the part begins.
     *
     * @return the offset in bytes
     */
    public long offset() {
        return offset;
    }

    /**
     * Tells how long the part is.
     *
     * @param bufferSize the size of the buffer
     * @return the length in bytes; what is left of the buffer when no length was given
     */
    public long length(long bufferSize) {
        return length == WHOLE_LENGTH ? bufferSize : length;
    }

    /**
     * Tells what the mapping shall permit.
     *
     * @return the access
     */
    public Access access() {
        return access;
    }

    /**
     * Tells whether one thread alone uses the mapping.
     *
     * @return true when confined
     */
    public boolean isConfined() {
        return confined;
    }

    /**
     * Tells which mode is asked for.
     *
     * @return its name, empty for any
     */
    public Optional<String> mode() {
        return Optional.ofNullable(mode);
    }

    /**
     * Tells whether a mode is one that is asked for.
     *
     * @param candidate a mode of the buffer
     * @return true when its name and its caching are not excluded
     */
    public boolean accepts(MappingMode candidate) {
        return (mode == null || mode.equals(candidate.name()))
                && (caching.isEmpty() || candidate.policy().mappable() && caching.contains(candidate.policy().caching()));
    }

    /**
     * Says in words what kind of mapping is asked for, for messages.
     *
     * @return such as {@code mode wc} or {@code a cached mode}; empty when any will do
     */
    public String wantedMode() {
        String attributes = Caching.anyOf(caching);
        if (mode == null) {
            return caching.isEmpty() ? "" : "a mode that is " + attributes;
        }
        return "mode " + mode + (caching.isEmpty() ? "" : ", " + attributes);
    }
}
