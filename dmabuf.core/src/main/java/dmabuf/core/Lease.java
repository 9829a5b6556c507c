package dmabuf.core;

/** Something that a buffer has given out. */
abstract class Lease {

    /** Both are guarded by the {@link Leases} that it is in. */
    Lease next;

    Lease previous;
}
