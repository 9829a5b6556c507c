/**
 * The core: exporters and the choice among them, buffers, mappings, CPU access, hot swap, census. Exports nothing; applications see its
 * services through {@code dmabuf.api}.
 *
 * <p>Who lives here: {@link dmabuf.core.CoreDmaBufs} is the whole without a container, {@link dmabuf.core.CoreComponent} wires it to one.
 * An exporter is an {@code ExporterSource} behind a {@code CallGate}; a buffer is a {@code BufferBody} that {@code BufferHandle}s and
 * {@code BufferMapping}s refer to; a fence is a {@code SyncFence}.
 *
 * <p>Few locks exist: the census's, the registry's, and one of each fence for the wait that is under way. They guard a few field accesses,
 * and nothing foreign is called under any. A buffer's {@code Reservation} is the exception that the kernel makes too.
 */
package dmabuf.core;
