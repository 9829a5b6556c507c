/**
 * What a driver implements: an {@link dmabuf.spi.Exporter} service that makes buffers and describes them as data. A driver that
 * wants a part in what is done with them adds {@link dmabuf.spi.BufferOps}.
 *
 * <p>Exporters use {@code [1.0,2)}: they implement what grows with defaults only, and otherwise hand over data. An exporter bundle
 * exports no package, and nothing wires to it, so that refreshing it never cascades.
 */
@Export
@Version("1.0.0")
package dmabuf.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
