package dmabuf.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What this process holds open of memfds and their mappings, as the real kernel sees it. */
record OpenThings(List<String> descriptors, List<String> mappings) {

    static OpenThings now() throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            List<String> descriptors = links.map(OpenThings::target).filter(target -> target.startsWith("/memfd:")).sorted().toList();
            List<String> mappings = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                    .filter(line -> line.contains("/memfd:"))
                    .map(line -> line.substring(line.indexOf("/memfd:")))
                    .sorted()
                    .toList();
            return new OpenThings(descriptors, mappings);
        }
    }

    /** What a descriptor is open on, as the real kernel names it. */
    static String of(int fd) {
        return target(Path.of("/proc/self/fd/" + fd));
    }

    /** How many descriptors are open on something. */
    static long countOf(String target) throws IOException {
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            return links.map(OpenThings::target).filter(target::equals).count();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // Closed while we were looking: the listing's own descriptor.
        }
    }
}
