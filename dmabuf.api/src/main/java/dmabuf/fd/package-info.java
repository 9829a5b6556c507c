/**
 * File descriptors and error numbers as values: what the caller's API, the exporter's SPI and the system calls all need.
 *
 * <p>Importers of this package use {@code [1.0,2)}; a bundle that implements {@link dmabuf.fd.Kernel} uses {@code [1.0,1.1)}.
 */
@Export
@Version("1.0.0")
package dmabuf.fd;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
