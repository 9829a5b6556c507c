package dmabuf.tck.fault;

import dmabuf.linux.Posix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The kernel's names of requests, from the table that the cases use. */
final class CallNames {

    private static final String TABLE = "/dmabuf/tck/uapi.table";
    private static final Map<Long, String> REQUESTS = requests();
    private static final Map<Long, String> COMMANDS = Map.of(
            (long) Posix.F_DUPFD, "F_DUPFD",
            (long) Posix.F_DUPFD_CLOEXEC, "F_DUPFD_CLOEXEC",
            (long) Posix.F_GETFD, "F_GETFD",
            (long) Posix.F_SETFD, "F_SETFD",
            (long) Posix.F_GETFL, "F_GETFL",
            (long) Posix.F_SETFL, "F_SETFL",
            (long) Posix.F_ADD_SEALS, "F_ADD_SEALS",
            (long) Posix.F_GET_SEALS, "F_GET_SEALS");

    private CallNames() {}

    private static Map<Long, String> requests() {
        Map<Long, String> names = new HashMap<>();
        try (InputStream in = CallNames.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException("no " + TABLE);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()
                    .map(line -> line.split(" +"))
                    // A name with a suffix is the same request with another struct.
                    .filter(words -> words.length >= 3 && words[0].equals("request") && words[1].indexOf('.') < 0)
                    // Drivers share numbers: which one was meant knows the descriptor only.
                    .forEach(words -> names.merge(Long.decode(words[2]), words[1], (one, other) -> one + " or " + other));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String ofRequest(long request) {
        return REQUESTS.getOrDefault(request, "0x" + Long.toHexString(request));
    }

    static String ofCommand(long command) {
        return COMMANDS.getOrDefault(command, Long.toString(command));
    }
}
