package dmabuf.api;

import dmabuf.fd.Fd;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Work that devices have promised to finish, as a sync file: a snapshot of one fence or several, which is signalled once all of them are,
 * and stays so. {@link DmaBuf#exportFence} gives what an access to a buffer must wait for; {@link DmaBuf#importFence} has accesses to a
 * buffer wait.
 *
 * <p>A fence is independent of the buffer that it came from, of its exporter, and of the core, which may all go before it. After
 * {@link #close} every method but {@link #close} throws {@link BufferClosedException}, and waits that are under way end with ECANCELED.
 * When the core stops, waits that are under way end with ECANCELED too; {@link #await} can be called again, {@link #whenSignalled} cannot.
 *
 * <p>A fence that becomes unreachable without having been closed, while no wait for it is under way, is a leak: the core reports it once,
 * as {@link DmaBuf} says, and closes its descriptor.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface Fence extends AutoCloseable {

    /**
     * Tells whether the work is over, well or not. Mirrors poll(2) of a sync file. Allocates nothing, and asks the kernel no more once it is
     * over.
     *
     * @return true from the signal on
     * @throws BufferClosedException EBADF, after close
     */
    boolean isSignalled();

    /**
     * Tells how far the work is, and whether it failed. Mirrors the status of {@code SYNC_IOC_FILE_INFO}.
     *
     * @return the status now
     * @throws DmaBufException what the kernel says
     * @throws BufferClosedException EBADF, after close
     */
    FenceStatus status();

    /**
     * Describes the fence and all that it is made of. Mirrors {@code SYNC_IOC_FILE_INFO}.
     *
     * @return a snapshot
     * @throws DmaBufException ENOMEM
     * @throws BufferClosedException EBADF, after close
     */
    FenceInfo info();

    /**
     * Waits until the work is over, well or not. A virtual thread that waits gives its carrier back.
     *
     * @param timeout how long at most: zero or less to look only, more than a century for ever
     * @return true when it is over, false when the time is
     * @throws InterruptedException when the thread is interrupted before or meanwhile. The work goes on, and so does this fence: call again
     * @throws DmaBufException ECANCELED when the fence was closed, or the core stopped, meanwhile
     * @throws BufferClosedException EBADF, after close
     */
    boolean await(Duration timeout) throws InterruptedException;

    /**
     * Gives the signal as a stage, for which no thread waits: one thread of the core's waits for all fences, and ends when there are none.
     *
     * <p>The stage is completed on a virtual thread of its own, with no lock held: what depends on it may block. (As with any stage, what
     * is attached when it is complete runs on the thread that attaches it, and who waits in its {@code get} may help.) It is completed
     * once, with the status, whether the work went well or not; and exceptionally with a {@link DmaBufException} of ECANCELED when the
     * fence is closed or the core stops before. So keep the fence open until then.
     *
     * @return a new stage each time; complete when the work is over already
     * @throws DmaBufException EMFILE when there is no descriptor left to wait with; ECANCELED when the core has stopped
     * @throws BufferClosedException EBADF, after close
     */
    CompletionStage<FenceStatus> whenSignalled();

    /**
     * Makes a fence that is signalled when both are. Mirrors {@code SYNC_IOC_MERGE}: what is signalled already is left out, and what both
     * have is in it once.
     *
     * @param other another fence of the same kernel, which stays as it is, as this does
     * @param name a name for {@link #info}, at most 31 bytes in UTF-8; empty for one that the kernel makes up
     * @return the new fence, which the caller closes
     * @throws DmaBufException EINVAL when the name is too long; ENOENT when the other is of another kernel; EMFILE; ENOMEM
     * @throws BufferClosedException EBADF, after close of either
     */
    Fence merge(Fence other, String name);

    /**
     * Tells the devices by when the work is needed, so that they may hurry. A hint: it promises nothing, and is taken by few drivers.
     * Mirrors {@code SYNC_IOC_SET_DEADLINE}, and does nothing on kernels before 6.6, which lack it.
     *
     * @param within from now on
     * @throws DmaBufException what else the kernel says
     * @throws BufferClosedException EBADF, after close
     */
    void neededWithin(Duration within);

    /**
     * Hands out a descriptor, by duplication, for a driver that waits for sync files, or for another process.
     *
     * @return a new descriptor, which the caller closes
     * @throws DmaBufException EMFILE when the process has no descriptor left
     * @throws BufferClosedException EBADF, after close
     */
    Fd fd();

    /** Ends every wait for this fence with ECANCELED, and closes its descriptor. The work goes on. Later calls do nothing. */
    @Override
    void close();
}
