package dmabuf.tck;

/** A line of a case file that makes no sense. The message begins with file and line, as a compiler's does. */
public final class CaseSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong and where.
     *
     * @param file the file's name
     * @param line the line, counted from 1
     * @param message what is wrong with it
     */
    public CaseSyntaxException(String file, int line, String message) {
        super(file + ":" + line + ": " + message);
    }
}
