package dmabuf.core;

import dmabuf.api.BufferId;
import dmabuf.api.BufferState;
import dmabuf.api.BufferRevokedException;
import dmabuf.api.DmaBufException;
import dmabuf.api.Lifetime;
import dmabuf.api.MappingMode;
import dmabuf.api.MmapInfo;
import dmabuf.api.MmapPolicy;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DmaBufIoctl;
import dmabuf.linux.Posix;
import dmabuf.linux.SyscallResult;
import dmabuf.linux.Syscalls;
import dmabuf.spi.BufferControl;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * What all handles and mappings of a buffer share: {@code struct dma_buf}. Counted; the last user closes the descriptors. The
 * list of what it has given out.
 *
 * <p>A user is a handle, a mapping, or an operation that is under way: so no descriptor is closed, and its number given to somebody else,
 * between a check and the system call. Holds nothing of the exporter but words, unless that has a part in its buffers.
 */
final class BufferBody extends LeaseList {

    /** What is known of a buffer when it is made, and never changes. */
    record Facts(long size, BufferId id, List<OwnedMode> modes, Backing backing, String origin, long incarnation, Lifetime lifetime) {

        /** How the buffer is mapped by default. */
        MmapPolicy policy() {
            return modes.getFirst().policy();
        }

        /** Whether there is a dma-buf to speak to. */
        boolean dmaBuf() {
            return backing.isDmaBuf();
        }

        /** How a mapping of the descriptor behaves; of memory without one, what a mapping by default does. */
        MmapPolicy policyOfDescriptor() {
            if (backing == Backing.DEVICE) {
                return policy();
            }
            for (OwnedMode each : modes) {
                if (each.mode().name().equals(MappingMode.DMA_BUF)) {
                    return each.policy();
                }
            }
            return MmapPolicy.notMappable();
        }
    }

    /** Incarnation of buffers that no exporter here made. */
    static final long IMPORTED = 0;

    private static final VarHandle USERS;
    private static final VarHandle HANDLES;
    private static final VarHandle MAPPINGS;
    private static final VarHandle RESERVATION;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            USERS = lookup.findVarHandle(BufferBody.class, "users", int.class);
            HANDLES = lookup.findVarHandle(BufferBody.class, "handles", int.class);
            MAPPINGS = lookup.findVarHandle(BufferBody.class, "mappings", int.class);
            RESERVATION = lookup.findVarHandle(BufferBody.class, "reservation", Reservation.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Census census;
    private final Descriptors descriptors;
    private final Facts facts;
    /** Null when the exporter has no part in it. */
    private final ExporterOps ops;

    /** A buffer is born with one handle, its first user. */
    private volatile int users = 1;

    private volatile int handles = 1;
    private volatile int mappings;

    /** Written by the one who takes the memory away: the grace period is over. */
    private volatile boolean gone;

    /** Held while memory of a device is mapped, so that its descriptor is not closed meanwhile. */
    private final Object device = new Object();

    /** Both are written by the census, under its lock. */
    private volatile String name = "";

    private volatile BufferState state = BufferState.ACTIVE;

    /** Both belong to the list that the census has. */
    BufferBody older;

    BufferBody newer;

    /** Made by the first who asks. */
    private MmapInfoSnapshot.Epoch epoch;

    /** Made by the first who attaches or asks for a map. */
    private volatile Reservation reservation;

    BufferBody(Census census, Descriptors descriptors, Facts facts, ExporterOps ops) {
        this.ops = ops;
        this.census = census;
        this.descriptors = descriptors;
        this.facts = facts;
    }

    /** Becomes a user, unless there is none left. */
    boolean acquire() {
        for (int now = users; now > 0; now = users) {
            if (USERS.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    boolean isInUse() {
        return users > 0;
    }

    /** Ceases to be a user. The last one has the exporter release, closes the descriptors, and takes the buffer off the census. */
    void release() {
        if ((int) USERS.getAndAdd(this, -1) == 1) {
            try {
                close();
            } finally {
                census.closed(this);
            }
        }
    }

    /** Closes a buffer that is refused, before anybody has it. */
    void discard() {
        users = 0;
        close();
    }

    private void close() {
        if (ops != null) {
            ops.release();
        }
        descriptors.close();
    }

    /** Gives the handle that the buffer is born with. Called once. */
    BufferHandle firstHandle() {
        return new BufferHandle(this);
    }

    /** Makes another handle, of a use that the caller has acquired. */
    BufferHandle handle() {
        HANDLES.getAndAdd(this, 1);
        return new BufferHandle(this);
    }

    void handleClosed(HandleLease lease) {
        remove(lease);
        try {
            if ((int) HANDLES.getAndAdd(this, -1) == 1 && reservation != null) {
                reservation.vmap().abandon();
            }
        } finally {
            release();
        }
    }

    /** As {@link #handleClosed}, but nobody has closed it. */
    void handleLost(HandleLease lease) {
        remove(lease);
        try {
            if ((int) HANDLES.getAndAdd(this, -1) == 1 && reservation != null) {
                reservation.vmap().lose();
            }
        } finally {
            release();
        }
    }

    boolean hasHandles() {
        return handles > 0;
    }

    /** A mapping becomes a user of its own. The caller is one. */
    void mapped() {
        USERS.getAndAdd(this, 1);
        MAPPINGS.getAndAdd(this, 1);
    }

    void unmapped() {
        MAPPINGS.getAndAdd(this, -1);
        release();
    }

    /** As {@link #mapped()}, and the buffer knows of it from now on. */
    void mapped(MappingLease lease) {
        mapped();
        add(lease);
    }

    void unmapped(MappingLease lease) {
        remove(lease);
        unmapped();
    }

    /** The memory leaves with its device. Does nothing the second time, or when the buffer is closed. */
    void revoke() {
        if (acquire()) {
            if (census.revoked(this)) {
                Revocation.begin(this, census.graceMillis());
            } else {
                release();
            }
        }
    }

    boolean isRevoked() {
        return state == BufferState.REVOKED;
    }

    /** Refuses what would map the memory anew, once it is leaving. */
    void checkThere(String operation) {
        if (isRevoked()) {
            throw new BufferRevokedException(operation, toString());
        }
    }

    /** The grace period is over. */
    void gone() {
        synchronized (device) {
            gone = true;
        }
    }

    /**
     * The mappings were taken away: a descriptor of the device would only keep it from whoever wants to open it next. A dma-buf's is kept,
     * since there is more to it than its memory.
     */
    void letDeviceGo() {
        if (facts.backing == Backing.DEVICE) {
            synchronized (device) {
                descriptors.close();
            }
        }
    }

    /** Refuses access to the memory, once it has left. */
    void checkMapped(String operation) {
        if (gone) {
            throw new BufferRevokedException(operation, toString());
        }
    }

    /** Duplicates the descriptor. The caller is a user. */
    Fd duplicate() {
        if (facts.backing == Backing.DEVICE) {
            String why = "it is memory of a device and no dma-buf: there is no descriptor of it to hand out";
            throw new DmaBufException(Errno.EOPNOTSUPP, "dup", toString(), why);
        }
        int number = SyscallResult.check(kernel().dup(fd()), "dup", this::toString);
        return Fd.adopt(number, kernel());
    }

    /**
     * Names the buffer. The caller is a user. What is no dma-buf has no name that could be changed: there the name is this process's own,
     * by the same rule.
     */
    void rename(String newName) {
        setName(newName);
        census.renamed(this, newName);
    }

    /** Gives the kernel the name, where there is a dma-buf to have it. */
    void setName(String newName) {
        DmaBufCalls.checkName(newName);
        int result = facts.dmaBuf() ? DmaBufCalls.rename(kernel(), fd(), newName) : judgeName(newName);
        if (result < 0) {
            throw DmaBufCalls.nameRefused(Errno.ofResult(result), newName);
        }
    }

    private static int judgeName(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length < DmaBufIoctl.NAME_LEN ? 0 : -Errno.EINVAL.number();
    }

    Fences fences() {
        return census.fences();
    }

    /**
     * Begins an access: the exporter's part first, where it has one, then SYNC, where there is a dma-buf to take it.
     *
     * @return 0, or what the kernel says
     */
    int begin(int flags) {
        if (ops != null) {
            ops.beginCpuAccess(DmaBufCalls.direction(flags));
        }
        int result = facts.dmaBuf() ? DmaBufCalls.begin(kernel(), fd(), flags) : 0;
        if (result < 0 && ops != null) {
            ops.endCpuAccess(DmaBufCalls.direction(flags));
        }
        return result;
    }

    /** Ends an access: SYNC, and then the exporter's part, whatever that says. */
    int end(int flags) {
        try {
            return facts.dmaBuf() ? DmaBufCalls.end(kernel(), fd(), flags) : 0;
        } finally {
            if (ops != null) {
                ops.endCpuAccess(DmaBufCalls.direction(flags));
            }
        }
    }

    /** The exporter's part; null when it has none. */
    ExporterOps ops() {
        return ops;
    }

    /** What the exporter has of the buffer, when it has a part in it. */
    BufferControl control() {
        return ops == null ? null : ops.control();
    }

    Reservation reservation() {
        if (reservation == null) {
            RESERVATION.compareAndSet(this, null, new Reservation(this));
        }
        return reservation;
    }

    /** What the exporter says now of mappings of the descriptor. It is asked after the epoch has begun that its answer belongs to. */
    MmapInfo mmapInfo() {
        MmapInfoSnapshot.Epoch now = epoch();
        MmapPolicy policy = facts.policyOfDescriptor();
        return new MmapInfoSnapshot(ops == null ? policy : ops.mmapInfo(policy), Instant.now(), now);
    }

    private synchronized MmapInfoSnapshot.Epoch epoch() {
        if (epoch == null) {
            epoch = new MmapInfoSnapshot.Epoch();
        }
        return epoch;
    }

    /** The exporter has moved the buffer, or taken it away: what was said of its mappings is void. */
    synchronized void voidMmapInfo() {
        if (epoch != null) {
            epoch.end();
            epoch = null;
        }
    }

    AliasGuard aliases() {
        return census.aliases();
    }

    LeakWatch leaks() {
        return census.leaks();
    }

    /** Looks for the mode that a request asks for. */
    OwnedMode mode(MmapRequest request) {
        for (OwnedMode candidate : facts.modes) {
            if (request.accepts(candidate.mode())) {
                return candidate;
            }
        }
        throw new DmaBufException(
                Errno.EINVAL, "mmap", this + ", " + request.wantedMode(), "it can be mapped as " + OwnedMode.list(facts.modes));
    }

    /** Maps a range that was checked. The caller is a user. */
    long map(OwnedMode mode, long offset, long length, boolean writable) {
        long fileOffset = mode.offset() + offset;
        if (fileOffset < 0) {
            throw new DmaBufException(Errno.EOVERFLOW, "mmap", this + ", offset " + offset + " in a plan from " + mode.offset());
        }
        long address = facts.backing == Backing.DEVICE
                ? mapDevice(mode, fileOffset, length, writable)
                : mmap(mode, fileOffset, length, writable);
        if (SyscallResult.isError(address)) {
            throw new DmaBufException(
                    Errno.ofResult(address),
                    "mmap",
                    this + ", mode " + mode.mode().name() + ", offset " + offset + ", length " + length + (writable ? ", writable" : ""),
                    hint(Errno.ofResult(address)));
        }
        return address;
    }

    private long mapDevice(OwnedMode mode, long offset, long length, boolean writable) {
        synchronized (device) {
            checkMapped("mmap");
            return mmap(mode, offset, length, writable);
        }
    }

    private static long mmap(OwnedMode mode, long offset, long length, boolean writable) {
        int protection = writable ? Posix.PROT_READ | Posix.PROT_WRITE : Posix.PROT_READ;
        return mode.kernel().mmap(0, length, protection, Posix.MAP_SHARED, mode.file().number(), offset);
    }

    private static String hint(Errno errno) {
        return switch (errno) {
            case EACCES -> "the descriptor was not opened for this access";
            case ENODEV -> "the device has gone";
            default -> null;
        };
    }

    /** The number of the dma-buf, for a user. */
    int fd() {
        return descriptors.buffer().number();
    }

    Syscalls kernel() {
        return descriptors.kernel();
    }

    Facts facts() {
        return facts;
    }

    String name() {
        return name;
    }

    /** For the census only. */
    void name(String newName) {
        name = newName;
    }

    BufferState state() {
        return state;
    }

    /** For the census only. */
    void state(BufferState newState) {
        state = newState;
    }

    CensusLine line() {
        List<Integer> scopes = leases(MappingLease.class).stream().map(MappingLease::openScopes).toList();
        List<String> traces = leases(Lease.class).stream()
                .filter(lease -> lease.trace() != null)
                .map(lease -> lease + lease.trace().toString())
                .filter(text -> text.contains("\n"))
                .toList();
        return new CensusLine(facts.id, name, facts.size, facts.origin, facts.lifetime, state, handles, mappings, scopes, traces);
    }

    /** Says how large it is and whose, for messages. */
    String provenance() {
        return " (" + facts.size + " bytes, " + facts.origin + ")";
    }

    /** Names the buffer in messages. */
    @Override
    public String toString() {
        String called = name;
        return "buffer " + (called.isEmpty() ? "" : "\"" + called + "\" ") + facts.id;
    }
}
