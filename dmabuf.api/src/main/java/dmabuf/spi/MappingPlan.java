package dmabuf.spi;

import dmabuf.fd.Fd;
import java.util.Objects;
import java.util.Optional;

/**
 * How a CPU mapping of a buffer is made: which descriptor to mmap, and from which offset on. For most drivers that is the dma-buf itself
 * at 0; a DRM driver may give its device node and a fake offset, a VFIO device a region of itself.
 */
public final class MappingPlan {

    private static final MappingPlan BUFFER = new MappingPlan(null, 0, false);

    private final Fd fd;
    private final long offset;
    private final boolean wholeOnly;

    private MappingPlan(Fd fd, long offset, boolean wholeOnly) {
        this.fd = fd;
        this.offset = offset;
        this.wholeOnly = wholeOnly;
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
        return new MappingPlan(Objects.requireNonNull(fd, "fd"), offset, false);
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

    /**
     * Says that a part of the buffer can only be mapped right as a part of a mapping of the whole. So it is with drivers whose buffers are
     * {@code drm_gem_shmem_object}s: Linux 6.12 shows their first pages in every mapping, wherever it was to begin.
     *
     * @return a plan that differs in this only
     */
    public MappingPlan wholeOnly() {
        return new MappingPlan(fd, offset, true);
    }

    /**
     * Tells whether the core is to map the whole buffer, and to hand out the part that was asked for.
     *
     * @return true when it is
     */
    public boolean isWholeOnly() {
        return wholeOnly;
    }
}
