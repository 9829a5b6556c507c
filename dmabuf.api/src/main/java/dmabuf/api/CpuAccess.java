package dmabuf.api;

import java.lang.foreign.MemorySegment;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A bracket around accesses by the CPU. Between {@link Mapping#cpuAccess} and {@link #close} the bytes are right; outside they need not
 * be, on hardware that is not coherent.
 *
 * <p>Scopes are reused, so that they cost no allocation: do not keep one beyond its {@link #close}.
 */
@ProviderType
public interface CpuAccess extends AutoCloseable {

    /**
     * Gives the memory: the whole mapping, from its first byte to its last.
     *
     * @return the segment; read-only in a scope for {@link Access#READ}. It can no longer be accessed once the mapping is closed (an
     *     {@code IllegalStateException} then), and is not to be accessed once this scope is
     * @throws BufferClosedException EBADF, after close
     */
    MemorySegment segment();

    /**
     * Ends CPU access. Mirrors {@code DMA_BUF_IOCTL_SYNC} with {@code DMA_BUF_SYNC_END}: makes the CPU's bytes visible to devices. The
     * second and later calls do nothing.
     *
     * @throws DmaBufException what the kernel says; the scope is closed all the same
     */
    @Override
    void close();
}
