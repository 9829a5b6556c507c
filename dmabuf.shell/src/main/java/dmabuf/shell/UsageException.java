package dmabuf.shell;

/** The command line is not understood. The message is one line for people. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Reports what is wrong with it.
     *
     * @param message one line for people
     */
    public UsageException(String message) {
        super(message);
    }
}
