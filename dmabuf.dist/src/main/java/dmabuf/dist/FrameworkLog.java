package dmabuf.dist;

import org.apache.felix.framework.Logger;

/** Hands the framework's messages to the platform's logging; by itself it prints to standard output, which belongs to the verbs. */
final class FrameworkLog extends Logger {

    private static final System.Logger LOG = System.getLogger("org.apache.felix.framework");

    @Override
    protected void doLog(int level, String message, Throwable thrown) {
        System.Logger.Level platform =
                switch (level) {
                    case LOG_ERROR -> System.Logger.Level.ERROR;
                    case LOG_WARNING -> System.Logger.Level.WARNING;
                    case LOG_INFO -> System.Logger.Level.INFO;
                    default -> System.Logger.Level.DEBUG;
                };
        LOG.log(platform, message, thrown);
    }
}
