package importer.vmm;

import dmabuf.api.MemoryRange;
import dmabuf.fd.Fd;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Guest-physical ranges as ranges of memfds, with a descriptor of each memfd that stays open until this is closed, whatever becomes of the
 * RAM meanwhile. Not thread-safe.
 */
final class RamRanges implements AutoCloseable {

    private static final String OPERATION = "export of guest memory";

    private final SlotMap slots;
    private final Map<RamBacking, Fd> files = new IdentityHashMap<>();
    private final List<MemoryRange> ranges = new ArrayList<>();
    private long total;

    private RamRanges(SlotMap slots) {
        this.slots = slots;
    }

    /** Translates, merging what continues the range before it. */
    static RamRanges of(SlotMap slots, List<GuestRange> wanted) {
        RamRanges translated = new RamRanges(slots);
        boolean done = false;
        try {
            if (wanted.isEmpty()) {
                throw new SlotException(SlotProblem.EMPTY, OPERATION, "no ranges", "a buffer has at least one page");
            }
            for (GuestRange each : wanted) {
                translated.add(each);
            }
            done = true;
            return translated;
        } finally {
            if (!done) {
                translated.close();
            }
        }
    }

    private void add(GuestRange wanted) {
        SlotMap.check(wanted.address(), wanted.length(), OPERATION);
        total += wanted.length();
        if (total < 0) {
            throw new SlotException(SlotProblem.WRAPS, OPERATION, wanted.toString(), "the sum of all ranges overflows");
        }
        long at = wanted.address();
        long end = at + wanted.length();
        while (at < end) {
            Slot slot = slots.at(at).orElse(null);
            if (slot == null || !(slot.backing().orElse(null) instanceof RamBacking ram)) {
                throw new SlotException(
                        SlotProblem.NOT_RAM, OPERATION, wanted.toString(), "at 0x" + Long.toHexString(at) + " the guest has "
                                + (slot == null ? "nothing" : slot.info().content() + ", which is a buffer already"));
            }
            long offset = at - slot.guestAddress();
            long length = Math.min(end - at, slot.length() - offset);
            append(files.computeIfAbsent(ram, RamBacking::duplicate), offset, length);
            at += length;
        }
    }

    private void append(Fd file, long offset, long length) {
        if (!ranges.isEmpty()) {
            MemoryRange last = ranges.getLast();
            if (last.file() == file && last.offset() + last.length() == offset) {
                ranges.set(ranges.size() - 1, new MemoryRange(file, last.offset(), last.length() + length));
                return;
            }
        }
        ranges.add(new MemoryRange(file, offset, length));
    }

    List<MemoryRange> ranges() {
        return List.copyOf(ranges);
    }

    long total() {
        return total;
    }

    @Override
    public void close() {
        files.values().forEach(Fd::close);
    }
}
