package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.Mapping;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.MappedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A mapping: an arena, the segment in it, and the scopes that are open on it. Uses the buffer until it is unmapped.
 *
 * <p>Opening a scope reserves a slot, then begins CPU access, then lends the slot's scope object; closing one ends CPU access and only then
 * gives the slot back. The last to leave a closed mapping unmaps it, be that the close or a scope. All by {@link ScopeBits}.
 */
final class BufferMapping implements Mapping {

    private static final System.Logger LOG = System.getLogger(BufferMapping.class.getName());
    private static final VarHandle BITS;
    private static final VarHandle UNMAPPED;
    private static final VarHandle FURTHER_SCOPES;
    private static final long RETRY_MILLIS = 10;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            BITS = lookup.findVarHandle(BufferMapping.class, "bits", long.class);
            FURTHER_SCOPES = lookup.findVarHandle(BufferMapping.class, "furtherScopes", AccessScope[].class);
            UNMAPPED = lookup.findVarHandle(BufferMapping.class, "unmapped", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final BufferBody body;
    private final OwnedMode mode;
    private final long offset;
    private final Access access;
    private final boolean confined;
    private final Arena arena;
    private final MemorySegment readOnly;
    /** The same as {@link #readOnly} when the mapping may not be written. */
    private final MemorySegment writable;

    /**
     * The scopes of the slots that take turns, and of the others, which few mappings need. A slot's scope is made by whoever first reserves
     * the slot, and seen by the next through {@link #bits}.
     */
    private final AccessScope[] scopes = new AccessScope[ScopeBits.TAKING_TURNS];

    private volatile AccessScope[] furtherScopes;

    private volatile long bits;
    private volatile boolean unmapped;

    private BufferMapping(BufferBody body, OwnedMode mode, MmapRange range, boolean confined, Arena arena, MemorySegment memory) {
        this.body = body;
        this.mode = mode;
        this.offset = range.offset();
        this.access = range.access();
        this.confined = confined;
        this.arena = arena;
        this.readOnly = memory.asReadOnly();
        this.writable = access.writes() ? memory : readOnly;
    }

    /**
     * Maps a part of a buffer. The caller is a user of it; the mapping becomes one of its own.
     *
     * @throws DmaBufException as {@link dmabuf.api.DmaBuf#mmap(MmapRequest)} says
     */
    static BufferMapping map(BufferBody body, MmapRequest request) {
        OwnedMode mode = body.mode(request);
        MmapRange range = MmapRange.check(body, mode.policy(), request);
        body.aliases().enter(body, mode.mode());
        Arena arena = request.isConfined() ? Arena.ofConfined() : Arena.ofShared();
        boolean mapped = false;
        try {
            MmapRange all = mode.wholeOnly() ? range.widened(body) : range;
            long address = body.map(mode, all.offset(), all.length(), all.access().writes());
            MemorySegment memory = MappedMemory.view(mode.kernel(), address, all.length(), arena)
                    .asSlice(range.offset() - all.offset(), range.length());
            BufferMapping made = new BufferMapping(body, mode, range, request.isConfined(), arena, memory);
            body.mapped();
            mapped = true;
            return made;
        } finally {
            if (!mapped) {
                arena.close();
                body.aliases().leave(body, mode.mode());
            }
        }
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public long length() {
        return readOnly.byteSize();
    }

    @Override
    public MmapPolicy policy() {
        return mode.policy().withAccess(access);
    }

    @Override
    public String mode() {
        return mode.mode().name();
    }

    @Override
    public CpuAccess cpuAccess(Access wanted) {
        Objects.requireNonNull(wanted, "wanted");
        checkThread();
        if (!access.permits(wanted)) {
            throw new DmaBufException(
                    Errno.EACCES, "cpuAccess", toString(), "the mapping permits " + access + ", asked for is " + wanted);
        }
        int flags = DmaBufCalls.syncFlags(wanted);
        int slot = reserve();
        boolean open = false;
        try {
            AccessScope scope = scope(slot);
            int result = body.begin(flags);
            if (result < 0) {
                throw DmaBufCalls.syncFailed(result, body.fd(), "begin", flags);
            }
            scope.open(flags);
            open = true;
            return scope;
        } finally {
            if (!open) {
                leave(slot);
            }
        }
    }

    /** Takes a slot, or one of the places without a slot when all are taken. */
    private int reserve() {
        while (true) {
            long now = bits;
            if (ScopeBits.isClosed(now)) {
                throw new BufferClosedException("cpuAccess", toString());
            }
            int slot = ScopeBits.freeSlot(now);
            if (BITS.compareAndSet(this, now, ScopeBits.opened(now, slot))) {
                return slot;
            }
        }
    }

    private AccessScope scope(int slot) {
        if (slot == ScopeBits.NO_SLOT) {
            return new AccessScope(this, slot);
        }
        boolean takesTurns = slot < ScopeBits.TAKING_TURNS;
        AccessScope[] row = takesTurns ? scopes : furtherScopes();
        int place = takesTurns ? slot : slot - ScopeBits.TAKING_TURNS;
        if (row[place] == null) {
            row[place] = new AccessScope(this, slot);
        }
        return row[place];
    }

    private AccessScope[] furtherScopes() {
        if (furtherScopes == null) {
            FURTHER_SCOPES.compareAndSet(this, null, new AccessScope[ScopeBits.SLOTS - ScopeBits.TAKING_TURNS]);
        }
        return furtherScopes;
    }

    /** Called once for each scope that was opened, after nobody can open or close it any more. */
    void endAccess(int slot, int flags) {
        try {
            int result = body.end(flags);
            if (result < 0) {
                throw DmaBufCalls.syncFailed(result, body.fd(), "end", flags);
            }
        } finally {
            leave(slot);
        }
    }

    private void leave(int slot) {
        long weight = ScopeBits.weight(slot);
        long now = (long) BITS.getAndAdd(this, -weight) - weight;
        if (ScopeBits.isClosed(now) && ScopeBits.isIdle(now)) {
            unmap();
        }
    }

    /** The memory with all the access that the mapping permits, for who brackets access by other means. */
    MemorySegment memory() {
        return writable;
    }

    /** The memory as a scope with these flags may use it. */
    MemorySegment segment(int flags) {
        return flags == DmaBufIoctl.SYNC_READ ? readOnly : writable;
    }

    /** Refuses other threads than the owner of a confined mapping. */
    void checkThread() {
        if (!readOnly.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException(this + " is confined to the thread that made it");
        }
    }

    @Override
    public void close() {
        checkThread();
        long before = (long) BITS.getAndBitwiseOr(this, ScopeBits.CLOSED);
        if (ScopeBits.isIdle(before)) {
            unmap();
        }
    }

    /** Unmaps, once. Called with the mapping closed and no scope open. */
    private void unmap() {
        if (!UNMAPPED.compareAndSet(this, false, true)) {
            return;
        }
        try {
            arena.close();
        } catch (IllegalStateException e) {
            unmapped = false;
            unmapLater(e);
            return;
        }
        body.aliases().leave(body, mode.mode());
        body.unmapped();
    }

    /**
     * Somebody has passed the segment to a native function that has not returned, and closed its scope meanwhile. The memory stays for as
     * long as that takes. A confined mapping is only in use by its own thread, further up the stack: its owner closes it again.
     */
    private void unmapLater(IllegalStateException inUse) {
        if (confined) {
            throw inUse;
        }
        LOG.log(System.Logger.Level.DEBUG, "{0} is in use by a native function; it is unmapped when that returns", toString());
        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(this::unmap);
    }

    /** Says what is mapped, for messages. */
    @Override
    public String toString() {
        return "mapping of " + body + ", offset " + offset + ", length " + readOnly.byteSize();
    }
}
