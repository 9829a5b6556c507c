package dmabuf.core;

/**
 * Words about what foreign code did. A {@code Throwable} of an exporter or a listener is turned into text at once and then let go: a log
 * that keeps its history would keep the class loader of a bundle that is long gone.
 */
final class Foreign {

    private static final int FRAMES = 40;

    private Foreign() {}

    /** Class and message in one line. */
    static String summary(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException e) {
            message = "its message cannot be had";
        }
        return thrown.getClass().getName() + (message == null ? "" : ": " + message);
    }

    /** Class, message, causes and where it happened, in lines. */
    static String report(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable each = thrown;
        for (int depth = 0; each != null && depth < 4; depth++) {
            text.append(depth == 0 ? "" : "\ncaused by ").append(summary(each));
            append(text, framesOf(each));
            each = causeOf(each);
        }
        return text.toString();
    }

    /** A thread's name and where it is, in lines. */
    static String whereabouts(Thread thread) {
        StringBuilder text = new StringBuilder(thread.toString());
        append(text, thread.getStackTrace());
        return text.toString();
    }

    private static StackTraceElement[] framesOf(Throwable thrown) {
        try {
            return thrown.getStackTrace();
        } catch (RuntimeException e) {
            return new StackTraceElement[0];
        }
    }

    private static Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static void append(StringBuilder text, StackTraceElement[] frames) {
        for (int i = 0; i < frames.length && i < FRAMES; i++) {
            text.append("\n    at ").append(frames[i]);
        }
        if (frames.length > FRAMES) {
            text.append("\n    … ").append(frames.length - FRAMES).append(" more");
        }
    }
}
