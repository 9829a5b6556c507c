package dmabuf.guest.machine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The guest's serial console: what the kernel says, and between it how far the init script is. Not thread-safe. */
final class Console {

    private static final String STAGE = "dmabuf-guest: stage ";
    private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]|\r");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final FileTail file;

    Console(Path file) {
        this.file = new FileTail(file, bytes);
    }

    /** Reads what is new. */
    void pump() throws IOException {
        file.pump();
    }

    /** Gives all of it, without escape sequences. */
    String text() {
        return ESCAPES.matcher(bytes.toString(StandardCharsets.UTF_8)).replaceAll("");
    }

    /** Gives the stages that the init script has reached, in order. */
    List<String> stages() {
        return text().lines().filter(line -> line.startsWith(STAGE)).map(line -> line.substring(STAGE.length())).toList();
    }

    /** Gives the line that says why the kernel or the init script gave up. */
    Optional<String> complaint() {
        return text().lines()
                .filter(line -> line.contains("Kernel panic") || line.contains("Oops:") || line.startsWith("dmabuf-guest: failed"))
                .findFirst();
    }
}
