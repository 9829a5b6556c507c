/**
 * The dma-buf contract for callers: find a source of buffers by what it can do, export from it, map, hand out, close.
 *
 * <p>An importer needs no more than a service reference, whose filter is the contract:
 *
 * <pre>{@code
 * @Reference(target = "(dmabuf.caching=cached)")
 * BufferSource source;
 * }</pre>
 *
 * <p>Importers of this package use {@code [1.0,2)}; the core, which implements its interfaces, uses {@code [1.0,1.1)}.
 */
@Export
@Version("1.0.0")
package dmabuf.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
