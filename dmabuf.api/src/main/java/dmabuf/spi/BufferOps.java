package dmabuf.spi;

import dmabuf.api.Direction;
import dmabuf.api.MmapPolicy;
import dmabuf.api.ScatterList;
import iosys.IosysMap;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The exporter's part in what is done with a buffer, for an exporter that wants one. Mirrors {@code struct dma_buf_ops}. An exporter that
 * gives none hands over data only, its buffers outlive it, and the core does everything.
 *
 * <p>A callback that the class does not override is missing, as a null pointer is in the kernel's struct: the core then does what its
 * documentation says. Map and unmap come together, pin and unpin too; vunmap not without vmap; {@link ExportedBuffer.Builder#build} says
 * EINVAL otherwise. One object may serve many buffers, which it tells apart by their {@link BufferControl}.
 *
 * <p><b>Locks.</b> {@link #pin}, {@link #unpin}, {@link #map}, {@link #unmap}, {@link #vmap} and {@link #vunmap} are called under the
 * reservation lock of the buffer: one at a time for each buffer, and from within them nothing of the buffer that takes the lock may be
 * called (that is EDEADLK). The others are called with no lock held, by any number of threads at once.
 *
 * <p><b>Errors.</b> A {@link dmabuf.api.DmaBufException} goes to the caller as it is. Any other exception is reported as text, with the
 * exporter's name, and the caller gets EIO. What takes something back ({@link #unmap}, {@link #unpin}, {@link #vunmap}, {@link #detach},
 * {@link #release}) cannot fail: what it throws is reported and goes no further.
 *
 * <p><b>When the exporter goes</b>, calls in flight are awaited for the drain time. From then on nothing here is called but
 * {@link #release}; who would need the others gets ENODEV, and what is taken back is taken back by the core alone.
 */
@ConsumerType
public interface BufferOps {

    /**
     * The core has taken the buffer. Called once, before anybody else has it, with no lock held.
     *
     * @param buffer what the exporter can do with the buffer from now on
     */
    default void exported(BufferControl buffer) {}

    /**
     * A device wants to use the buffer. Called before the attachment is listed, with no lock held. If missing, every device may that can
     * reach the memory: I/O memory is refused with EOPNOTSUPP where {@link AttachedImporter#isPeerToPeer} is false.
     *
     * @param importer who attaches
     * @throws dmabuf.api.DmaBufException EBUSY when the memory is already where this device cannot reach it; EOPNOTSUPP when it cannot be
     *     brought to where it can; EPERM for an importer that is not {@link AttachedImporter#isRevocable}, where the memory can be taken
     *     away
     */
    default void attach(AttachedImporter importer) {}

    /**
     * A device has gone. Called after the attachment was unlisted, once for each {@link #attach} that succeeded, with no lock held.
     *
     * @param importer who was attached
     */
    default void detach(AttachedImporter importer) {}

    /**
     * The buffer shall stay where it is, for this importer. Called under the reservation lock. If missing, pinning succeeds: the exporter
     * never moves a buffer.
     *
     * @param importer a dynamic importer
     */
    default void pin(AttachedImporter importer) {}

    /**
     * Called once for each {@link #pin} that succeeded, under the reservation lock.
     *
     * @param importer who had it pinned
     */
    default void unpin(AttachedImporter importer) {}

    /**
     * Says where the buffer is. Called under the reservation lock, when an attachment has no mapping yet. If missing, the core maps the
     * buffer into this process, by its default mode, and the address is the one in this process.
     *
     * @param importer who maps
     * @param direction which way data will move
     * @return the pieces, as many bytes as the buffer has; null is ENOMEM
     * @throws dmabuf.api.DmaBufException ENOMEM, ENODEV, …
     */
    default ScatterList map(AttachedImporter importer, Direction direction) {
        return null;
    }

    /**
     * Takes a mapping back. Called once for each {@link #map} that gave one, under the reservation lock.
     *
     * @param importer who had mapped
     * @param list what {@link #map} gave
     * @param direction as it was mapped
     */
    default void unmap(AttachedImporter importer, ScatterList list, Direction direction) {}

    /**
     * Says that a mapping is made once for each attachment and kept until it is detached. Mirrors {@code cache_sgt_mapping}. Asked once,
     * when the buffer is described. Not for a buffer that moves: together with {@link #pin} it is EINVAL.
     *
     * @return false unless overridden
     */
    default boolean cachesMappings() {
        return false;
    }

    /**
     * The CPU is about to access the buffer. Called before {@code DMA_BUF_IOCTL_SYNC}, which waits for fences, with no lock held. If
     * missing, there is only that.
     *
     * @param buffer the buffer
     * @param direction {@link Direction#ofCpuAccess} of what it will do
     */
    default void beginCpuAccess(BufferControl buffer, Direction direction) {}

    /**
     * The CPU has accessed the buffer. Called after {@code DMA_BUF_IOCTL_SYNC}, once for each {@link #beginCpuAccess} that succeeded, with
     * no lock held.
     *
     * @param buffer the buffer
     * @param direction as it was begun
     */
    default void endCpuAccess(BufferControl buffer, Direction direction) {}

    /**
     * Shows the whole buffer to code that reads and writes it through a map. Called under the reservation lock for the first who asks. If
     * missing, the core maps the buffer by its default mode.
     *
     * @param buffer the buffer
     * @param map to be set to the memory, and to its kind; it is NULL when this is called, and ENOMEM when it still is afterwards
     */
    default void vmap(BufferControl buffer, IosysMap map) {}

    /**
     * Called when the last who asked has given the map back, under the reservation lock.
     *
     * @param buffer the buffer
     * @param map as {@link #vmap} set it
     */
    default void vunmap(BufferControl buffer, IosysMap map) {}

    /**
     * Says how a mapping of the descriptor behaves now. Called with no lock held. If missing, or the exporter has gone, the policy counts
     * that the buffer was exported with.
     *
     * @param buffer the buffer
     * @return the policy; null when the exporter does not know
     */
    default MmapPolicy mmapInfo(BufferControl buffer) {
        return null;
    }

    /**
     * The last reference is gone. Called once for each buffer, also when the exporter has gone, and when the core refused what was
     * exported; then the descriptors are closed. With no lock held.
     *
     * @param buffer the buffer, with which nothing can be done any more; null when the core refused it before it told of it by
     *     {@link #exported}
     */
    default void release(BufferControl buffer) {}
}
