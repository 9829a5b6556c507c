/**
 * What an exporter of screens gives: beside its {@link dmabuf.spi.Exporter}, and with the same properties, a {@link
 * dmabuf.display.spi.DisplaySource} for each screen.
 *
 * <p>Exporters use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.display.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
