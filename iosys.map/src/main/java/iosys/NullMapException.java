package iosys;

/** A map that refers to no memory was used as if it did. The kernel would follow the NULL pointer. */
public final class NullMapException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message what was tried on which kind of NULL
     */
    public NullMapException(String message) {
        super(message);
    }
}
