package dmabuf.demo;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.MemoryRange;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.MappedMemory;
import dmabuf.linux.Memfd;
import dmabuf.linux.Syscalls;
import java.util.List;
import java.util.function.Supplier;

/** Tries what must be refused. What is made for it is closed again. */
final class Refusals {

    private static final long PAGE = MappedMemory.PAGE_SIZE;

    private final BufferSource source;
    private final Syscalls kernel;

    Refusals(BufferSource source, Syscalls kernel) {
        this.source = source;
        this.kernel = kernel;
    }

    /**
     * One attempt.
     *
     * @param what was tried
     * @param expected the errno that it must be refused with
     * @param errno the errno that it was refused with, null when it was not refused
     * @param operation that refused it
     */
    record Refused(String what, Errno expected, Errno errno, String operation) {}

    List<Refused> tryAll() {
        return List.of(unalignedRange(), zeroSize(), overLimit(), unsealedMemfd(), closedBuffer());
    }

    private Refused unalignedRange() {
        try (Fd memfd = Memfd.sealed(kernel, "dmabuf-demo", 2 * PAGE)) {
            return refused("unaligned range", Errno.EINVAL, () -> exportRange(memfd, 100, PAGE));
        }
    }

    private Refused zeroSize() {
        return refused("zero size", Errno.EINVAL, () -> source.export(ExportRequest.ofSize(0)));
    }

    private Refused overLimit() {
        long limit = source.properties().maxSize();
        return refused("a page over the limit", Errno.EINVAL, () -> source.export(ExportRequest.ofSize(limit + PAGE)));
    }

    private Refused unsealedMemfd() {
        try (Fd memfd = Memfd.unsealed(kernel, "dmabuf-demo", PAGE)) {
            return refused("unsealed memfd", Errno.EINVAL, () -> exportRange(memfd, 0, PAGE));
        }
    }

    private Refused closedBuffer() {
        DmaBuf buffer = source.export(ExportRequest.ofSize(PAGE));
        buffer.close();
        return refused("closed buffer", Errno.EBADF, buffer::mmap);
    }

    private DmaBuf exportRange(Fd memfd, long offset, long length) {
        return source.export(ExportRequest.ofRanges(List.of(new MemoryRange(memfd, offset, length))));
    }

    /** Runs what must fail. What it gives, should it not, is closed. */
    private static Refused refused(String what, Errno expected, Supplier<? extends AutoCloseable> attempt) {
        try {
            close(attempt.get());
            return new Refused(what, expected, null, "nothing");
        } catch (DmaBufException e) {
            return new Refused(what, expected, e.errno(), e.operation());
        }
    }

    private static void close(AutoCloseable wrong) {
        try {
            wrong.close();
        } catch (Exception e) {
            throw new IllegalStateException("cannot close what should have been refused", e);
        }
    }
}
