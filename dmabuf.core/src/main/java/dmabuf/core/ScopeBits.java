package dmabuf.core;

/**
 * The state of a mapping in one long, so that opening, closing and counting scopes is one atomic instruction each.
 *
 * <pre>
 * 63      closed: no new scope
 * 62      with that: the memory was taken away, and the owner has not closed the mapping yet
 * 35..61  how many scopes are open that have no slot
 * 32..34  the slot to look at first
 *  0..31  one bit for each slot: an open scope
 * </pre>
 */
final class ScopeBits {

    static final int SLOTS = 32;
    /** What {@link #freeSlot} answers when all are taken. */
    static final int NO_SLOT = -1;

    static final long CLOSED = Long.MIN_VALUE;
    private static final long TAKEN_AWAY = 1L << 62;

    /**
     * So many slots take turns before higher ones are used. A scope object that was closed lies idle for as many openings, and a close too
     * many hits a closed scope and not somebody else's.
     */
    static final int TAKING_TURNS = 8;

    private static final int NEXT_SHIFT = 32;
    private static final long NEXT_MASK = (long) (TAKING_TURNS - 1) << NEXT_SHIFT;
    private static final int TURNS_MASK = (1 << TAKING_TURNS) - 1;
    private static final long ONE_OVERFLOW = 1L << 35;

    private ScopeBits() {}

    static boolean isClosed(long bits) {
        return bits < 0;
    }

    static boolean isTakenAway(long bits) {
        return (bits & TAKEN_AWAY) != 0;
    }

    /** The bits once the owner has closed the mapping, whatever was before. */
    static long closed(long bits) {
        return (bits | CLOSED) & ~TAKEN_AWAY;
    }

    /** The bits once the memory is taken away from an owner who has not closed the mapping. */
    static long takenAway(long bits) {
        return bits | CLOSED | TAKEN_AWAY;
    }

    /** Tells whether no scope is open. */
    static boolean isIdle(long bits) {
        return (bits & ~(CLOSED | TAKEN_AWAY | NEXT_MASK)) == 0;
    }

    /** Counts the scopes that are open. */
    static int count(long bits) {
        return Integer.bitCount((int) bits) + (int) ((bits & ~(CLOSED | TAKEN_AWAY)) / ONE_OVERFLOW);
    }

    /** Finds a slot: those that take turns from the next one on, then the lowest of the others. */
    static int freeSlot(long bits) {
        int free = ~(int) bits;
        int takingTurns = free & TURNS_MASK;
        if (takingTurns == 0) {
            return free == 0 ? NO_SLOT : Integer.numberOfTrailingZeros(free);
        }
        int next = (int) (bits >>> NEXT_SHIFT) & TAKING_TURNS - 1;
        int fromNext = takingTurns & -1 << next;
        return Integer.numberOfTrailingZeros(fromNext != 0 ? fromNext : takingTurns);
    }

    /** The bits once a scope is open in the slot. */
    static long opened(long bits, int slot) {
        if (slot == NO_SLOT) {
            return bits + ONE_OVERFLOW;
        }
        long next = slot < TAKING_TURNS ? (long) (slot + 1 & TAKING_TURNS - 1) << NEXT_SHIFT : bits & NEXT_MASK;
        return bits & ~NEXT_MASK | next | 1L << slot;
    }

    /** What to subtract when the scope in the slot closes. */
    static long weight(int slot) {
        return slot == NO_SLOT ? ONE_OVERFLOW : 1L << slot;
    }
}
