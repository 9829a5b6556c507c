package dmabuf.itest;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What is logged while it is open, by every bundle: {@code System.Logger} ends in java.util.logging here. Keeps it from the console. */
final class LogCapture extends Handler implements AutoCloseable {

    private final Logger logger;
    private final Level before;
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();

    private LogCapture(Logger logger) {
        this.logger = logger;
        this.before = logger.getLevel();
    }

    /** Captures what is logged under a name, and below it. */
    static LogCapture of(String name) {
        Logger logger = Logger.getLogger(name);
        LogCapture capture = new LogCapture(logger);
        logger.setUseParentHandlers(false);
        logger.setLevel(Level.INFO);
        logger.addHandler(capture);
        return capture;
    }

    @Override
    public void publish(LogRecord logRecord) {
        records.add(logRecord);
    }

    /** Gives the warnings, formatted. */
    List<String> warnings() {
        return lines(Level.WARNING);
    }

    /** Gives what is logged at a level or above, formatted. */
    List<String> lines(Level least) {
        SimpleFormatter formatter = new SimpleFormatter();
        return records.stream()
                .filter(logged -> logged.getLevel().intValue() >= least.intValue())
                .map(formatter::formatMessage)
                .toList();
    }

    /** Whether a throwable object was handed to the log, which would keep its class loader. */
    boolean keepsThrowables() {
        return records.stream().anyMatch(logged -> logged.getThrown() != null);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
        logger.setLevel(before);
    }
}
