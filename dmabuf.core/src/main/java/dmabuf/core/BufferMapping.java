package dmabuf.core;

import dmabuf.api.Access;
import dmabuf.api.CpuAccess;
import dmabuf.api.DmaBufException;
import dmabuf.api.Lifetime;
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
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.function.Function;

/**
 * A mapping: the memory, and the scope objects for it. What the buffer has to know of it is in its {@link MappingLease}, by which it uses the
 * buffer until it is unmapped.
 *
 * <p>Every scope and every segment of the memory keeps this object reachable: a segment its arena's scope, that the action which unmaps,
 * and that this. So when this cannot be reached any more, the memory cannot be accessed any more, and the lease may be found by the
 * {@link LeakWatch}. What the core keeps of a mapping that is not its own must not refer to this.
 *
 * <p>Opening a scope reserves a slot, then begins CPU access, then lends the slot's scope object; closing one ends CPU access and only then
 * gives the slot back.
 */
final class BufferMapping implements Mapping {

    private static final VarHandle FURTHER_SCOPES;

    static {
        try {
            FURTHER_SCOPES = MethodHandles.lookup().findVarHandle(BufferMapping.class, "furtherScopes", AccessScope[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MappingLease lease;
    private final Arena arena;
    private final MemorySegment readOnly;
    /** The same as {@link #readOnly} when the mapping may not be written. */
    private final MemorySegment writable;

    /**
     * The scopes of the slots that take turns, and of the others, which few mappings need. A slot's scope is made by whoever first reserves
     * the slot, and seen by the next through the bits of the lease.
     */
    private final AccessScope[] scopes = new AccessScope[ScopeBits.TAKING_TURNS];

    private volatile AccessScope[] furtherScopes;

    /**
     * Begins.
     *
     * @param mapped what is mapped at the address, of which the range is a part
     */
    private BufferMapping(BufferBody body, OwnedMode mode, long address, MmapRange mapped, MmapRange range, boolean confined) {
        lease = body.facts().lifetime() == Lifetime.DEVICE_BOUND
                ? new RevocableLease(this, body, mode, address, range)
                : new MappingLease(this, body, mode, address, range, confined);
        arena = confined ? Arena.ofConfined() : Arena.ofShared();
        MemorySegment memory = MappedMemory.view(address, mapped.length(), arena, gone -> this.lease.munmap())
                .asSlice(range.offset() - mapped.offset(), range.length());
        readOnly = memory.asReadOnly();
        writable = range.access().writes() ? memory : readOnly;
    }

    /**
     * Maps a part of a buffer. The caller is a user of it; the mapping becomes one of its own.
     *
     * @throws DmaBufException as {@link dmabuf.api.DmaBuf#mmap(MmapRequest)} says
     */
    static BufferMapping map(BufferBody body, MmapRequest request) {
        body.checkThere("mmap");
        OwnedMode mode = body.mode(request);
        MmapRange range = MmapRange.check(body, mode.policy(), request);
        if (request.isConfined() && body.facts().lifetime() == Lifetime.DEVICE_BOUND) {
            throw new DmaBufException(
                    Errno.EOPNOTSUPP, "mmap", body + ", confined", "only its own thread could take the mapping away when the device leaves");
        }
        body.aliases().enter(body, mode.mode());
        BufferMapping made = null;
        try {
            made = make(body, mode, range, request.isConfined());
            body.mapped(made.lease);
        } finally {
            if (made == null) {
                body.aliases().leave(body, mode.mode());
            }
        }
        if (body.isRevoked()) {
            made.close(); // Who takes the mappings away may have looked before this one was there.
            body.checkThere("mmap");
        }
        return made;
    }

    private static BufferMapping make(BufferBody body, OwnedMode mode, MmapRange range, boolean confined) {
        MmapRange all = mode.wholeOnly() ? range.widened(body) : range;
        long address = body.map(mode, all.offset(), all.length(), all.access().writes());
        BufferMapping made = null;
        try {
            made = new BufferMapping(body, mode, address, all, range, confined);
            return made;
        } finally {
            if (made == null) {
                MappedMemory.unmap(mode.kernel(), address, all.length());
            }
        }
    }

    @Override
    public long offset() {
        return lease.offset();
    }

    @Override
    public long length() {
        return readOnly.byteSize();
    }

    @Override
    public MmapPolicy policy() {
        return lease.mode().policy().withAccess(lease.access());
    }

    @Override
    public String mode() {
        return lease.mode().mode().name();
    }

    @Override
    public CpuAccess cpuAccess(Access wanted) {
        Objects.requireNonNull(wanted, "wanted");
        checkThread();
        if (!lease.access().permits(wanted)) {
            throw new DmaBufException(
                    Errno.EACCES, "cpuAccess", toString(), "the mapping permits " + lease.access() + ", asked for is " + wanted);
        }
        int flags = DmaBufCalls.syncFlags(wanted);
        int slot = lease.reserve();
        boolean open = false;
        try {
            AccessScope scope = scope(slot);
            int result = lease.body().begin(flags);
            if (result < 0) {
                throw DmaBufCalls.syncFailed(result, lease.body().fd(), "begin", flags);
            }
            lease.opened(slot);
            scope.open(flags);
            open = true;
            return scope;
        } finally {
            if (!open) {
                lease.leave(slot, this);
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
            int result = lease.body().end(flags);
            if (result < 0) {
                throw DmaBufCalls.syncFailed(result, lease.body().fd(), "end", flags);
            }
        } finally {
            lease.leave(slot, this);
        }
    }

    boolean isMapped() {
        return arena.scope().isAlive();
    }

    /** Takes the memory away under open scopes, whose accesses throw from then on. False while a native function has it. */
    boolean force() {
        return closeArena() == null;
    }

    /** Unmaps. Gives what is thrown while a native function has the memory. */
    IllegalStateException closeArena() {
        try {
            arena.close();
        } catch (IllegalStateException e) {
            return isMapped() ? e : null; // Else somebody else has closed it meanwhile.
        }
        return null;
    }

    /** The memory with all the access that the mapping permits, for who brackets access by other means. */
    MemorySegment memory() {
        return writable;
    }

    /** The memory as a scope with these flags may use it. */
    MemorySegment segment(int flags) {
        if (!readOnly.scope().isAlive()) {
            throw lease.revoked("segment"); // Nothing else unmaps under an open scope.
        }
        return flags == DmaBufIoctl.SYNC_READ ? readOnly : writable;
    }

    /** Works on the memory, which may leave under it. */
    <T> T work(MemorySegment memory, Function<? super MemorySegment, ? extends T> work) {
        return MemoryFault.named(memory, lease.body(), work);
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
        try {
            lease.close(this);
        } finally {
            Reference.reachabilityFence(this); // It is not lost while it is being closed.
        }
    }

    /** Says what is mapped, for messages. */
    @Override
    public String toString() {
        return lease.toString();
    }
}
