package dmabuf.shell;

/** The arguments of a verb are not understood. The message is one line for people. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
