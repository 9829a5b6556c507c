package dmabuf.api;

/** What has become of a buffer. A state only ever moves forward, from top to bottom. */
public enum BufferState {
    /** The exporter is there. */
    ACTIVE,
    /** The exporter is gone; contents, mappings, CPU access, descriptors and close go on working. */
    ORPHANED,
    /**
     * The memory leaves with its device. Nothing new can be mapped, and devices are told to let go. What the CPU has mapped goes on working
     * for a grace period, in which contents can be brought to safety; then mappings are taken away, and access throws {@link
     * BufferRevokedException}. Descriptors, names, fences and close go on working as far as the kernel has them.
     */
    REVOKED,
    /** The last handle and the last mapping were closed. */
    CLOSED
}
