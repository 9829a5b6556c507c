package dmabuf.api;

import java.time.Instant;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What the exporter said when it was asked how its buffer is mapped: the answer to the query that was proposed to Linux in 2022 as
 * {@code DMA_BUF_IOCTL_INFO}. It was never merged, since a driver may move a buffer, and the cache attribute with it, at any moment. So this
 * is a snapshot that says when it was voided. No real kernel is asked.
 *
 * <p>Thread-safe. Stays readable after the buffer is closed and after the exporter is gone, who then cannot void it any more.
 */
@ProviderType
public interface MmapInfo {

    /**
     * Gives the answer: how a mapping of the dma-buf's descriptor behaves.
     *
     * @return the policy of the mode {@link MappingMode#DMA_BUF}, or, of memory that is no dma-buf, of its first mode; with
     *     {@link Caching#UNKNOWN} from an exporter that does not know
     */
    MmapPolicy policy();

    /**
     * Tells when the answer was given.
     *
     * @return the moment
     */
    Instant answeredAt();

    /**
     * Tells whether the exporter has invalidated the buffer's mappings since, so that the query has to be repeated.
     *
     * @return the moment at which the answer became void; empty while it holds
     */
    Optional<Instant> voidedAt();

    /**
     * Tells whether the answer still holds.
     *
     * @return false from the moment of {@link #voidedAt()} on
     */
    default boolean isCurrent() {
        return voidedAt().isEmpty();
    }
}
