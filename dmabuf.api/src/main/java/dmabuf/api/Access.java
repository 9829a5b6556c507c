package dmabuf.api;

import java.util.Locale;

/** What is done to memory: the direction of a CPU access, and the most that a mapping or a buffer permits. */
public enum Access {
    /** Bytes are read. Before a CPU read, what devices wrote becomes visible to the CPU. */
    READ,
    /** Bytes are written. After a CPU write, what the CPU wrote becomes visible to devices. */
    WRITE,
    /** Both. */
    READ_WRITE;

    /**
     * Tells whether reading is part of it.
     *
     * @return true for {@link #READ} and {@link #READ_WRITE}
     */
    public boolean reads() {
        return this != WRITE;
    }

    /**
     * Tells whether writing is part of it.
     *
     * @return true for {@link #WRITE} and {@link #READ_WRITE}
     */
    public boolean writes() {
        return this != READ;
    }

    /**
     * Tells whether whoever may do this may also do the other.
     *
     * @param other what is asked for
     * @return true when nothing in {@code other} goes beyond this
     */
    public boolean permits(Access other) {
        return (reads() || !other.reads()) && (writes() || !other.writes());
    }

    /** Gives the spelling of listings: {@code read}, {@code write} or {@code read-write}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
