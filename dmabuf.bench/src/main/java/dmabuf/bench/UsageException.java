package dmabuf.bench;

/** The command line is not understood. The message says what of it. */
final class UsageException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
