package dmabuf.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A mapping of a buffer, or of a part of it, into this process. Memory is touched inside a {@link CpuAccess} only.
 *
 * <p>A mapping outlives the handle it was made from, every descriptor, and the exporter. {@link #close} takes effect when the last open
 * scope is closed: memory is never taken away under a running access. The one exception is {@link Lifetime#DEVICE_BOUND memory that leaves
 * with its device}: its mappings are closed once the grace period is over, open scopes are waited for up to a deadline, and from then on a
 * segment that somebody kept throws {@code IllegalStateException}, and everything here {@link BufferRevokedException}.
 *
 * <p>A mapping that becomes unreachable without having been closed is a leak. Its scopes, its segments and what is made of those keep it
 * reachable, so memory that Java can still access stays; an address as a number keeps nothing. When the garbage collector finds the leak,
 * the core reports it once, as {@link DmaBuf} says, with the number of scopes that were left open, and unmaps it, a confined one too. Of
 * scopes that were left open no end is sent.
 *
 * <p>Thread-safe, unless made {@link MmapRequest#confined()}.
 */
@ProviderType
public interface Mapping extends AutoCloseable {

    /**
     * Tells where in the buffer the mapping begins.
     *
     * @return the offset in bytes
     */
    long offset();

    /**
     * Tells how long the mapping is.
     *
     * @return the length in bytes
     */
    long length();

    /**
     * Describes the mapping: its cache attribute, its access, its kind of memory.
     *
     * @return the policy, with {@link MmapPolicy#access()} as this mapping permits
     */
    MmapPolicy policy();

    /**
     * Tells which of the buffer's modes this is.
     *
     * @return the name of one of {@link DmaBuf#modes()}
     */
    String mode();

    /**
     * Begins CPU access. Mirrors {@code DMA_BUF_IOCTL_SYNC} with {@code DMA_BUF_SYNC_START}: waits for the fences of devices that still
     * write (and, for writing, that still read), and makes their bytes visible. Restarted on EINTR and EAGAIN, as documented. A Java
     * interrupt does not end the wait: {@link DmaBuf#awaitReady} before it is one that can be interrupted, and has a limit.
     *
     * <p>Use it with try-with-resources, which ends it. Scopes may overlap and may be opened by any number of threads. Opening and
     * closing one takes no lock and allocates nothing, up to 32 scopes at a time, where the exporter has no part in it.
     *
     * @param access what the scope is for
     * @return the scope, open
     * @throws DmaBufException EACCES when the mapping does not permit it; otherwise what the exporter or the kernel says, and then no access
     *     is granted
     * @throws ExporterGoneException ENODEV, when the exporter has a part in CPU access and has gone
     * @throws BufferClosedException EBADF, after close
     * @throws BufferRevokedException ENODEV, once the memory has left with its device
     */
    CpuAccess cpuAccess(Access access);

    /** Unmaps, as munmap(2), now or when the last scope is closed. The second and later calls do nothing. */
    @Override
    void close();
}
