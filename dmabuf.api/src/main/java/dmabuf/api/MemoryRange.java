package dmabuf.api;

import dmabuf.fd.Fd;
import java.util.Objects;

/**
 * A piece of a file in memory (a memfd), to become part of a buffer: one item of {@code UDMABUF_CREATE_LIST}.
 *
 * @param file the memfd; only looked at, the ownership stays with the caller, who may close it once the buffer is exported
 * @param offset where the piece begins, in bytes, a multiple of the page size
 * @param length how long it is, in bytes, a multiple of the page size and more than 0
 */
public record MemoryRange(Fd file, long offset, long length) {

    /** Checks that nothing is missing. Alignment, seals and limits are the exporter's to judge, with the kernel's errno. */
    public MemoryRange {
        Objects.requireNonNull(file, "file");
    }
}
