package dmabuf.guest;

/** A guest that could not be had, or that brought no answer back. The message is for people, and may have several lines. */
public final class GuestException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What went wrong, in the large. */
    public enum Reason {
        /** Something that the lane needs is missing on this machine; nothing was booted. */
        UNUSABLE,
        /** The guest ended without an exit status of the command. */
        DIED,
        /** The guest was ended because its time was over. */
        TIMED_OUT
    }

    /** What went wrong, in the large. */
    private final Reason reason;

    /**
     * Makes one.
     *
     * @param reason what went wrong, in the large
     * @param message what went wrong, on what, and what to do about it
     */
    public GuestException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Makes one of another failure.
     *
     * @param reason what went wrong, in the large
     * @param message what went wrong, on what, and what to do about it
     * @param cause the failure
     */
    public GuestException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * Says what went wrong, in the large.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
