/**
 * What every DRM device understands, whatever its driver: who it is, what it can do, handles, and their way to a dma-buf and back (PRIME).
 * The requests of a single driver are in that driver's exporter.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.linux.drm;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
