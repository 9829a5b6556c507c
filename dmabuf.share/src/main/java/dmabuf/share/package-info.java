/**
 * Hands a buffer, with what there is to say about it, to another process over a Unix socket. Plain classes, which work with and without a
 * container:
 *
 * <pre>{@code
 * // the giver
 * try (BufferServer server = BufferOffer.of(buffer).listen(Path.of("/run/user/1000/frame"))) {
 *     PeerCredentials taker = server.serveOne(Duration.ofSeconds(30));
 * }
 *
 * // the taker
 * try (ReceivedBuffer received = BufferTaker.into(dmaBufs).take(Path.of("/run/user/1000/frame"));
 *         Mapping mapping = received.buffer().mmap()) {
 *     …
 * }
 * }</pre>
 *
 * <p>The other side need not be Java: {@code docs/share-protocol.md} is all that a C program needs to know.
 *
 * <p>Importers of this package use {@code [1.0,2)}.
 */
@Export
@Version("1.0.0")
package dmabuf.share;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
