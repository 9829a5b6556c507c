package dmabuf.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of the machine, which is also that of the simulated one. */
final class PhysicalMemory {

    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final String TOTAL = "MemTotal:";

    private PhysicalMemory() {}

    /** How much there is, in bytes. */
    static long bytes() {
        try (var lines = Files.lines(MEMINFO)) {
            return lines.filter(line -> line.startsWith(TOTAL))
                    .mapToLong(line -> Long.parseLong(line.substring(TOTAL.length()).strip().split(" ")[0]) << 10)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(MEMINFO + " has no " + TOTAL));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
