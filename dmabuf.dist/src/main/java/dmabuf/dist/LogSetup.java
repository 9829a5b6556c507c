package dmabuf.dist;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/**
 * Sends log messages to standard error, one line each. Named in the system property {@code java.util.logging.config.class}, so that
 * nothing of logging is loaded before the first message.
 */
public final class LogSetup {

    /** System property: 0 for warnings, 1 for what is going on, 2 for everything of ours. */
    static final String VERBOSITY = "dmabuf.verbosity";

    /**
     * Configures. Called by the log manager.
     *
     * @throws IOException never, since nothing is read from outside
     */
    public LogSetup() throws IOException {
        int verbosity = Integer.getInteger(VERBOSITY, 0);
        String ours = verbosity > 1 ? "FINE" : verbosity == 1 ? "INFO" : "WARNING";
        String others = verbosity > 1 ? "FINE" : verbosity == 1 ? "INFO" : "WARNING";
        String configuration = """
                handlers=java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level=ALL
                java.util.logging.ConsoleHandler.formatter=%s
                .level=%s
                dmabuf.level=%s
                exporter.level=%s
                importer.level=%s
                """.formatted(LogLine.class.getName(), others, ours, ours, ours);
        LogManager.getLogManager().readConfiguration(new ByteArrayInputStream(configuration.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
