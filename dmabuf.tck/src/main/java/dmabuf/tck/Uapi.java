package dmabuf.tck;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The names that cases use for numbers of the kernel: constants and requests, from {@code uapi.table}. Immutable. */
final class Uapi {

    private static final String TABLE = "uapi.table";

    private final Map<String, Long> constants;
    private final Map<String, Request> requests;

    Uapi(Map<String, Long> constants, Map<String, Request> requests) {
        this.constants = Map.copyOf(constants);
        // In the order of the table, which is the order that people read them in.
        this.requests = new LinkedHashMap<>(requests);
    }

    /** Reads the table that ships with the cases. */
    static Uapi load() {
        return new UapiReader(TABLE).read(lines(TABLE));
    }

    /** The lines of a text beside this class. */
    static List<String> lines(String resource) {
        try (InputStream in = Uapi.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource + " beside " + Uapi.class.getName());
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Long> constant(String name) {
        return Optional.ofNullable(constants.get(name));
    }

    Optional<Request> request(String name) {
        return Optional.ofNullable(requests.get(name));
    }

    Map<String, Long> constants() {
        return constants;
    }

    List<Request> requests() {
        return List.copyOf(requests.values());
    }

    /** What a name may have meant, for a message. */
    String similar(String name) {
        String prefix = name.substring(0, Math.min(name.length(), 8));
        String candidates = requests.keySet().stream().filter(each -> each.startsWith(prefix)).collect(Collectors.joining(", "));
        return candidates.isEmpty() ? "" : " (there are " + candidates + ")";
    }
}
