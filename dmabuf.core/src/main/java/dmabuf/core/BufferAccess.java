package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.CpuAccess;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.function.Function;

/** A bracket around access through the map of a buffer, rather than through a mapping. Uses the buffer until it is closed. */
final class BufferAccess implements CpuAccess {

    private final BufferBody body;
    private final Access access;
    /** What the buffer knows of it. Ended when it is closed. */
    private final AccessLease lease;

    private BufferAccess(BufferBody body, Access access, int flags) {
        this.body = body;
        this.access = access;
        this.lease = new AccessLease(this, body, flags);
    }

    /** Begins. The caller is a user of the buffer; the scope becomes one of its own. */
    static BufferAccess begin(BufferBody body, Access access) {
        body.checkMapped("cpuAccess");
        int flags = DmaBufCalls.syncFlags(access);
        BufferAccess scope = new BufferAccess(body, access, flags);
        int result = body.begin(flags);
        if (result < 0) {
            throw DmaBufCalls.syncFailed(result, body.fd(), "begin", flags);
        }
        body.acquire(); // Cannot fail: the caller is a user.
        body.add(scope.lease);
        return scope;
    }

    @Override
    public MemorySegment segment() {
        if (lease.isEnded()) {
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
        try {
            if (lease.end()) {
                lease.free();
            }
        } finally {
            Reference.reachabilityFence(this); // It is not lost while it is being closed.
        }
    }
}
