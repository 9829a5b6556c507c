package dmabuf.api;

import java.util.Objects;

/**
 * Which part of a buffer to map, and for what. Immutable; start from {@link #whole()}.
 */
public final class MmapRequest {

    /** Stands for "whatever the buffer's size is"; no caller can mean this value. */
    private static final long WHOLE_LENGTH = Long.MIN_VALUE;

    private static final MmapRequest WHOLE = new MmapRequest(0, WHOLE_LENGTH, Access.READ_WRITE, false);

    private final long offset;
    private final long length;
    private final Access access;
    private final boolean confined;

    private MmapRequest(long offset, long length, Access access, boolean confined) {
        this.offset = offset;
        this.length = length;
        this.access = access;
        this.confined = confined;
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
        return new MmapRequest(newOffset, newLength, access, confined);
    }

    /**
     * Maps for this use only.
     *
     * @param newAccess what the mapping shall permit
     * @return a request that differs in its access only
     */
    public MmapRequest access(Access newAccess) {
        return new MmapRequest(offset, length, Objects.requireNonNull(newAccess, "newAccess"), confined);
    }

    /**
     * Maps for the calling thread alone, which makes closing much cheaper: other threads need not be asked. The mapping and its scopes
     * can then be used and closed by that thread only.
     *
     * @return a request that differs in its confinement only
     */
    public MmapRequest confined() {
        return new MmapRequest(offset, length, access, true);
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
}
