package dmabuf.bench;

import dmabuf.bench.process.BareFelix;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The two processes whose start is compared: {@code ./dmabuf exporters}, and Felix with as many bundles that are empty; both with a cache of
 * classes that was trained on just that, and the same options of the JVM.
 */
final class StartUp implements AutoCloseable {

    private static final Pattern RUN_BUNDLE = Pattern.compile("(?m)^\\s*[\\w.]+;version=");

    private final Path home;
    private final int bundles;
    private TemporaryFolder folder;

    private StartUp(Path home, int bundles) {
        this.home = home;
        this.bundles = bundles;
    }

    /** Nothing is made before it is measured. */
    static StartUp of(Path home) throws IOException {
        int bundles = (int) RUN_BUNDLE.matcher(Files.readString(home.resolve("conf/base.bndrun"))).results().count();
        return new StartUp(home, bundles);
    }

    int bundles() {
        return bundles;
    }

    Probe ours() {
        return new StartUpProbe(() -> {
            List<String> command = java("-XX:AOTCache=" + trainedCache(home));
            command.addAll(List.of(
                    "-Djava.util.logging.config.class=dmabuf.dist.LogSetup",
                    "-Ddmabuf.home=" + home,
                    "-cp",
                    classPath(home.resolve("lib")),
                    "dmabuf.dist.Main",
                    "exporters"));
            return command;
        });
    }

    Probe bare() {
        return new StartUpProbe(() -> {
            prepareBaseline();
            List<String> command = java("-XX:AOTCache=" + bareCache());
            command.addAll(bareArguments());
            return command;
        });
    }

    private Path bareCache() {
        return folder.path().resolve("bare.aot");
    }

    /** Makes the empty bundles and trains the baseline's cache, the first time. */
    private void prepareBaseline() throws IOException, InterruptedException {
        if (folder != null) {
            return;
        }
        folder = TemporaryFolder.create();
        Path jars = Files.createDirectory(folder.path().resolve("bundles"));
        for (int i = 0; i < bundles; i++) {
            emptyBundle(jars.resolve("empty" + i + ".jar"), "empty" + i);
        }
        List<String> training = java("-XX:AOTCacheOutput=" + bareCache());
        training.addAll(bareArguments());
        Programs.run(training);
    }

    private List<String> bareArguments() throws IOException {
        Path storage = Files.createTempDirectory(folder.path(), "storage");
        String path = home.resolve("lib/org.apache.felix.framework.jar") + ":" + home.resolve("bench/dmabuf.bench.jar");
        return List.of("-cp", path, BareFelix.class.getName(), folder.path().resolve("bundles").toString(), storage.toString());
    }

    /** The options with which {@code ./dmabuf} starts a verb that lists. */
    private List<String> java(String cacheOption) {
        return new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                cacheOption,
                "-Xlog:disable",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Djdk.reflect.useNativeAccessorOnly=true",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
    }

    private static Path trainedCache(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".aot") && file.toFile().length() > 0)
                    .max(Comparator.comparing(file -> file.toFile().lastModified()))
                    .orElseThrow(() -> new IOException("this JDK makes no cache of classes"));
        }
    }

    /** The class path of the launcher, in the order that the shell gives it, which is what the cache was made for. */
    private static String classPath(Path lib) throws IOException {
        try (Stream<Path> jars = Files.list(lib)) {
            return String.join(":", jars.map(Path::toString).sorted().toList());
        }
    }

    private static void emptyBundle(Path jar, String name) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Bundle-Version", "1.0.0");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    @Override
    public void close() throws IOException {
        if (folder != null) {
            folder.close();
        }
    }
}
