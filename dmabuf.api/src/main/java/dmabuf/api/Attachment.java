package dmabuf.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A device on a buffer. Mirrors {@code struct dma_buf_attachment}. Made by {@link DmaBuf#attach(ImporterDevice)}.
 *
 * <p>An attachment keeps the buffer alive, whatever handles are closed. It has at most one mapping at a time, which is shared and counted
 * by all who map it in a direction that it serves. After {@link #close} every method but the plain getters and {@link #close} throws {@link
 * BufferClosedException}. When the exporter has gone and had a part in mappings, {@link #map} and {@link #pin} throw {@link
 * ExporterGoneException}, while unmapping, unpinning and closing go on working.
 *
 * <p>Keep it for as long as the device uses the buffer: neither the {@link ScatterList} nor the buffer keeps it, nor its
 * {@link ImporterDevice} and {@link ImporterOps}. One that becomes unreachable without having been closed is a leak, which the core reports
 * once, as {@link DmaBuf} says, and closes.
 *
 * <p>Thread-safe. The exporter's part is called under the buffer's reservation lock, so nothing here is to be called from within it: that
 * is EDEADLK.
 */
@ProviderType
public interface Attachment extends AutoCloseable {

    /**
     * Gives the device.
     *
     * @return as given to {@link DmaBuf#attach(ImporterDevice)}
     */
    ImporterDevice device();

    /**
     * Identifies the buffer.
     *
     * @return device and inode
     */
    BufferId buffer();

    /**
     * Tells whether the importer lets go of its mappings when the memory moves.
     *
     * @return true when it was attached with {@link ImporterOps}
     */
    boolean isDynamic();

    /**
     * Tells whether the mapping may be of I/O memory. Mirrors {@code peer2peer}.
     *
     * @return true for a dynamic importer whose device reaches it
     */
    boolean isPeerToPeer();

    /**
     * Tells whether the memory is away for now.
     *
     * @return true from the moment in which {@link ImporterOps#invalidated} is due until the exporter says that the memory is there again
     */
    boolean isInvalidated();

    /**
     * Maps the buffer for the device. Mirrors {@code dma_buf_map_attachment_unlocked}. While there is a mapping in the same direction, or a
     * {@link Direction#BIDIRECTIONAL} one, that is shared.
     *
     * <p>Does not wait for fences: whoever starts the device does, with {@link DmaBuf#awaitReady}. Nor does it make bytes of the CPU
     * visible: the {@link CpuAccess} of whoever wrote them does.
     *
     * @param direction which way data will move
     * @return where the device sees the buffer; the caller gives it back with {@link #unmap}
     * @throws DmaBufException EINVAL for a null direction; EBUSY when there is a mapping whose direction clashes; ENODEV while the memory
     *     is away; ENOMEM when the exporter has none to map; otherwise as the exporter, the device or, where the exporter has no part in it,
     *     {@link DmaBuf#mmap(MmapRequest)} says
     * @throws ExporterGoneException ENODEV, when the exporter would have to map and has gone
     * @throws BufferClosedException EBADF, after close
     */
    ScatterList map(Direction direction);

    /**
     * Gives a mapping back. The last to do so unmaps it, unless the exporter has it kept until the attachment is closed. Mirrors {@code
     * dma_buf_unmap_attachment_unlocked}.
     *
     * @param list as {@link #map} gave it
     * @throws DmaBufException EINVAL for null, for a list of another attachment, and for one that was given back by all
     * @throws BufferClosedException EBADF, after close
     */
    void unmap(ScatterList list);

    /**
     * Keeps the buffer where it is, until {@link #unpin} was called as often. For scan-out and other long use only. Mirrors {@code
     * dma_buf_pin}; does nothing when the exporter never moves a buffer.
     *
     * @throws DmaBufException EINVAL for a static importer, on which the exporter cannot rely to let go again; what the exporter says
     * @throws ExporterGoneException ENODEV, when the exporter would have to pin and has gone
     * @throws BufferClosedException EBADF, after close
     */
    void pin();

    /**
     * Lets the buffer move again. Mirrors {@code dma_buf_unpin}.
     *
     * @throws DmaBufException EINVAL when it is not pinned by this attachment
     * @throws BufferClosedException EBADF, after close
     */
    void unpin();

    /**
     * Detaches: unmaps what is mapped, however often, unpins what is pinned, and tells the exporter. Mirrors {@code dma_buf_detach}. The
     * second and later calls do nothing.
     */
    @Override
    void close();
}
