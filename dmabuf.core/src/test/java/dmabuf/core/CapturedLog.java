package dmabuf.core;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What the core says while this is open, instead of the console. */
final class CapturedLog implements AutoCloseable {

    record Line(Level level, String text, boolean hasThrowable) {}

    final List<Line> lines = new CopyOnWriteArrayList<>();

    private final Logger logger = Logger.getLogger("dmabuf.core");
    private final Handler handler = new Handler() {

        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord entry) {
            lines.add(new Line(entry.getLevel(), formatter.formatMessage(entry), entry.getThrown() != null));
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    CapturedLog() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    /** The texts of one level. */
    List<String> at(Level level) {
        return lines.stream().filter(line -> line.level.equals(level)).map(Line::text).toList();
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }
}
