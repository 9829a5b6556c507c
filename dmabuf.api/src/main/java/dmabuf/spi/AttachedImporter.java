package dmabuf.spi;

import org.osgi.annotation.versioning.ProviderType;

/**
 * One attachment as the exporter sees it, the same object in every callback. Holds nothing of the importer but words. Immutable.
 */
@ProviderType
public interface AttachedImporter {

    /**
     * Gives the buffer.
     *
     * @return what the exporter can do with it
     */
    BufferControl buffer();

    /**
     * Names the device.
     *
     * @return the importer's word for it
     */
    String device();

    /**
     * Tells whether the importer lets go of its mappings when the memory moves.
     *
     * @return true when it has {@link dmabuf.api.ImporterOps}
     */
    boolean isDynamic();

    /**
     * Tells whether it does so within a bounded time.
     *
     * @return true for a dynamic importer that says so
     */
    boolean isRevocable();

    /**
     * Tells whether it can reach I/O memory. Mirrors {@code peer2peer}.
     *
     * @return true for a dynamic importer whose device does
     */
    boolean isPeerToPeer();
}
