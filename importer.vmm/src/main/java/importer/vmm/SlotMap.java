package importer.vmm;

import dmabuf.api.BufferClosedException;
import dmabuf.api.BufferId;
import dmabuf.api.Caching;
import dmabuf.linux.MappedMemory;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Which ranges of guest-physical addresses are taken, and which numbers. Judges ranges as KVM does ({@code __kvm_set_memory_region}), and
 * before it. Thread-safe; calls nobody under its lock but the factory of slots, which only makes an object.
 */
final class SlotMap {

    private static final String OPERATION = "map into a guest";

    /** The widest physical address that a page table of x86-64 or arm64 can hold. */
    private static final int ADDRESS_BITS = 52;

    /** {@code KVM_MEM_MAX_NR_PAGES}. */
    private static final long MOST_PAGES = (1L << 31) - 1;

    private final String guest;
    private final int limit;
    private final TreeMap<Long, Slot> slots = new TreeMap<>();
    private final BitSet numbers = new BitSet();
    private boolean closed;

    SlotMap(String guest, int limit) {
        this.guest = guest;
        this.limit = limit;
    }

    int limit() {
        return limit;
    }

    /** Refuses a range that cannot be a slot. */
    static void check(long address, long length, String operation) {
        checkRange(address, length, operation);
        if (length / MappedMemory.PAGE_SIZE > MOST_PAGES) {
            throw new SlotException(
                    SlotProblem.OUT_OF_RANGE, operation, new GuestRange(address, length).toString(),
                    "a slot has at most " + MOST_PAGES + " pages");
        }
    }

    /** Refuses a range that no guest can have, be it of one slot or of several. */
    static void checkRange(long address, long length, String operation) {
        String subject = new GuestRange(address, length).toString();
        if (length == 0) {
            throw new SlotException(SlotProblem.EMPTY, operation, subject, "a slot has at least one page");
        }
        if (address < 0 || length < 0 || address + length < 0) {
            throw new SlotException(SlotProblem.WRAPS, operation, subject, "the range wraps around, or is negative");
        }
        checkAligned(address, "address", operation, subject);
        checkAligned(length, "length", operation, subject);
        if (address + length > 1L << ADDRESS_BITS) {
            throw new SlotException(
                    SlotProblem.OUT_OF_RANGE, operation, subject, "physical addresses have at most " + ADDRESS_BITS + " bits");
        }
    }

    /** Refuses what does not begin or end with a page. */
    static void checkAligned(long value, String what, String operation, String subject) {
        if (value % MappedMemory.PAGE_SIZE != 0) {
            throw new SlotException(
                    SlotProblem.UNALIGNED, operation, subject,
                    what + " " + value + " is no multiple of the page size, " + MappedMemory.PAGE_SIZE + "; the nearest below is "
                            + (value - Math.floorMod(value, MappedMemory.PAGE_SIZE)));
        }
    }

    /**
     * Takes a range and the lowest number that is free.
     *
     * @param buffer what shall be there, null for RAM
     * @param caching how that would be mapped
     * @param factory makes the slot of its number
     */
    synchronized Slot take(long address, long length, BufferId buffer, Caching caching, IntFunction<Slot> factory) {
        if (closed) {
            throw closed(OPERATION);
        }
        check(address, length, OPERATION);
        String subject = new GuestRange(address, length).toString();
        Map.Entry<Long, Slot> below = slots.floorEntry(address + length - 1);
        if (below != null && end(below.getValue()) > address) {
            throw new SlotException(
                    SlotProblem.OVERLAP, OPERATION, subject, "guest " + guest + " has slot " + below.getValue().number() + " at "
                            + below.getValue().facts().range());
        }
        if (buffer != null) {
            checkAlias(buffer, caching, subject);
        }
        int number = numbers.nextClearBit(0);
        if (number >= limit) {
            throw new SlotException(
                    SlotProblem.NO_SLOT_LEFT, OPERATION, subject,
                    "all " + limit + " slots of guest " + guest + " are taken; close one, or make RAM of larger chunks");
        }
        Slot slot = factory.apply(number);
        numbers.set(number);
        slots.put(address, slot);
        return slot;
    }

    private void checkAlias(BufferId buffer, Caching caching, String subject) {
        for (Slot other : slots.values()) {
            if (buffer.equals(other.facts().buffer()) && other.facts().caching() != caching) {
                throw new SlotException(
                        SlotProblem.ALIAS, OPERATION, subject + ", " + buffer + ", " + caching.property(),
                        "the guest sees it as " + other.facts().caching().property() + " in slot " + other.number()
                                + "; attributes that differ are undefined behaviour on some processors: close that one first, or ask for a"
                                + " mode with the same");
            }
        }
    }

    private static long end(Slot slot) {
        return slot.guestAddress() + slot.length();
    }

    synchronized void forget(Slot slot) {
        if (slots.remove(slot.guestAddress(), slot)) {
            numbers.clear(slot.number());
        }
    }

    /** The slot that has an address, once the guest sees it. */
    synchronized Optional<Slot> at(long address) {
        Map.Entry<Long, Slot> below = slots.floorEntry(address);
        return below == null || end(below.getValue()) <= address || below.getValue().state() != SlotState.MAPPED
                ? Optional.empty()
                : Optional.of(below.getValue());
    }

    /** What the guest sees, in the order of the addresses. */
    synchronized List<Slot> mapped() {
        return slots.values().stream().filter(slot -> slot.state() == SlotState.MAPPED).toList();
    }

    synchronized void checkOpen(String operation) {
        if (closed) {
            throw closed(operation);
        }
    }

    private BufferClosedException closed(String operation) {
        return new BufferClosedException(operation, "guest " + guest);
    }

    /** Takes no more slots, and gives those that there are, by number; null when it was closed already. */
    synchronized List<Slot> close() {
        if (closed) {
            return null;
        }
        closed = true;
        Collection<Slot> all = slots.values();
        return all.stream().sorted(Comparator.comparingInt(Slot::number)).toList();
    }
}
