package dmabuf.guest.parts;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of this machine. */
final class Programs {

    /** Where administrators' tools are, which a user's PATH may lack. */
    private static final List<String> ALWAYS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private Programs() {}

    /** Finds a program on the PATH. */
    static Optional<Path> find(String name) {
        return find(name, System.getenv());
    }

    static Optional<Path> find(String name, Map<String, String> environment) {
        Stream<String> own = Stream.of(environment.getOrDefault("PATH", "").split(":")).filter(folder -> folder.startsWith("/"));
        return Stream.concat(own, ALWAYS.stream())
                .map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
