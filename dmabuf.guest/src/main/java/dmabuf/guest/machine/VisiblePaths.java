package dmabuf.guest.machine;

import dmabuf.guest.GuestOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Says which paths of the host have to be put back because the guest has a folder of its own above them. */
final class VisiblePaths {

    /** The guest's own folders. {@code /proc}, {@code /sys} and {@code /dev} show its kernel, and nothing of the host's. */
    private static final List<Path> REPLACED = List.of(Path.of("/tmp"), Path.of("/run"));

    private VisiblePaths() {}

    /** Gives the paths, parents first and each once. */
    static List<String> of(GuestOptions options, Path jdk) {
        TreeSet<Path> wanted = new TreeSet<>();
        options.visible().stream().filter(VisiblePaths::isHidden).forEach(wanted::add);
        List.of(options.workingFolder(), jdk).stream().filter(VisiblePaths::isHidden).forEach(wanted::add);
        List<Path> chosen = new ArrayList<>();
        for (Path path : wanted) {
            // A folder that is shown shows what is in it.
            if (Files.exists(path) && chosen.stream().noneMatch(path::startsWith)) {
                chosen.add(path);
            }
        }
        return chosen.stream().map(Path::toString).toList();
    }

    private static boolean isHidden(Path path) {
        return REPLACED.stream().anyMatch(folder -> path.startsWith(folder) && !path.equals(folder));
    }
}
