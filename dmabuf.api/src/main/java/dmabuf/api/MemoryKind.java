package dmabuf.api;

/** Whether memory may be accessed like any other, or only with the care that device registers need. */
public enum MemoryKind {
    /** Memory of the system: any access, any size, any copy routine. */
    SYSTEM,
    /** I/O memory: naturally aligned units only, in order, never by a bulk copy. */
    IO
}
