package dmabuf.fd;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Who answers for a file descriptor: the real Linux kernel, or a simulated one whose descriptors mean something only to it.
 *
 * <p>A descriptor that a kernel made must be closed by the same kernel. Implementations are safe for use by several threads.
 */
@ProviderType
public interface Kernel {

    /**
     * Says which kind of kernel this is.
     *
     * @return the kind, never null and never changing
     */
    KernelKind kind();

    /**
     * Closes a descriptor, as close(2) does. Never retried on EINTR: on Linux the descriptor is gone by then.
     *
     * @param fd the descriptor's number
     * @return 0, or a negated errno: {@code -EBADF} when no such descriptor is open
     */
    int close(int fd);
}
