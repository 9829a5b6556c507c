/**
 * Looking at screens: a picture of one as a PNG, and a guest that draws, for the kernel's own sample displays, on which nothing is to be
 * seen otherwise. The verb {@code screen} is made of this.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.screen;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
