package dmabuf.itest.container;

import static org.ops4j.pax.exam.CoreOptions.composite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/** The jars that the build has put into one folder for containers to install; nothing is fetched when tests run. */
public final class ContainerJars {

    /** The system property that names the folder, on both sides. */
    public static final String FOLDER = "exam.bundles";

    private ContainerJars() {}

    /**
     * Finds a jar.
     *
     * @param artifact its artifact id
     * @return its path
     */
    public static Path jar(String artifact) {
        Path jar = folder().resolve(artifact + ".jar");
        if (!Files.isReadable(jar)) {
            throw new IllegalStateException("no " + jar + ": run the tests with Maven, which copies it there (phase pre-integration-test)");
        }
        return jar;
    }

    private static Path folder() {
        return Path.of(System.getProperty(FOLDER, "target/bundles")).toAbsolutePath();
    }

    /**
     * Makes the class path of a process outside of containers.
     *
     * @return all those jars, and the classes of the tests
     */
    public static String classPath() {
        return folder() + "/*:" + folder().resolveSibling("test-classes");
    }

    /**
     * Has a container install and start a bundle.
     *
     * @param artifact its artifact id
     * @return the option
     */
    public static Option bundle(String artifact) {
        return CoreOptions.bundle(jar(artifact).toUri().toString());
    }

    /**
     * Has a container install and start bundles, in this order.
     *
     * @param artifacts their artifact ids
     * @return the option
     */
    public static Option bundles(String... artifacts) {
        return composite(Arrays.stream(artifacts).map(ContainerJars::bundle).toArray(Option[]::new));
    }
}
