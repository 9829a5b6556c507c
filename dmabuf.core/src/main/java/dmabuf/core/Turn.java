package dmabuf.core;

/**
 * Whose turn it is to make or take back a mapping. That takes calls for which the reservation lock is given back; the others wait for the
 * turn to end. Used under that lock.
 */
final class Turn {

    private Thread holder;

    boolean isTaken() {
        return holder != null;
    }

    /** Waits until nobody has it; EDEADLK when that would be for the calling thread itself. */
    void await(Reservation reservation, String operation, Object subject) {
        while (holder != null) {
            if (holder == Thread.currentThread()) {
                throw Reservation.deadlock(operation, subject);
            }
            reservation.awaitChange();
        }
    }

    /** Takes it, after {@link #await}. */
    void take() {
        holder = Thread.currentThread();
    }

    void end(Reservation reservation) {
        holder = null;
        reservation.changed();
    }
}
