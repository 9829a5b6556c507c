package dmabuf.guest;

/** The command line makes no sense; the message says why. */
final class WrongUseException extends Exception {

    private static final long serialVersionUID = 1L;

    WrongUseException(String message) {
        super(message);
    }
}
