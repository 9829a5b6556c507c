package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.DmaBufException;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;

/**
 * A range of a buffer that may be mapped. The checks are those of mmap(2) and then of {@code dma_buf_mmap} in {@code
 * drivers/dma-buf/dma-buf.c}, in their order; they are made here because a size that never changes is the core's promise, not the
 * exporter's.
 *
 * @param offset where it begins, in bytes
 * @param length how long it is, in bytes
 * @param access what the mapping permits
 */
record MmapRange(long offset, long length, Access access) {

    private static final long PAGE = MappedMemory.PAGE_SIZE;

    /**
     * Checks a request.
     *
     * @throws DmaBufException EINVAL, EOVERFLOW or EACCES, and why
     */
    static MmapRange check(BufferBody buffer, MmapPolicy policy, MmapRequest request) {
        long size = buffer.facts().size();
        MmapRange range = new MmapRange(request.offset(), request.length(size), request.access());
        if (range.offset % PAGE != 0 || range.length % PAGE != 0) {
            throw range.refuse(Errno.EINVAL, buffer, "offset and length are multiples of the page size, " + PAGE + hint(request, size));
        }
        if (range.offset < 0 || range.length <= 0) {
            throw range.refuse(Errno.EINVAL, buffer, "an offset is not negative, and a length is more than 0");
        }
        if (range.offset > Long.MAX_VALUE - range.length) {
            throw range.refuse(Errno.EOVERFLOW, buffer, "offset and length wrap around");
        }
        if (!policy.mappable()) {
            throw range.refuse(Errno.EINVAL, buffer, "the CPU cannot map buffers of " + buffer.facts().origin());
        }
        // In whole pages, as the kernel shifts the size: the tail of a size that is no multiple cannot be mapped.
        if (range.offset + range.length > wholePages(buffer)) {
            throw range.refuse(Errno.EINVAL, buffer, "only the whole pages of its " + size + " bytes can be mapped");
        }
        if (!policy.access().permits(range.access)) {
            throw range.refuse(Errno.EACCES, buffer, "its policy permits " + policy.access() + ", asked for is " + range.access);
        }
        return range;
    }

    /** The whole of the buffer that can be mapped, of which this is a part. */
    MmapRange widened(BufferBody buffer) {
        return new MmapRange(0, wholePages(buffer), access);
    }

    /** How much of a buffer can be mapped, in bytes. */
    static long wholePages(BufferBody buffer) {
        return buffer.facts().size() / PAGE * PAGE;
    }

    private static String hint(MmapRequest request, long size) {
        boolean whole = request.length(size) == size && size % PAGE != 0 && size > PAGE;
        return whole ? "; its whole pages are range(0, " + size / PAGE * PAGE + ")" : "";
    }

    private DmaBufException refuse(Errno errno, BufferBody buffer, String why) {
        return new DmaBufException(errno, "mmap", buffer + ", offset " + offset + ", length " + length, why);
    }
}
