package dmabuf.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * What a dynamic importer can do that a static one cannot: let go of its mappings when the memory moves. Mirrors {@code struct
 * dma_buf_attach_ops}.
 */
@ConsumerType
@FunctionalInterface
public interface ImporterOps {

    /**
     * The buffer's memory moves, or is taken away. Stop the device, and {@link Attachment#unmap} what is mapped: here, or soon after on
     * another thread. Until the exporter says that the memory is there again, {@link Attachment#map} fails with ENODEV. Mirrors {@code
     * move_notify}, now {@code invalidate_mappings}.
     *
     * <p>Called on the exporter's thread, with no lock held: everything of the attachment may be called. What is thrown is reported and
     * harms no other importer.
     *
     * @param attachment the attachment whose mappings are void
     */
    void invalidated(Attachment attachment);

    /**
     * Tells whether the importer unmaps within a bounded time once it is told. An exporter whose memory can be taken away may refuse to be
     * attached to by one that does not.
     *
     * @return true unless overridden
     */
    default boolean revocable() {
        return true;
    }
}
