package dmabuf.bench;

import dmabuf.bench.process.BareFelix;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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
    private final Path cache;
    private final Path folder;
    private final Path bareCache;
    private final int bundles;

    private StartUp(Path home, Path cache, Path folder, int bundles) {
        this.home = home;
        this.cache = cache;
        this.folder = folder;
        this.bareCache = folder.resolve("bare.aot");
        this.bundles = bundles;
    }

    /** Makes the empty bundles and trains the baseline's cache. */
    static StartUp prepare(Path home) throws IOException, InterruptedException {
        int bundles = (int) RUN_BUNDLE.matcher(Files.readString(home.resolve("conf/base.bndrun"))).results().count();
        StartUp made = new StartUp(home, trainedCache(home), Files.createTempDirectory("dmabuf-bench"), bundles);
        Path jars = Files.createDirectory(made.folder.resolve("bundles"));
        for (int i = 0; i < bundles; i++) {
            emptyBundle(jars.resolve("empty" + i + ".jar"), "empty" + i);
        }
        List<String> training = made.java("-XX:AOTCacheOutput=" + made.bareCache);
        training.addAll(made.bareArguments());
        Programs.run(training);
        return made;
    }

    int bundles() {
        return bundles;
    }

    Probe ours() {
        return new StartUpProbe(() -> {
            List<String> command = java("-XX:AOTCache=" + cache);
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
            List<String> command = java("-XX:AOTCache=" + bareCache);
            command.addAll(bareArguments());
            return command;
        });
    }

    private List<String> bareArguments() {
        try {
            Path storage = Files.createTempDirectory(folder, "storage");
            String path = home.resolve("lib/org.apache.felix.framework.jar") + ":" + home.resolve("bench/dmabuf.bench.jar");
            return List.of("-cp", path, BareFelix.class.getName(), folder.resolve("bundles").toString(), storage.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The options with which {@code ./dmabuf} starts a verb that lists. */
    private List<String> java(String cacheOption) {
        return new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                cacheOption,
                "-Xlog:disable",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
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
    private static String classPath(Path lib) {
        try (Stream<Path> jars = Files.list(lib)) {
            return String.join(":", jars.map(Path::toString).sorted().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
