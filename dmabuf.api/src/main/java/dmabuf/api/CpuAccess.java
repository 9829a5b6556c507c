package dmabuf.api;

import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A bracket around accesses by the CPU. Between {@link Mapping#cpuAccess} and {@link #close} the bytes are right; outside they need not
 * be, on hardware that is not coherent.
 *
 * <p>Scopes are reused, so that they cost no allocation: do not keep one beyond its {@link #close}.
 */
@ProviderType
public interface CpuAccess extends AutoCloseable {

    /**
     * Gives the memory: the whole mapping, from its first byte to its last.
     *
     * @return the segment; read-only in a scope for {@link Access#READ}. It can no longer be accessed once the mapping is closed (an
     *     {@code IllegalStateException} then), and is not to be accessed once this scope is
     * @throws BufferClosedException EBADF, after close
     * @throws BufferRevokedException ENODEV, once the memory has left with its device
     */
    MemorySegment segment();

    /**
     * Works on the memory, and turns the failure of memory that leaves meanwhile into a named exception: also the {@code InternalError} by
     * which the JVM reports that an access faulted, because the device went with no warning. What was read until then may be wrong.
     *
     * <p>This holds for accesses by Java on the calling thread. Outside of it are accesses by other threads, and by native functions that the
     * segment is passed to: those end the process when the memory is not there, as they do in C.
     *
     * @param <T> what comes out of it
     * @param work is given {@link #segment}; what it throws otherwise goes to the caller
     * @return what the work returns
     * @throws BufferClosedException EBADF, after close
     * @throws BufferRevokedException ENODEV, when the memory has left with its device
     */
    default <T> T access(Function<? super MemorySegment, ? extends T> work) {
        return work.apply(segment());
    }

    /**
     * Ends CPU access. Mirrors {@code DMA_BUF_IOCTL_SYNC} with {@code DMA_BUF_SYNC_END}: makes the CPU's bytes visible to devices. The
     * second and later calls do nothing.
     *
     * @throws DmaBufException what the kernel says; the scope is closed all the same
     */
    @Override
    void close();
}
