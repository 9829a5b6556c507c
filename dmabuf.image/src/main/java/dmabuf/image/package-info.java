/**
 * A frame in a buffer as a {@link java.awt.image.BufferedImage}: for looking at, for saving as a file, for a test that wants to know what a
 * device has drawn. Copies, and is exact rather than fast.
 *
 * <p>A bundle of its own, so that nobody needs {@code java.desktop} who does not look at pictures.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.image;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
