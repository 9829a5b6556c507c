package dmabuf.dist;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.apache.felix.framework.Felix;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A framework with bundles in it. What it writes goes to a folder of its own, which is deleted when it is closed. Thread-safe: a shutdown
 * hook closes it as well.
 */
final class Container implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Container.class.getName());
    private static final long STOP_MILLIS = 10_000;

    private final TemporaryFolder folder;
    private final Felix framework;
    /** What runs now, if it has to be told to end before the framework stops. */
    private volatile AutoCloseable running;
    private boolean closed;

    private Container(TemporaryFolder folder, Felix framework) {
        this.folder = folder;
        this.framework = framework;
    }

    /**
     * Prepares a framework, with nothing in it yet.
     *
     * @param properties of the framework
     * @param configurations for Config Admin
     * @return the container, which the caller closes
     */
    static Container create(Map<String, String> properties, Configurations configurations) throws BundleException {
        TemporaryFolder folder = TemporaryFolder.create();
        try {
            Path seeded = folder.path().resolve("configuration");
            configurations.write(seeded);
            Map<String, Object> all = new HashMap<>(properties);
            all.put(Constants.FRAMEWORK_STORAGE, folder.path().resolve("cache").toString());
            all.put("felix.cm.dir", seeded.toString());
            all.put("felix.fileinstall.tmpdir", folder.path().resolve("fileinstall").toString());
            all.put("felix.log.logger", new FrameworkLog());
            Felix framework = new Felix(all);
            framework.init();
            return new Container(folder, framework);
        } catch (BundleException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** Reads the framework's properties. */
    static Map<String, String> properties(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
        Map<String, String> map = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> map.put(key, properties.getProperty(key)));
        return map;
    }

    /**
     * Installs jars where they lie, without copying them, resolves them all at once, and starts them in order. When this returns, what they
     * register is there. That they are started is not written down: what is written goes away with this container.
     */
    void start(Collection<Path> jars) throws BundleException {
        BundleContext context = framework.getBundleContext();
        List<Bundle> bundles = new ArrayList<>();
        for (Path jar : jars) {
            bundles.add(context.installBundle("reference:" + jar.toUri()));
        }
        framework.start();
        // One that does not resolve says why when it is started.
        framework.adapt(FrameworkWiring.class).resolveBundles(bundles);
        for (Bundle bundle : bundles) {
            if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
                bundle.start(Bundle.START_ACTIVATION_POLICY | Bundle.START_TRANSIENT);
            }
        }
    }

    /** Runs the verb of this name, which a bundle has registered. One that is AutoCloseable is closed before the framework stops. */
    int run(String verb, List<String> arguments) {
        BundleContext context = framework.getBundleContext();
        try {
            Collection<? extends ServiceReference<?>> found =
                    context.getServiceReferences(ToIntFunction.class, "(dmabuf.verb=" + verb + ")");
            if (found.isEmpty()) {
                throw new IllegalStateException("no bundle offers the verb " + verb + "; bundles that did not start: " + notStarted());
            }
            ServiceReference<?> reference = found.iterator().next();
            @SuppressWarnings("unchecked")
            ToIntFunction<String[]> service = (ToIntFunction<String[]>) context.getService(reference);
            running = service instanceof AutoCloseable closeable ? closeable : null;
            return service.applyAsInt(arguments.toArray(String[]::new));
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException("not a verb: " + verb, e);
        } finally {
            running = null;
        }
    }

    private Set<String> notStarted() {
        Set<String> names = new TreeSet<>();
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            if (bundle.getState() != Bundle.ACTIVE) {
                names.add(bundle.getSymbolicName());
            }
        }
        return names;
    }

    /** Waits until somebody stops the framework. */
    void await() throws InterruptedException {
        framework.waitForStop(0);
    }

    /**
     * Stops the framework and waits for it, then deletes what it wrote. The second and later calls only wait for the first: a verb that a
     * signal ends and the shutdown hook both come here.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        endVerb();
        try {
            framework.stop();
            framework.waitForStop(STOP_MILLIS);
        } catch (BundleException e) {
            throw new IllegalStateException("the framework does not stop: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            folder.close();
        }
    }

    /** The component runtime takes everything away at the first word of the framework's end; who needs its services ends before. */
    private void endVerb() {
        AutoCloseable verb = running;
        try {
            if (verb != null) {
                verb.close();
            }
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "the verb does not end: {0}", e.toString());
        }
    }
}
