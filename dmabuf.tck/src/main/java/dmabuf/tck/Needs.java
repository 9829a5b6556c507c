package dmabuf.tck;

import dmabuf.linux.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells whether what a case needs is there: devices of the kernel that is asked, and features of the machine under it. */
final class Needs {

    /** Huge pages that a memfd can be made of. */
    static final String HUGE_PAGES = "huge pages";
    /** A limit of descriptors that can be reached. */
    static final String DESCRIPTOR_LIMIT = "descriptor limit";

    private static final Path FREE_HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String OPEN_FILES = "Max open files";
    private static final int ENOUGH_HUGE_PAGES = 4;
    private static final int MOST_DESCRIPTORS = 1 << 16;

    private final Syscalls kernel;
    private final NamedNodes nodes;

    Needs(Syscalls kernel, NamedNodes nodes) {
        this.kernel = kernel;
        this.nodes = nodes;
    }

    /** Checks that a need is spelled right. */
    static String check(String need, Supplier<CaseSyntaxException> otherwise) {
        boolean known = need.startsWith("/") || NamedNodes.isName(need) || need.equals(HUGE_PAGES) || need.equals(DESCRIPTOR_LIMIT);
        if (!known) {
            throw otherwise.get();
        }
        return need;
    }

    /** The first need of a case that is not there. */
    Optional<String> missing(Case asked) {
        return asked.needs().stream().filter(need -> !isThere(need)).findFirst();
    }

    private boolean isThere(String need) {
        return switch (need) {
            case HUGE_PAGES -> number(read(FREE_HUGE_PAGES)) >= ENOUGH_HUGE_PAGES;
            case DESCRIPTOR_LIMIT -> descriptorLimit() <= MOST_DESCRIPTORS;
            // A folder of the machine's, as /dev/shm is: not a device of either kernel.
            default -> NamedNodes.isName(need)
                    ? nodes.find(need).isPresent()
                    : kernel.devices().exists(need) || Files.isDirectory(Path.of(need));
        };
    }

    private static long descriptorLimit() {
        return read(LIMITS).lines()
                .filter(line -> line.startsWith(OPEN_FILES))
                .mapToLong(line -> number(line.substring(OPEN_FILES.length()).strip().split("\\s+")[0]))
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return text.equals("unlimited") ? Long.MAX_VALUE : 0;
        }
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            return "";
        }
    }
}
