package dmabuf.api;

/** Who says what an {@link MmapPolicy} says. */
public enum PolicyOrigin {
    /** The exporter of the buffer, who alone can know. */
    EXPORTER,
    /** A peer who handed the buffer over: as trustworthy as the peer is. */
    DECLARED,
    /** Nobody: the policy is a safe default for memory of unknown origin. */
    NOBODY
}
