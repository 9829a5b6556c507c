package importer.v4l2;

/**
 * Counts what was dropped by the gaps in a driver's numbers, which count from 0 with the first frame after the start, and wrap around after
 * 32 bits. Not thread-safe.
 */
final class SequenceCounter {

    /** A gap beyond this is a number that went back, in a driver that does not count. */
    private static final long HALF = 1L << 31;
    private static final long MASK = 0xffff_ffffL;

    private long last = -1;
    private long gap;
    private long dropped;

    /** Takes the number of the next frame, and gives it without the wrap-around. */
    long next(long number) {
        long step = number - last & MASK;
        if (step == 0 || step >= HALF) {
            gap = 0; // It repeats itself, or went back: nothing is known of what came between.
            last++;
            return last;
        }
        gap = step - 1;
        dropped += gap;
        last += step;
        return last;
    }

    /** Counts a frame as dropped that the driver did deliver. */
    void lose() {
        dropped++;
    }

    /** How many frames are missing before the latest one. */
    long gap() {
        return gap;
    }

    /** How many frames are missing altogether. */
    long dropped() {
        return dropped;
    }

    /** The number of the latest frame, -1 before the first. */
    long last() {
        return last;
    }
}
