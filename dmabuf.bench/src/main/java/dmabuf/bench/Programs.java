package dmabuf.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Other programs, run to their end. */
final class Programs {

    private static final int PATIENCE_SECONDS = 300;

    private Programs() {}

    /**
     * Runs a program.
     *
     * @return what it printed on standard output
     * @throws IOException when it cannot be started, fails, or takes too long; with what it said
     */
    static String run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("dmabuf-bench", ".err");
        Process process = null;
        try {
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            process.getOutputStream().close();
            String printed;
            try (InputStream out = process.getInputStream()) {
                printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(name(command) + " takes longer than " + PATIENCE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(name(command) + " failed with " + process.exitValue() + ": " + Files.readString(errors).strip());
            }
            return printed;
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.delete(errors);
        }
    }

    /** The program with its arguments, without what only the JVM wants to know. */
    private static String name(List<String> command) {
        int classPath = command.indexOf("-cp");
        return String.join(" ", classPath < 0 ? command : command.subList(classPath + 2, command.size()));
    }
}
