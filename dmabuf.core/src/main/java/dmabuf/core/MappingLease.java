package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferRevokedException;
import dmabuf.linux.MappedMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a buffer knows of a mapping that it has given out: which scopes are open on it, and what there is to be unmapped. The last to leave a
 * closed mapping unmaps it, be that the close or a scope. All by {@link ScopeBits}.
 *
 * <p>The arena is not kept here but by the {@link BufferMapping}, which can be reached from every scope and every segment. So once that
 * cannot be reached, nobody can access the memory any more, and any thread may unmap it, whoever it was confined to.
 */
class MappingLease extends Lease {

    private static final System.Logger LOG = System.getLogger(MappingLease.class.getName());
    private static final VarHandle BITS;
    private static final long RETRY_MILLIS = 10;

    static {
        try {
            BITS = MethodHandles.lookup().findVarHandle(MappingLease.class, "bits", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final BufferBody body;
    private final OwnedMode mode;
    private final long address;
    private final long offset;
    private final long length;
    private final Access access;
    private final boolean confined;

    private volatile long bits;

    /**
     * Begins.
     *
     * @param address where the memory is that was mapped, of which the range is all or, in a mode that maps the whole only, a part
     */
    MappingLease(BufferMapping mapping, BufferBody body, OwnedMode mode, long address, MmapRange range, boolean confined) {
        super(mapping, body.leaks());
        this.body = body;
        this.mode = mode;
        this.address = address;
        this.offset = range.offset();
        this.length = range.length();
        this.access = range.access();
        this.confined = confined;
    }

    BufferBody body() {
        return body;
    }

    OwnedMode mode() {
        return mode;
    }

    long offset() {
        return offset;
    }

    Access access() {
        return access;
    }

    /** The mapping, for whoever takes its memory away; null when nobody can reach it, or nobody ever takes it away. */
    BufferMapping mapping() {
        return null;
    }

    int openScopes() {
        return ScopeBits.count(bits);
    }

    /** Takes a slot, or one of the places without a slot when all are taken. */
    int reserve() {
        while (true) {
            long now = bits;
            if (ScopeBits.isClosed(now)) {
                throw ScopeBits.isTakenAway(now) ? revoked("cpuAccess") : new BufferClosedException("cpuAccess", toString());
            }
            int slot = ScopeBits.freeSlot(now);
            if (BITS.compareAndSet(this, now, ScopeBits.opened(now, slot))) {
                return slot;
            }
        }
    }

    /** Remembers where a scope was opened, if that is wanted. */
    void opened(int slot) {
        if (body.leaks().isTracing()) {
            ownTrace().scopeOpened(slot, Trace.here());
        }
    }

    /** Gives a slot back. */
    void leave(int slot, BufferMapping mapping) {
        Trace trace = trace();
        if (trace != null) {
            trace.scopeClosed(slot);
        }
        long weight = ScopeBits.weight(slot);
        long now = (long) BITS.getAndAdd(this, -weight) - weight;
        if (ScopeBits.isClosed(now) && ScopeBits.isIdle(now)) {
            unmap(mapping);
        }
    }

    /** The owner closes the mapping. */
    void close(BufferMapping mapping) {
        long now = bits;
        while (!BITS.compareAndSet(this, now, ScopeBits.closed(now))) {
            now = bits;
        }
        if (ScopeBits.isIdle(now)) {
            unmap(mapping);
        }
    }

    /** The memory is going: no new scope, and the mapping ends with those that are open. */
    void takeAway() {
        BufferMapping mapping = mapping();
        if (mapping != null) {
            takeAway(mapping);
        }
    }

    private void takeAway(BufferMapping mapping) {
        long now = bits;
        while (!ScopeBits.isClosed(now) && !BITS.compareAndSet(this, now, ScopeBits.takenAway(now))) {
            now = bits;
        }
        if (ScopeBits.isIdle(now)) {
            unmap(mapping);
        }
    }

    /** Unmaps and gives the buffer back, once. Called with the mapping closed and no scope open. */
    private void unmap(BufferMapping mapping) {
        if (!end()) {
            return;
        }
        IllegalStateException inUse = mapping.isMapped() ? mapping.closeArena() : null;
        if (inUse != null) {
            resume();
            unmapLater(mapping, inUse);
            return;
        }
        giveBack();
    }

    private void giveBack() {
        body.aliases().leave(body, mode.mode());
        body.unmapped(this);
    }

    /**
     * Somebody has passed the segment to a native function that has not returned, and closed its scope meanwhile. The memory stays for as
     * long as that takes. A confined mapping is only in use by its own thread, further up the stack: its owner closes it again.
     */
    private void unmapLater(BufferMapping mapping, IllegalStateException inUse) {
        if (confined) {
            throw inUse;
        }
        LOG.log(System.Logger.Level.DEBUG, "{0} is in use by a native function; it is unmapped when that returns", toString());
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(() -> unmap(mapping));
    }

    /** Gives the memory itself back. Called once, when the arena is closed or cannot be reached. */
    void munmap() {
        MappedMemory.unmap(mode.kernel(), address, mode.wholeOnly() ? MmapRange.wholePages(body) : length);
    }

    @Override
    void free() {
        munmap();
        giveBack();
    }

    @Override
    String provenance() {
        int scopes = openScopes();
        return body.provenance() + (scopes == 0 ? "" : ", with open CPU-access scopes: " + scopes + ",");
    }

    @Override
    String fate() {
        return "it is unmapped";
    }

    BufferRevokedException revoked(String operation) {
        return new BufferRevokedException(operation, toString());
    }

    /** Says what is mapped, for messages. */
    @Override
    public String toString() {
        return "mapping of " + body + ", offset " + offset + ", length " + length;
    }
}
