package importer.vmm;

import dmabuf.api.Access;
import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferId;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufException;
import dmabuf.api.MmapPolicy;
import dmabuf.api.VirtioMapInfo;
import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import iosys.IosysMap;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A slot, from the moment in which its range is taken. Its state changes under its lock, and with it what the table has; memory is mapped
 * and unmapped outside. Whoever takes it from the guest, be it its owner, the guest's end or the memory's, waits for another who is about
 * it, so that none goes on before no virtual processor can be at the memory.
 */
final class Slot implements GuestSlot {

    private static final System.Logger LOG = System.getLogger(Slot.class.getName());

    /** KVM says ENOMEM when it has none for its own books, even to remove a slot: a moment later it may have some. */
    private static final int ATTEMPTS = 10;

    /** What is fixed when the range is taken; the buffer and its caching are null for RAM. */
    record Facts(
            String guest, int number, long guestAddress, long length, boolean readOnly, boolean dirtyLog, BufferId buffer,
            Caching caching) {

        GuestRange range() {
            return new GuestRange(guestAddress, length);
        }
    }

    private final Facts facts;
    private final SlotTable table;
    private final Consumer<Slot> forget;
    private final Consumer<SlotInfo> whenWithdrawn;

    private volatile Backing backing;
    private volatile SlotState state = SlotState.PENDING;

    Slot(Facts facts, SlotTable table, Consumer<Slot> forget, Consumer<SlotInfo> whenWithdrawn) {
        this.facts = facts;
        this.table = table;
        this.forget = forget;
        this.whenWithdrawn = whenWithdrawn;
    }

    Facts facts() {
        return facts;
    }

    SlotState state() {
        return state;
    }

    /** Maps the memory, and shows it to the guest. If it cannot, nothing is left. */
    void fill(Supplier<? extends Backing> memory) {
        boolean shown = false;
        try {
            backing = memory.get();
            show();
            shown = true;
        } finally {
            if (!shown) {
                abandon();
            }
        }
    }

    private synchronized void show() {
        switch (state) {
            case PENDING -> {
                table.set(
                        facts.number(), facts.readOnly(), facts.dirtyLog(), facts.guestAddress(), facts.length(), backing.address());
                state = SlotState.MAPPED;
            }
            case WITHDRAWN -> throw new DmaBufException(
                    Errno.ENODEV, "map into a guest", facts.range() + ", " + backing.describe(),
                    "its memory moves, or leaves with its device");
            default -> throw new BufferClosedException("map into a guest", "guest " + facts.guest());
        }
    }

    private void abandon() {
        synchronized (this) {
            if (state == SlotState.PENDING) {
                state = SlotState.REMOVED;
            }
        }
        release();
    }

    /** Takes the memory from the guest. True for the one call that changed the state. */
    private synchronized boolean leave(SlotState next) {
        if (state == SlotState.MAPPED) {
            table.remove(facts.number());
        } else if (state != SlotState.PENDING) {
            return false;
        }
        boolean shown = state == SlotState.MAPPED;
        state = next;
        return shown; // Who is still filling it sees the state, and releases it.
    }

    private void release() {
        try {
            if (backing != null) {
                backing.close();
            }
        } finally {
            forget.accept(this);
        }
    }

    /** The memory moves, or leaves: on return the guest does not see it any more, and it is unmapped. */
    void withdraw() {
        if (!leaveAtAnyPrice()) {
            return;
        }
        release();
        try {
            whenWithdrawn.accept(info());
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "who was told that {0} has gone failed: {1}", info().toString(), e.toString());
        }
    }

    private boolean leaveAtAnyPrice() {
        for (int attempt = 1; true; attempt++) {
            try {
                return leave(SlotState.WITHDRAWN);
            } catch (DmaBufException e) {
                if (attempt == ATTEMPTS) {
                    LOG.log(
                            System.Logger.Level.ERROR,
                            "the memory of {0} leaves, and cannot be taken from the guest, which has to be stopped: {1}",
                            info().toString(), e.getMessage());
                    return false;
                }
                Thread.yield();
            }
        }
    }

    /** The virtual machine is closed, and the slot with it, which KVM had refused to remove. */
    void goneWithMachine() {
        synchronized (this) {
            state = SlotState.REMOVED;
        }
        release();
    }

    /** Works on the memory. */
    void access(Access access, Consumer<IosysMap> work) {
        if (state != SlotState.MAPPED) {
            throw new BufferClosedException("access", facts.range().toString());
        }
        backing.access(access, work);
    }

    Optional<Backing> backing() {
        return state == SlotState.MAPPED ? Optional.of(backing) : Optional.empty();
    }

    @Override
    public int number() {
        return facts.number();
    }

    @Override
    public long guestAddress() {
        return facts.guestAddress();
    }

    @Override
    public long length() {
        return facts.length();
    }

    @Override
    public MmapPolicy policy() {
        return facts.readOnly() ? backing.policy().withAccess(Access.READ) : backing.policy();
    }

    @Override
    public VirtioMapInfo mapInfo() {
        return VirtioMapInfo.of(policy());
    }

    @Override
    public int mapInfoWithAccess() {
        return VirtioMapInfo.withAccess(policy());
    }

    @Override
    public BitSet takeDirtyPages() {
        if (!facts.dirtyLog()) {
            throw new SlotException(
                    SlotProblem.NO_DIRTY_LOG, "KVM_GET_DIRTY_LOG", facts.range().toString(),
                    "the slot was made without; ask for one with dirtyLog()");
        }
        synchronized (this) {
            if (state != SlotState.MAPPED) {
                throw new BufferClosedException("KVM_GET_DIRTY_LOG", facts.range().toString());
            }
            return table.takeDirtyPages(facts.number(), facts.length() / MappedMemory.PAGE_SIZE);
        }
    }

    @Override
    public SlotInfo info() {
        return new SlotInfo(
                facts.guest(), facts.number(), facts.guestAddress(), facts.length(), backing.describe(), backing.mode(),
                backing.policy().caching(), mapInfo(), facts.readOnly(), facts.dirtyLog(), state);
    }

    @Override
    public void close() {
        if (leave(SlotState.REMOVED)) {
            release();
        }
    }

    /** Says everything in a line, for messages. */
    @Override
    public String toString() {
        return info().toString();
    }
}
