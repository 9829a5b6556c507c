package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferRevokedException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a buffer knows of a mapping that it has given out: which scopes are open on it, and what there is to be unmapped. The last to leave a
 * closed mapping unmaps it, be that the close or a scope. All by {@link ScopeBits}.
 */
final class MappingLease extends Lease {

    private static final System.Logger LOG = System.getLogger(MappingLease.class.getName());
    private static final VarHandle BITS;
    private static final VarHandle ENDED;
    private static final long RETRY_MILLIS = 10;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BITS = lookup.findVarHandle(MappingLease.class, "bits", long.class);
            ENDED = lookup.findVarHandle(MappingLease.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final BufferBody body;
    private final OwnedMode mode;
    private final Arena arena;
    private final long offset;
    private final long length;
    private final Access access;
    private final boolean confined;

    private volatile long bits;
    private volatile boolean ended;

    MappingLease(BufferBody body, OwnedMode mode, Arena arena, MmapRange range, boolean confined) {
        this.body = body;
        this.mode = mode;
        this.arena = arena;
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

    /** Gives a slot back. */
    void leave(int slot) {
        long weight = ScopeBits.weight(slot);
        long now = (long) BITS.getAndAdd(this, -weight) - weight;
        if (ScopeBits.isClosed(now) && ScopeBits.isIdle(now)) {
            end();
        }
    }

    /** The owner closes the mapping. */
    void close() {
        long now = bits;
        while (!BITS.compareAndSet(this, now, ScopeBits.closed(now))) {
            now = bits;
        }
        if (ScopeBits.isIdle(now)) {
            end();
        }
    }

    /** The memory is going: no new scope, and the mapping ends with those that are open. */
    void takeAway() {
        long now = bits;
        while (!ScopeBits.isClosed(now) && !BITS.compareAndSet(this, now, ScopeBits.takenAway(now))) {
            now = bits;
        }
        if (ScopeBits.isIdle(now)) {
            end();
        }
    }

    /** Takes the memory away under open scopes, whose accesses throw from then on. False while a native function has it. */
    boolean force() {
        return closeArena() == null;
    }

    private IllegalStateException closeArena() {
        try {
            arena.close();
        } catch (IllegalStateException e) {
            return isMapped() ? e : null; // Else somebody else has closed it meanwhile.
        }
        return null;
    }

    boolean isMapped() {
        return arena.scope().isAlive();
    }

    /** Unmaps and gives the buffer back, once. Called with the mapping closed and no scope open. */
    private void end() {
        if (!ENDED.compareAndSet(this, false, true)) {
            return;
        }
        IllegalStateException inUse = isMapped() ? closeArena() : null;
        if (inUse != null) {
            ended = false;
            endLater(inUse);
            return;
        }
        body.aliases().leave(body, mode.mode());
        body.unmapped(this);
    }

    /**
     * Somebody has passed the segment to a native function that has not returned, and closed its scope meanwhile. The memory stays for as
     * long as that takes. A confined mapping is only in use by its own thread, further up the stack: its owner closes it again.
     */
    private void endLater(IllegalStateException inUse) {
        if (confined) {
            throw inUse;
        }
        LOG.log(System.Logger.Level.DEBUG, "{0} is in use by a native function; it is unmapped when that returns", toString());
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(this::end);
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
