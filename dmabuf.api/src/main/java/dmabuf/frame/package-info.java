/**
 * What a picture in a buffer is like: its format and its layout as {@code drm_fourcc.h} has them, its size, and where each plane lies.
 *
 * <p>A description lies beside a buffer and never in it: the same bytes can be looked at as several frames. What is here checks figures
 * without overflow and finds rows; it neither allocates nor maps. Turning a frame into an image is another bundle's ({@code dmabuf.image}),
 * since that needs {@code java.desktop}.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.frame;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
