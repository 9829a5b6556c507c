package importer.v4l2;

/**
 * One of the driver's places for a buffer. Fields are guarded by the stream's lock; who has it {@link State#OUT} may also read its memory.
 */
final class Slot {

    /** In whose hands it is. */
    enum State {
        /** The driver's. */
        QUEUED,
        /** A user's, or on its way from or to one. */
        OUT,
        /** Nobody's: the driver did not take it. */
        IDLE
    }

    final int index;
    SlotMemory memory;
    State state = State.IDLE;
    /** For which round of negotiations its memory was found. */
    int round;

    Slot(int index, SlotMemory memory) {
        this.index = index;
        this.memory = memory;
    }
}
