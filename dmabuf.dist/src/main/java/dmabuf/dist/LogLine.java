package dmabuf.dist;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** A message in one line; a stack trace only for those who asked for more. */
public final class LogLine extends Formatter {

    private final boolean traces = Integer.getInteger(LogSetup.VERBOSITY, 0) > 0;

    /** Called by the log manager. */
    public LogLine() {}

    @Override
    public String format(LogRecord message) {
        String line = "dmabuf: " + message.getLevel().getName().toLowerCase(Locale.ROOT) + ": " + formatMessage(message);
        Throwable thrown = message.getThrown();
        if (thrown == null) {
            return line + "\n";
        }
        if (!traces) {
            return line + ": " + thrown + "\n";
        }
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace, true));
        return line + "\n" + trace;
    }
}
