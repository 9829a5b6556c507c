package dmabuf.api;

import dmabuf.fd.Errno;
import java.util.Objects;
import java.util.Optional;

/**
 * How far the work is that a {@link Fence} stands for. Mirrors {@code dma_fence_get_status}: once signalled a status never changes.
 *
 * @param signalled whether the work is over, well or not
 * @param error why it failed, empty when it did not
 */
public record FenceStatus(boolean signalled, Optional<Errno> error) {

    /** The work is not done yet. */
    public static final FenceStatus ACTIVE = new FenceStatus(false, Optional.empty());

    /** The work is done. */
    public static final FenceStatus SIGNALLED = new FenceStatus(true, Optional.empty());

    /**
     * Checks that only what is over has failed.
     *
     * @throws IllegalArgumentException for an error of what is still going on
     */
    public FenceStatus {
        if (error.isPresent() && !signalled) {
            throw new IllegalArgumentException("an error comes with the signal");
        }
    }

    /**
     * The work was given up.
     *
     * @param error why: EIO or ETIMEDOUT after a hang of the device, ECANCELED when it was never begun
     * @return a signalled status
     */
    public static FenceStatus failed(Errno error) {
        return new FenceStatus(true, Optional.of(Objects.requireNonNull(error, "error")));
    }

    /**
     * Reads the kernel's spelling.
     *
     * @param status 1 when signalled, 0 while active, a negated errno when failed
     * @return the status
     */
    public static FenceStatus ofKernel(int status) {
        return status == 0 ? ACTIVE : status > 0 ? SIGNALLED : failed(Errno.ofResult(status));
    }

    /** Says {@code active}, {@code signalled} or {@code failed: EIO}. */
    @Override
    public String toString() {
        return error.map(errno -> "failed: " + errno).orElse(signalled ? "signalled" : "active");
    }
}
