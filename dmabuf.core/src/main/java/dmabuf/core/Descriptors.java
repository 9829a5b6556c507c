package dmabuf.core;

import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import java.util.Objects;
import java.util.Set;

/**
 * The descriptors that a buffer owns: the dma-buf, and what else is mapped. Closed together, all even if one fails.
 *
 * @param buffer the dma-buf
 * @param others what to mmap in modes that do not map the dma-buf itself, each once
 */
record Descriptors(Fd buffer, Set<Fd> others) implements AutoCloseable {

    Descriptors {
        Objects.requireNonNull(buffer, "buffer");
        others = Set.copyOf(others);
    }

    /**
     * Takes the ownership over, so that nobody who kept the {@code Fd} can close it.
     *
     * @throws IllegalStateException when it is closed
     */
    static Fd take(Fd fd) {
        return Fd.adopt(fd.release(), fd.kernel());
    }

    /** The kernel that answers for the dma-buf. */
    Syscalls kernel() {
        return (Syscalls) buffer.kernel();
    }

    @Override
    public void close() {
        try (buffer) {
            others.forEach(Fd::close);
        }
    }
}
