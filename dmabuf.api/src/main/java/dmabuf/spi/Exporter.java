package dmabuf.spi;

import dmabuf.api.ExportRequest;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The service that a driver bundle registers, with the properties of {@link dmabuf.api.ExporterProperties}. The core finds it, wraps it
 * into a {@link dmabuf.api.BufferSource}, and is the only one to call it.
 *
 * <p>The core calls from any number of threads at once, and never while holding a lock. While the bundle stops, calls in flight are
 * awaited for the drain time; a buffer that is returned later is still accepted. After the service is unregistered no new call comes.
 */
@ConsumerType
@FunctionalInterface
public interface Exporter {

    /**
     * Makes one buffer.
     *
     * @param request what the buffer shall be; its name is set by the core
     * @return the buffer's description, whose descriptors the core owns from then on
     * @throws dmabuf.api.DmaBufException with the device's errno; then nothing must be left open. Any other exception is reported with
     *     the exporter's name, as EIO
     */
    ExportedBuffer export(ExportRequest request);
}
