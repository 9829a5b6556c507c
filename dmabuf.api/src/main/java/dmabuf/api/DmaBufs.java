package dmabuf.api;

import dmabuf.fd.Fd;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The way in: a service through which buffers are exported by requirement, taken over from elsewhere, and counted.
 *
 * <p>When the core stops, this service goes; buffers stay usable until they are closed. Methods then throw {@link ExporterGoneException}
 * (export) or go on answering (census).
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface DmaBufs {

    /**
     * Prepares a choice that can be made many times.
     *
     * @param requirements what the source must be able to do
     * @return the prepared choice, also when nothing fits yet
     */
    Selection select(Requirements requirements);

    /**
     * Exports a buffer from the best source. The same as {@code select(requirements).export(request)}.
     *
     * @param requirements what the source must be able to do
     * @param request what the buffer shall be
     * @return a handle on the new buffer, which the caller closes
     * @throws NoSourceException ENODEV, when no source fits, with the reason for each
     * @throws DmaBufException as {@link Selection#export} says
     */
    DmaBuf export(Requirements requirements, ExportRequest request);

    /**
     * Finds a buffer that several importers can share. What they need is merged first: contradictions are found without asking anybody. Then
     * the sources are asked that meet all of it, the best first, as {@link Selection} orders them; whatever a source fails with, and
     * whatever buffer it gives that does not keep what it promised, the next one is asked.
     *
     * @param negotiation the importers, and what they need
     * @return the buffer and the frame in it, which the caller closes
     * @throws NegotiationException EINVAL when the importers contradict each other; ENODEV when no source serves all of them, with every
     *     reason of every source
     * @throws ExporterGoneException ENODEV, when the core has stopped
     */
    NegotiatedBuffer negotiate(Negotiation negotiation);

    /**
     * Lists the sources that are there now, the best first.
     *
     * @return a snapshot
     */
    List<BufferSource> sources();

    /**
     * Makes a buffer of a descriptor that came from elsewhere. Mirrors {@code dma_buf_get}.
     *
     * @param fd a dma-buf, or a memfd that is sealed against shrinking; the ownership is taken over, and the descriptor is closed even
     *     when this throws
     * @return a handle on the buffer, which the caller closes; its policy is {@link MmapPolicy#unknown()}
     * @throws DmaBufException EINVAL when it is neither: a file that a peer could truncate would kill a reader with SIGBUS;
     *     ENODEV when the core has stopped
     * @throws IllegalStateException when the descriptor is closed
     */
    DmaBuf importFd(Fd fd);

    /**
     * Makes a buffer of a descriptor that came from elsewhere, with a policy that the giver declares.
     *
     * @param fd as for {@link #importFd(Fd)}
     * @param declared what the giver says; the buffer's policy becomes this, marked {@link PolicyOrigin#DECLARED}
     * @return a handle on the buffer, which the caller closes
     * @throws DmaBufException as {@link #importFd(Fd)} says
     * @throws IllegalStateException when the descriptor is closed
     */
    DmaBuf importFd(Fd fd, MmapPolicy declared);

    /**
     * Makes a fence of a sync file that came from elsewhere: from a driver that gives one for the work it was sent, or from a peer.
     *
     * @param fd a sync file; the ownership is taken over, and the descriptor is closed even when this throws
     * @return the fence, which the caller closes
     * @throws DmaBufException EINVAL when it is no sync file; ENOMEM; ENODEV when the core has stopped
     * @throws IllegalStateException when the descriptor is closed
     */
    Fence fenceOf(Fd fd);

    /**
     * Lists every buffer that is alive: that has a handle or a mapping. Memory that was imported twice is listed twice, with one identity:
     * each import has a descriptor of its own, and can leak.
     *
     * @return a snapshot, oldest first
     */
    List<BufferInfo> census();

    /**
     * Listens to all buffers. Announcements are made once, in order, on a thread of the core's, with no lock held; one that throws is
     * reported and harms no other.
     *
     * @param listener who is told
     * @return close this to stop listening
     */
    Subscription listen(BufferListener listener);
}
