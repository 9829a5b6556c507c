package dmabuf.itest;

import dmabuf.api.BufferSource;
import dmabuf.api.Caching;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExporterProperties;
import dmabuf.fd.KernelKind;
import dmabuf.itest.container.ContainerJars;
import dmabuf.linux.Syscalls;
import dmabuf.spi.Exporter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Dictionary;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/** What a test deploys, and what it sees of the service registry. Closing it leaves the container as it was found. */
final class Deployment implements AutoCloseable {

    /** A filter for what the real udmabuf exporter offers. */
    static final String UDMABUF = "(dmabuf.exporter=udmabuf)";

    private final BundleContext context;
    private final Deque<Bundle> installed = new ArrayDeque<>();
    private final Set<String> configurations = new HashSet<>();

    Deployment(BundleContext context) {
        this.context = context;
    }

    /**
     * Has the udmabuf exporter take the simulated device even where there is a real one, which this user may not be permitted to open and
     * which is not alike on all machines. To be called before the exporter is installed.
     */
    Deployment onSimulatedDevices() throws IOException {
        configure("exporter.udmabuf", Map.of("kernel", "simulated"));
        return this;
    }

    /** Configures a component, through Config Admin. */
    void configure(String pid, Map<String, ?> values) throws IOException {
        configurations.add(pid);
        service(ConfigurationAdmin.class, "").getConfiguration(pid, "?").update(new Hashtable<>(values));
    }

    /** Installs and starts a jar of the build. */
    Bundle install(String artifact) throws BundleException {
        return start(context.installBundle(ContainerJars.jar(artifact).toUri().toString()));
    }

    /** Installs and starts a bundle in whose name exporters can be registered. */
    Bundle installEmpty(String symbolicName) throws BundleException, IOException {
        return start(context.installBundle("itest:" + symbolicName, EmptyBundle.of(symbolicName, "1.0.0")));
    }

    /** Installs and starts a bundle whose exporter, {@code bound}, has a part in its buffers. */
    Bundle installBound() throws BundleException, IOException {
        return start(context.installBundle("itest:bound", BoundExporter.bundle()));
    }

    private Bundle start(Bundle bundle) throws BundleException {
        installed.push(bundle);
        bundle.start();
        return bundle;
    }

    /** Registers a cached exporter on the simulated device, in the name of a bundle. */
    ServiceRegistration<Exporter> register(Bundle bundle, String name, Exporter exporter, int ranking) {
        Dictionary<String, Object> properties = properties(name).toDictionary();
        properties.put(Constants.SERVICE_RANKING, ranking);
        return bundle.getBundleContext().registerService(Exporter.class, exporter, properties);
    }

    static ExporterProperties properties(String name) {
        return ExporterProperties.builder(name, "/dev/udmabuf", KernelKind.SIMULATED)
                .caching(Caching.CACHED)
                .mmap(true)
                .build();
    }

    /** An exporter of the test's own that works. */
    Exporter workingExporter() {
        return new SimulatedUdmabuf(service(Syscalls.class, "(dmabuf.kernel=simulated)"));
    }

    /** Finds a bundle of the platform. */
    Bundle bundle(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName));
    }

    DmaBufs dmaBufs() {
        return service(DmaBufs.class, "");
    }

    /** Waits for a source. */
    BufferSource source(String filter) {
        return service(BufferSource.class, filter);
    }

    /** Waits for a service. What is got is not given back: it goes when the bundle of the tests does. */
    <T> T service(Class<T> type, String filter) {
        return Await.found(
                "service " + type.getName() + " " + filter,
                () -> references(type, filter).stream().findFirst().map(context::getService).orElse(null));
    }

    /** Lists the services that are there now, the best first. */
    <T> List<ServiceReference<T>> references(Class<T> type, String filter) {
        try {
            Collection<ServiceReference<T>> found = context.getServiceReferences(type, filter.isEmpty() ? null : filter);
            return found.stream().sorted((one, other) -> other.compareTo(one)).toList();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    List<ServiceReference<BufferSource>> sources(String filter) {
        return references(BufferSource.class, filter);
    }

    void awaitNoSource(String filter) {
        Await.until("withdrawal of " + filter, () -> sources(filter).isEmpty());
    }

    /** Has the framework let go of bundles that were updated or uninstalled, and waits until it has. */
    void refresh(Bundle... bundles) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(Set.of(bundles), event -> done.countDown());
        if (!done.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the framework did not refresh " + Arrays.toString(bundles));
        }
    }

    @Override
    public void close() throws BundleException, IOException {
        while (!installed.isEmpty()) {
            // A test may have uninstalled it, and may have installed it anew.
            Bundle bundle = context.getBundle(installed.pop().getLocation());
            if (bundle != null) {
                bundle.uninstall();
            }
        }
        for (String pid : configurations) {
            service(ConfigurationAdmin.class, "").getConfiguration(pid, "?").delete();
        }
        configurations.clear();
        for (String symbolicName : List.of("dmabuf.linux", "dmabuf.sim", "dmabuf.core")) {
            bundle(symbolicName).start();
        }
    }
}
