package dmabuf.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folders of the distribution.
 *
 * @param root where they all are
 * @param deploy where bundles are that may be replaced while the system runs; {@code root/deploy} unless the user says otherwise
 */
record Home(Path root, Path deploy) {

    /** The jar of a bundle that a run descriptor names: a part of the house. */
    Path bundle(String symbolicName) {
        return root.resolve("bundle").resolve(symbolicName + ".jar");
    }

    /** The jar of a bundle that a run descriptor names: a part that may be replaced. */
    Path deployed(String symbolicName) {
        return deploy.resolve(symbolicName + ".jar");
    }

    /** Every jar in the deploy folder, sorted. */
    List<Path> deployed() {
        if (!Files.isDirectory(deploy)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(deploy)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list the deploy folder " + deploy + ": " + e.getMessage(), e);
        }
    }

    RunDescriptor descriptor(String name) {
        return RunDescriptor.read(root.resolve("conf").resolve(name + ".bndrun"));
    }

    Path frameworkProperties() {
        return root.resolve("conf").resolve("framework.properties");
    }
}
