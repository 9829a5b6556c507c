package dmabuf.spi;

import dmabuf.api.BufferId;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What an exporter can do with a buffer that it has exported: {@code struct dma_buf} as its ops get it. It keeps nothing alive; after
 * {@link BufferOps#release} it does nothing.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface BufferControl {

    /**
     * Gives the size.
     *
     * @return bytes
     */
    long size();

    /**
     * Identifies the buffer.
     *
     * @return device and inode
     */
    BufferId id();

    /**
     * Takes the memory away from those who have it mapped, before it is moved or goes. In the order that Linux documents for revoking: mark
     * the buffer, so that nobody maps it anew; tell the importers; wait for the fences of what devices still do; wait until every importer
     * has unmapped. Answers of {@link dmabuf.api.MmapInfo} that were given before are void from then on. Mirrors {@code
     * dma_buf_invalidate_mappings}.
     *
     * <p>Mappings of the CPU are not taken away: those the kernel takes away itself, when it moves the pages. Call it with none of the
     * exporter's own locks held that its callbacks take: importers unmap meanwhile. It holds no lock while importers are told and while it
     * waits.
     *
     * @param patience how long at most; zero to wait for nobody
     * @return true when nobody has it mapped any more; false when the time was over before. The buffer stays marked either way
     * @throws dmabuf.api.DmaBufException EDEADLK when called from a callback that runs under the reservation lock
     */
    boolean invalidate(Duration patience);

    /** Ends what {@link #invalidate} began: the memory is there again, maybe elsewhere, and importers may map it. */
    void restore();

    /**
     * Says that the memory leaves with its device, for good. Returns at once; what follows happens on another thread. The buffer is {@link
     * dmabuf.api.BufferState#REVOKED}, which listeners are told once; importers are told as by {@link #invalidate}; when the grace period is over,
     * mappings of the CPU are taken away. The second and later calls do nothing, nor does one after {@link BufferOps#release}.
     *
     * @throws dmabuf.api.DmaBufException EINVAL for a buffer that was not exported as {@link dmabuf.api.Lifetime#DEVICE_BOUND}
     */
    void revoke();
}
