package dmabuf.tck.exporter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A framework with a component runtime, in which exporter bundles are tried. The contract is not deployed: the framework exports those
 * packages from the class path of the test, so that test and bundle speak of the same types.
 */
final class Container implements AutoCloseable {

    private static final String COMPONENT_RUNTIME = "org.apache.felix.scr";
    private static final int PATIENCE_MILLIS = 20_000;

    private final Path storage;
    private final Framework framework;

    Container() {
        try {
            storage = Files.createTempDirectory("dmabuf-tck");
            Map<String, String> configuration = new HashMap<>();
            configuration.put(Constants.FRAMEWORK_STORAGE, storage.resolve("bundles").toString());
            configuration.put("felix.log.level", "0");
            List<String> exports = new ArrayList<>();
            URI runtime = readClassPath(exports);
            configuration.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, String.join(",", exports));
            framework = ServiceLoader.load(FrameworkFactory.class)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "no OSGi framework on the class path of the test: add org.apache.felix.framework to its dependencies"))
                    .newFramework(configuration);
            framework.start();
            context().installBundle(runtime.toString()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (BundleException e) {
            throw new IllegalStateException("the framework of the test does not start: " + e.getMessage(), e);
        }
    }

    /** Finds the component runtime, and collects what the bundles on the class path export. */
    private static URI readClassPath(List<String> exports) throws IOException {
        URI runtime = null;
        for (URL url : Collections.list(Container.class.getClassLoader().getResources("META-INF/MANIFEST.MF"))) {
            Attributes headers;
            try (InputStream in = url.openStream()) {
                headers = new Manifest(in).getMainAttributes();
            }
            String name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME);
            String exported = headers.getValue(Constants.EXPORT_PACKAGE);
            if (name != null && name.split(";")[0].equals(COMPONENT_RUNTIME)) {
                String place = url.toString();
                runtime = URI.create(place.substring("jar:".length(), place.indexOf("!/")));
            } else if (name != null && exported != null && !name.startsWith("org.apache.felix.") && !isOfTheFramework(name)) {
                exports.addAll(versioned(exported));
            }
        }
        if (runtime == null) {
            throw new IllegalStateException("no component runtime on the class path of the test: add " + COMPONENT_RUNTIME + " to its"
                    + " dependencies");
        }
        return runtime;
    }

    private static boolean isOfTheFramework(String bundle) {
        return List.of("org.osgi.framework", "org.osgi.resource", "org.osgi.dto", "org.osgi.util.tracker",
                "org.osgi.core").contains(bundle);
    }

    private static List<String> versioned(String exported) {
        List<String> clauses = new ArrayList<>();
        new Clauses(exported).versions().forEach((name,
                version) -> clauses.add(name + ";version=\"" + (version == null ? "0" : version) + "\""));
        return clauses;
    }

    /** The eyes of somebody who is not the exporter. */
    BundleContext context() {
        return framework.getBundleContext();
    }

    Bundle install(Path jar) throws BundleException, IOException {
        // A stream has no address: the same jar can be installed again, as if it were another.
        try (InputStream in = Files.newInputStream(jar)) {
            return context().installBundle("tck:" + jar.getFileName() + "-" + System.nanoTime(), in);
        }
    }

    /** Cuts the last threads between the framework and bundles that were uninstalled. */
    void refresh(Bundle bundle) {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> refreshed.countDown());
        Patience.await(refreshed, PATIENCE_MILLIS, "the framework refreshes the uninstalled bundle");
    }

    @Override
    public void close() throws BundleException, IOException {
        framework.stop();
        try {
            framework.waitForStop(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(storage)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
