package dmabuf.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The importers' view of one exporter on one device. The core registers one as a service for every exporter, with the exporter's
 * properties ({@link ExporterProperties}) and the {@code dmabuf.generation}; importers never call an exporter itself.
 *
 * <p>When the exporter goes, this service goes first. An object that is still held then throws {@link ExporterGoneException} from
 * {@link #export}; buffers that came from it stay good.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface BufferSource {

    /**
     * Describes the exporter.
     *
     * @return a snapshot; also after the exporter is gone
     */
    ExporterProperties properties();

    /**
     * Makes a buffer. Mirrors {@code dma_buf_export} and the driver's own allocation.
     *
     * @param request what the buffer shall be
     * @return a handle on the new buffer, which the caller closes
     * @throws ExporterGoneException ENODEV, when the exporter is stopping or gone
     * @throws DmaBufException as the exporter reports it, with the errno of its device: EINVAL for a size of 0 or over the limit, ranges
     *     that are not page-aligned, a memfd that is not sealed against shrinking; EBADFD for a file that is no memfd; EMFILE, ENOMEM;
     *     EACCES for a device node without permission; EIO when the exporter fails in a way that is no errno
     */
    DmaBuf export(ExportRequest request);
}
