package dmabuf.api;

import dmabuf.fd.Errno;

/**
 * The exporter is stopping or has stopped, so it exports nothing more. Buffers that it exported before are only concerned
 * where it has a part in what is done with them.
 *
 * <p>{@link #errno()} is ENODEV. (The kernel's {@code dma_buf_export} says ENOENT when the exporting module is unloading; a caller here
 * speaks to a device that is no longer there, which is ENODEV everywhere else.)
 */
public final class ExporterGoneException extends DmaBufException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports that an exporter has gone.
     *
     * @param exporter its name and generation
     */
    public ExporterGoneException(String exporter) {
        super(Errno.ENODEV, "export", exporter, "the exporter is stopping or has stopped; select another one");
    }

    /**
     * Reports that something cannot be done with a buffer any more, since its exporter has a part in it.
     *
     * @param operation what was tried
     * @param exporter its name and generation
     */
    public ExporterGoneException(String operation, String exporter) {
        super(
                Errno.ENODEV,
                operation,
                exporter,
                "the exporter has a part in this, and is stopping or has stopped; other uses go on working");
    }
}
