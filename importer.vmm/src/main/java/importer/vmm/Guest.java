package importer.vmm;

import dmabuf.api.Access;
import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import iosys.IosysMap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The memory of a guest: which ranges are taken, who has the slots, and what is done when it ends. */
final class Guest implements GuestMemory {

    /** All that are open: what a guest sees is not given back because nobody here remembers it. */
    private static final Set<Guest> OPEN = ConcurrentHashMap.newKeySet();

    private final String name;
    private final Syscalls kernel;
    private final SlotTable table;
    private final SlotMap slots;
    private final Consumer<Guest> forget;

    Guest(GuestOptions options, Syscalls kernel, SlotTable table, Consumer<Guest> forget) {
        this.name = options.name();
        this.kernel = kernel;
        this.table = table;
        this.slots = new SlotMap(name, Math.min(table.limit(), options.slotLimit()));
        this.forget = forget;
        OPEN.add(this);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Fd> vm() {
        slots.checkOpen("dup");
        return table.vm();
    }

    @Override
    public Optional<String> whyNoKvm() {
        return table.whyNoKvm();
    }

    @Override
    public int slotLimit() {
        return slots.limit();
    }

    @Override
    public GuestRam addRam(long guestAddress, long length, RamRequest request) {
        slots.checkOpen("addRam");
        SlotMap.checkRange(guestAddress, length, "addRam");
        String chunksOf = "chunks of " + request.chunkSize() + " bytes";
        if (request.chunkSize() <= 0) {
            throw new SlotException(SlotProblem.EMPTY, "addRam", chunksOf, "a chunk has at least one page");
        }
        SlotMap.checkAligned(request.chunkSize(), "chunk size", "addRam", chunksOf);
        checkDirtyLog(request.logsDirtyPages(), "RAM");
        List<GuestSlot> chunks = new ArrayList<>();
        boolean done = false;
        try {
            for (long at = 0; at < length; at += request.chunkSize()) {
                chunks.add(chunk(guestAddress + at, Math.min(request.chunkSize(), length - at), request));
            }
            done = true;
            return new RamBlock(guestAddress, length, List.copyOf(chunks));
        } finally {
            if (!done) {
                chunks.forEach(GuestSlot::close);
            }
        }
    }

    private GuestSlot chunk(long address, long length, RamRequest request) {
        boolean logs = request.logsDirtyPages();
        Slot slot = slots.take(address, length, null, null, number -> new Slot(
                new Slot.Facts(name, number, address, length, false, logs, null, null), table, slots::forget, gone -> { }));
        slot.fill(() -> RamBacking.of(kernel, name, length, request.isPrefaulted()));
        return slot;
    }

    @Override
    public GuestSlot map(DmaBuf buffer, long guestAddress, SlotRequest request) {
        slots.checkOpen("map into a guest");
        BufferPlan plan = BufferPlan.of(buffer, request);
        checkDirtyLog(request.logsDirtyPages(), plan.toString());
        if (plan.readOnly() && !table.hasReadOnlySlots()) {
            throw new SlotException(
                    SlotProblem.NO_READ_ONLY_SLOTS, "map into a guest", plan.toString(),
                    "this KVM has no KVM_CAP_READONLY_MEM, and the guest must not write");
        }
        SlotMap.checkAligned(plan.offset(), "offset", "map into a guest", plan.toString());
        Caching caching = plan.mode().policy().caching();
        Slot slot = slots.take(guestAddress, plan.length(), buffer.id(), caching, number -> new Slot(
                new Slot.Facts(name, number, guestAddress, plan.length(), plan.readOnly(), request.logsDirtyPages(), buffer.id(), caching),
                table, slots::forget, request.whenWithdrawn()));
        slot.fill(() -> BufferBacking.of(buffer, plan, name, slot::withdraw));
        return slot;
    }

    private void checkDirtyLog(boolean wanted, String subject) {
        if (wanted && table.whyNoKvm().isPresent()) {
            throw new SlotException(
                    SlotProblem.NO_DIRTY_LOG, "map into a guest", subject, "nobody logs what the guest writes: " + table.whyNoKvm().get());
        }
    }

    @Override
    public DmaBuf export(BufferSource source, List<GuestRange> ranges, String bufferName) {
        Objects.requireNonNull(source, "source");
        slots.checkOpen("export of guest memory");
        try (RamRanges translated = RamRanges.of(slots, ranges)) {
            try {
                return source.export(ExportRequest.ofRanges(translated.ranges()).withName(bufferName));
            } catch (ExporterGoneException e) {
                throw e;
            } catch (DmaBufException e) {
                // Its figures are those of the list as it was handed over, which the caller has never seen.
                throw (DmaBufException) new DmaBufException(
                        e.errno(), "export of guest memory", ranges.size() + " guest ranges, " + translated.total() + " bytes, which are "
                                + translated.ranges().size() + " ranges of memfds after merging", e.getMessage()).initCause(e);
            }
        }
    }

    @Override
    public void read(long guestAddress, MemorySegment target) {
        each(guestAddress, target.byteSize(), Access.READ, "read", (map, at, offset, length) -> map.copyFrom(target, offset, at, length));
    }

    @Override
    public void write(long guestAddress, MemorySegment source) {
        each(guestAddress, source.byteSize(), Access.WRITE, "write", (map, at, offset, length) -> map.copyTo(at, source, offset, length));
    }

    @FunctionalInterface
    private interface Copy {
        void run(IosysMap map, long at, long offset, long length);
    }

    private void each(long guestAddress, long length, Access access, String operation, Copy copy) {
        slots.checkOpen(operation);
        for (long done = 0; done < length; ) {
            long address = guestAddress + done;
            Slot slot = slots.at(address).orElseThrow(() -> new SlotException(
                    SlotProblem.NO_SLOT, operation, new GuestRange(guestAddress, length).toString(), "guest " + name + " has nothing at 0x"
                            + Long.toHexString(address)));
            if (access.writes() && slot.facts().readOnly()) {
                throw new DmaBufException(Errno.EACCES, operation, new GuestRange(guestAddress, length).toString(), slot + " is read-only");
            }
            long at = address - slot.guestAddress();
            long offset = done;
            long piece = Math.min(length - done, slot.length() - at);
            slot.access(access, map -> copy.run(map, at, offset, piece));
            done += piece;
        }
    }

    @Override
    public List<SlotInfo> slots() {
        return slots.mapped().stream().map(Slot::info).toList();
    }

    @Override
    public void close() {
        List<Slot> open = slots.close();
        if (open == null) {
            return;
        }
        DmaBufException refused = null;
        try {
            RamBlock.closeAll(open);
        } catch (DmaBufException e) {
            refused = e;
        }
        table.close();
        open.stream().filter(slot -> slot.state() == SlotState.MAPPED).forEach(Slot::goneWithMachine);
        forget.accept(this);
        OPEN.remove(this);
        if (refused != null) {
            throw refused;
        }
    }

    /** Says the name and who has the slots, for messages. */
    @Override
    public String toString() {
        return "guest " + name + ", " + table.whyNoKvm().map(why -> "without KVM (" + why + ")").orElse("with KVM");
    }
}
