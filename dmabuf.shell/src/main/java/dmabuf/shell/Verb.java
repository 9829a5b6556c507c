package dmabuf.shell;

import java.util.function.IntSupplier;

/** What the verbs have in common. */
final class Verb {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private Verb() {}

    /** Runs a verb. What the user got wrong is told in one line; whatever else is thrown is the launcher's to report. */
    static int run(IntSupplier verb) {
        try {
            return verb.getAsInt();
        } catch (UsageException e) {
            System.err.println("dmabuf: " + e.getMessage());
            return MISUSED;
        }
    }
}
