package dmabuf.api;

import dmabuf.fd.Fd;
import iosys.IosysMap;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A handle on a buffer: {@code struct dma_buf} with one reference of its own.
 *
 * <p>The buffer lives for as long as any handle ({@link #retain}), any mapping, or any descriptor anywhere is open. Closing this handle
 * closes none of the others, and unmaps nothing. After close every method but {@link #close}, {@link #state} and the plain getters throws
 * {@link BufferClosedException}. When the exporter goes, the buffer becomes {@link BufferState#ORPHANED} and everything here goes on
 * working, save what the exporter has a part in ({@link Lifetime#EXPORTER_BOUND}): that throws {@link ExporterGoneException}.
 *
 * <p>A handle that becomes unreachable without having been closed is a leak: when the garbage collector finds it, the core reports it once,
 * as a warning with exporter and name, and closes it. The warning says where the handle was made if {@code traceLeaks} of the configuration
 * {@code dmabuf.core} was set then. That is a safety net and no way to close: nobody knows when it happens, and once the core has stopped
 * it does not.
 *
 * <p>Thread-safe.
 */
@ProviderType
public interface DmaBuf extends AutoCloseable {

    /**
     * Gives the size, which never changes.
     *
     * @return bytes, more than 0
     */
    long size();

    /**
     * Gives the identity. Equal for every handle on, and every import of, the same buffer. Memory that is no dma-buf has another one with
     * every export.
     *
     * @return device and inode
     */
    BufferId id();

    /**
     * Gives the name.
     *
     * @return the name that this process gave it last, empty for none
     */
    String name();

    /**
     * Names the buffer. Mirrors {@code DMA_BUF_SET_NAME}.
     *
     * @param name at most 31 bytes in UTF-8
     * @throws DmaBufException EINVAL when the name is longer
     * @throws BufferClosedException EBADF, after close
     */
    void rename(String name);

    /**
     * Describes how the buffer is mapped by default.
     *
     * @return the policy of the first of {@link #modes()}; a declared one for an import
     */
    MmapPolicy policy();

    /**
     * Lists the ways in which the CPU can map the buffer. A snapshot that does not change while the buffer is not moved.
     *
     * @return the modes, the default first: of those that the exporter offers, the one whose caching was asked for, and otherwise the
     *     exporter's choice, which is mostly {@link MappingMode#DMA_BUF}
     */
    List<MappingMode> modes();

    /**
     * Looks for a mode.
     *
     * @param name such as {@link MappingMode#DMA_BUF}: how a mapping of the descriptor behaves, which is all that another process can make
     * @return the mode, empty when the buffer lacks it
     */
    default Optional<MappingMode> mode(String name) {
        return modes().stream().filter(mode -> mode.name().equals(name)).findFirst();
    }

    /**
     * Asks how a mapping of the descriptor behaves: the {@code mmap_info} that was proposed to Linux in 2022. Asks the exporter, never a
     * kernel.
     *
     * @return the answer, as of now
     * @throws BufferClosedException EBADF, after close
     */
    MmapInfo mmapInfo();

    /**
     * Asks the same by number, as the proposed ioctl was to be asked.
     *
     * @param abi in which set of values to answer
     * @param parameter {@link MmapInfoAbi#PARAMETER}
     * @return the value
     * @throws DmaBufException EINVAL for another parameter; ENOSYS when the exporter does not know, or the set has no value for it
     * @throws BufferClosedException EBADF, after close
     */
    long mmapInfo(MmapInfoAbi abi, int parameter);

    /**
     * Tells where the buffer came from.
     *
     * @return exporter, device and generation in words, or {@code imported}
     */
    String origin();

    /**
     * Tells what has become of the buffer.
     *
     * @return the state now; {@link BufferState#CLOSED} once this handle is closed, even while others are open
     */
    BufferState state();

    /**
     * Maps the whole buffer for every thread, with all the access that its policy permits.
     *
     * @return the mapping, which the caller closes; it outlives this handle
     * @throws DmaBufException as {@link #mmap(MmapRequest)} says
     */
    Mapping mmap();

    /**
     * Maps a part of the buffer. Mirrors {@code dma_buf_mmap}: the range is checked before the exporter is asked.
     *
     * @param request which part, and for what
     * @return the mapping, which the caller closes; it outlives this handle and every descriptor
     * @throws DmaBufException EBUSY when the buffer is mapped already with another cache attribute, be it through this handle or another of
     *     this process, and the core is configured to refuse that; EOVERFLOW when offset and length wrap around; EINVAL when they reach
     *     beyond the size, are not multiples of the page size, are negative, or reach into the tail of a size that is no multiple of it,
     *     and when the buffer cannot be mapped; also when it lacks the mode that is asked for, which the message answers with those it has;
     *     EACCES when more is asked for than the mode's policy permits; ENOMEM; ENODEV when the mode maps a device that is gone
     * @throws BufferClosedException EBADF, after close
     */
    Mapping mmap(MmapRequest request);

    /**
     * Attaches a device that cannot let go of a mapping before it is done with it. Mirrors {@code dma_buf_attach}.
     *
     * @param device who will use the buffer
     * @return the attachment, which the caller closes; it keeps the buffer alive, whatever handles are closed
     * @throws DmaBufException EINVAL for null; EOPNOTSUPP when the memory is I/O memory, which only a dynamic importer can have; otherwise
     *     what the exporter says: EBUSY when the memory is where this device cannot reach it
     * @throws ExporterGoneException ENODEV, when the exporter has a part in this and has gone
     * @throws BufferClosedException EBADF, after close
     */
    Attachment attach(ImporterDevice device);

    /**
     * Attaches a device that lets go of its mappings when it is told. Mirrors {@code dma_buf_dynamic_attach}.
     *
     * @param device who will use the buffer
     * @param ops is told when the memory moves
     * @return the attachment, which the caller closes; it keeps the buffer alive, whatever handles are closed
     * @throws DmaBufException EINVAL for null; EOPNOTSUPP when the device cannot reach I/O memory; otherwise what the exporter says
     * @throws ExporterGoneException ENODEV, when the exporter has a part in this and has gone
     * @throws BufferClosedException EBADF, after close
     */
    Attachment attach(ImporterDevice device, ImporterOps ops);

    /**
     * Maps the whole buffer for code that works through an {@link IosysMap}. Mirrors {@code dma_buf_vmap_unlocked}. Counted: the first call
     * maps, later ones give the same memory, and as many calls of {@link #vunmap} are due. CPU access still has to be bracketed: {@link
     * #cpuAccess}.
     *
     * <p>When the last handle on the buffer is closed with a map still out, the core takes it back and reports it: memory is then no longer
     * accessed through it, which throws.
     *
     * @param map is set to the memory, as system or I/O memory, whichever it is; NULL when this throws
     * @throws DmaBufException EINVAL for null, and when the buffer cannot be mapped; otherwise as the exporter or
     *     {@link #mmap(MmapRequest)} says
     * @throws ExporterGoneException ENODEV, when the exporter would have to map and has gone
     * @throws BufferClosedException EBADF, after close; the map is NULL then too
     */
    void vmap(IosysMap map);

    /**
     * Gives a map back. Mirrors {@code dma_buf_vunmap_unlocked}. The last one unmaps: its memory is then gone, from copies of the map too.
     *
     * @param map as {@link #vmap} set it; stays as it is
     * @throws DmaBufException EINVAL for null, when nothing is mapped, and for a map that is not of this buffer
     * @throws BufferClosedException EBADF, after close
     */
    void vunmap(IosysMap map);

    /**
     * Begins CPU access through a map of {@link #vmap}. Mirrors {@code dma_buf_begin_cpu_access}; what is said of {@link Mapping#cpuAccess}
     * holds here too, except that this allocates.
     *
     * @param access what the scope is for
     * @return the scope, open. Its {@link CpuAccess#segment} is the system memory of the map, and EINVAL when there is none
     * @throws DmaBufException what the exporter or the kernel says; then no access is granted
     * @throws ExporterGoneException ENODEV, when the exporter has a part in this and has gone
     * @throws BufferClosedException EBADF, after close
     */
    CpuAccess cpuAccess(Access access);

    /**
     * Hands out a descriptor, by duplication. Mirrors {@code dma_buf_fd}, with O_CLOEXEC.
     *
     * @return a new descriptor, which the caller closes; it keeps the memory alive on its own
     * @throws DmaBufException EMFILE when the process has no descriptor left; EOPNOTSUPP for memory of a device that is no dma-buf: its
     *     device's descriptor is nothing to give away
     * @throws BufferClosedException EBADF, after close
     */
    Fd fd();

    /**
     * Gives what an access must wait for now: for {@link Access#READ} the devices that write, otherwise everybody who uses the buffer. A
     * snapshot: what is added later is not in it. Mirrors {@code DMA_BUF_IOCTL_EXPORT_SYNC_FILE}.
     *
     * @param access what the caller is about to do, or to have a device do
     * @return the fence, which the caller closes; signalled already when there is nothing to wait for
     * @throws DmaBufException EMFILE; ENOMEM; ENOTTY when the buffer is no dma-buf, but a memfd or memory of a device, which has no fences,
     *     or the kernel has no sync files for dma-bufs (they came with Linux 6.0 and CONFIG_SYNC_FILE)
     * @throws BufferClosedException EBADF, after close
     */
    Fence exportFence(Access access);

    /**
     * Has accesses wait for a fence besides all others that the buffer has: fences are added, never replaced. Mirrors
     * {@code DMA_BUF_IOCTL_IMPORT_SYNC_FILE}.
     *
     * @param fence what to wait for; it stays the caller's, and may be closed at once
     * @param access what the fence's devices do to the buffer: for {@link Access#READ} only writers wait for it, otherwise everybody does
     * @throws DmaBufException EINVAL when the fence is of another kernel; ENOMEM; ENOTTY as for {@link #exportFence}
     * @throws BufferClosedException EBADF, after close of the buffer or the fence
     */
    void importFence(Fence fence, Access access);

    /**
     * Tells whether an access could begin without waiting. Mirrors poll(2): POLLIN for reading, when no device writes; POLLOUT for
     * anything else, when no device uses the buffer.
     *
     * @param access what is meant to be done
     * @return true when there is nothing to wait for; always for what is no dma-buf
     * @throws BufferClosedException EBADF, after close
     */
    boolean isReady(Access access);

    /**
     * Waits until an access could begin without waiting, for fences too that are added meanwhile. Mirrors poll(2). Begins no access, so
     * another may come between.
     *
     * @param access what is meant to be done
     * @param timeout how long at most: zero or less to look only, more than a century for ever
     * @return true when it could begin, false when the time is over
     * @throws InterruptedException when the thread is interrupted before or meanwhile; nothing else has changed
     * @throws DmaBufException ECANCELED when the core stops meanwhile; what the kernel says
     * @throws BufferClosedException EBADF, after close. A wait that is under way when the handle is closed goes on
     */
    boolean awaitReady(Access access, Duration timeout) throws InterruptedException;

    /**
     * Takes another reference. Mirrors {@code get_dma_buf}.
     *
     * @return a handle of its own on the same buffer, which the caller closes
     * @throws BufferClosedException EBADF, after close
     */
    DmaBuf retain();

    /** Gives this reference back. Mirrors {@code dma_buf_put}. The second and later calls do nothing. */
    @Override
    void close();
}
