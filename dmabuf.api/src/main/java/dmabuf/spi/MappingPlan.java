package dmabuf.spi;

import dmabuf.fd.Fd;
import java.util.Objects;
import java.util.Optional;

/**
 * How a CPU mapping of a buffer is made: which descriptor to mmap, and from which offset on. For most drivers that is the dma-buf itself
 * at 0; a DRM driver may give its device node and a fake offset, a VFIO device a region of itself.
 */
public final class MappingPlan {

    private static final MappingPlan BUFFER = new MappingPlan(null, 0);

    private final Fd fd;
    private final long offset;

    private MappingPlan(Fd fd, long offset) {
        this.fd = fd;
        this.offset = offset;
    }

    /**
     * Maps through the dma-buf's own descriptor.
     *
     * @return the plan
     */
    public static MappingPlan ofBuffer() {
        return BUFFER;
    }

    /**
     * Maps through another descriptor.
     *
     * @param fd what to mmap; the ownership goes to the core with the exported buffer
     * @param offset where the buffer's first byte is to be found there, a multiple of the page size
     * @return the plan
     */
    public static MappingPlan of(Fd fd, long offset) {
        return new MappingPlan(Objects.requireNonNull(fd, "fd"), offset);
    }

    /**
     * Gives what to mmap.
     *
     * @return the descriptor; empty for the dma-buf's own
     */
    public Optional<Fd> fd() {
        return Optional.ofNullable(fd);
    }

    /**
     * Tells where the buffer's first byte is.
     *
     * @return the offset in bytes, to be added to the offset in the buffer
     */
    public long offset() {
        return offset;
    }
}
