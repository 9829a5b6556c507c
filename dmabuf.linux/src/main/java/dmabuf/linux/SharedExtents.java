package dmabuf.linux;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a simulated kernel offers beyond the real one: a simulated dma-buf is a list of pieces of memfds, and can be taken apart and put
 * together again in another process.
 *
 * <p>A {@link Syscalls} that is also this answers for simulated buffers. Thread-safe.
 */
@ProviderType
public interface SharedExtents {

    /**
     * A piece of a memfd, the next in a buffer.
     *
     * @param memfd a descriptor's number
     * @param offset where the piece begins, in bytes
     * @param length how long it is, in bytes
     */
    record Extent(int memfd, long offset, long length) {}

    /**
     * A simulated dma-buf taken apart. The descriptors are borrowed: they stay open while the buffer does.
     *
     * @param token the descriptor that stands for the buffer and carries its identity
     * @param size the buffer's size in bytes
     * @param extents its pieces, in order
     */
    record Parts(int token, long size, List<Extent> extents) {

        /** Takes a copy of the list. */
        public Parts {
            extents = List.copyOf(extents);
        }
    }

    /**
     * Takes a buffer apart, to send it.
     *
     * @param fd a descriptor's number
     * @return the parts; empty when the descriptor is no simulated dma-buf
     */
    Optional<Parts> disassemble(int fd);

    /**
     * Puts a buffer together from parts that were received.
     *
     * @param parts the token, whose ownership is taken over on success and becomes the buffer's descriptor, and the pieces, whose memfds
     *     stay the caller's, to be closed as soon as this returns
     * @return the token's number, now a simulated dma-buf: the same one where a buffer of this very kernel has come back; or a negated
     *     errno: EBADF for a token that is not open, EINVAL for one that is no token of a buffer of this size; EBADFD for a piece that is
     *     no memfd, EINVAL for one that can shrink, cannot be written, reaches beyond its file, or is not page-aligned, for pieces that
     *     do not add up to the size in whole pages, and for a buffer that comes back with other pieces than it went out with; EMFILE,
     *     ENOMEM. Then nothing is kept, and the token stays the caller's
     */
    int assemble(Parts parts);
}
