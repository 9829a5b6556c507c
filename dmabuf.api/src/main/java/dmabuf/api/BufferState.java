package dmabuf.api;

/** What has become of a buffer. A state only ever moves forward, from top to bottom. */
public enum BufferState {
    /** The exporter is there. */
    ACTIVE,
    /** The exporter is gone; contents, mappings, CPU access, descriptors and close go on working. */
    ORPHANED,
    /** The memory left with its device: mappings are taken away, and access throws a named exception. */
    REVOKED,
    /** The last handle and the last mapping were closed. */
    CLOSED
}
