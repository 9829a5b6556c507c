package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.CpuAccess;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** A bracket around access through the map of a buffer, rather than through a mapping. Uses the buffer until it is closed. */
final class BufferAccess implements CpuAccess {

    private final BufferBody body;
    private final Access access;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private BufferAccess(BufferBody body, Access access) {
        this.body = body;
        this.access = access;
    }

    /** Begins. The caller is a user of the buffer; the scope becomes one of its own. */
    static BufferAccess begin(BufferBody body, Access access) {
        body.checkMapped("cpuAccess");
        BufferAccess scope = new BufferAccess(body, access);
        int flags = DmaBufCalls.syncFlags(access);
        int result = body.begin(flags);
        if (result < 0) {
            throw DmaBufCalls.syncFailed(result, body.fd(), "begin", flags);
        }
        body.acquire(); // Cannot fail: the caller is a user.
        return scope;
    }

    @Override
    public MemorySegment segment() {
        if (!open.get()) {
            throw new BufferClosedException("segment", "CPU access to " + body);
        }
        MemorySegment memory = body.reservation().vmap().segment();
        return access == Access.READ ? memory.asReadOnly() : memory;
    }

    @Override
    public <T> T access(Function<? super MemorySegment, ? extends T> work) {
        return MemoryFault.named(segment(), body, work);
    }

    @Override
    public void close() {
        if (!open.compareAndSet(true, false)) {
            return;
        }
        try {
            int flags = DmaBufCalls.syncFlags(access);
            int result = body.end(flags);
            if (result < 0) {
                throw DmaBufCalls.syncFailed(result, body.fd(), "end", flags);
            }
        } finally {
            body.release();
        }
    }
}
