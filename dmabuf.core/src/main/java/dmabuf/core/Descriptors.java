package dmabuf.core;

import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import java.util.Objects;

/**
 * The descriptors that a buffer owns: the dma-buf, and what to mmap where that is another one. Closed together, both even if one fails.
 *
 * @param buffer the dma-buf
 * @param mapped what to mmap; the same object where the dma-buf itself is mapped
 */
record Descriptors(Fd buffer, Fd mapped) implements AutoCloseable {

    Descriptors {
        Objects.requireNonNull(buffer, "buffer");
        Objects.requireNonNull(mapped, "mapped");
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
        try (buffer; mapped) {
            // Closing is all there is to do; an Fd that is both is closed once.
        }
    }
}
