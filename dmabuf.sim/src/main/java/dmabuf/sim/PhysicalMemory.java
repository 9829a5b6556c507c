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
        try {
            for (String line : Files.readAllLines(MEMINFO)) {
                if (line.startsWith(TOTAL)) {
                    return Long.parseLong(line.substring(TOTAL.length()).strip().split(" ")[0]) << 10;
                }
            }
            throw new IllegalStateException(MEMINFO + " has no " + TOTAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
