package dmabuf.itest;

import dmabuf.itest.container.ContainerJars;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A framework with the platform, an exporter, and importers of each kind, seen from outside. For what a container of Pax Exam cannot
 * bear, since its tests are bundles too: the end of the framework, and of the bundle with the system calls.
 */
final class OwnFramework implements AutoCloseable {

    static final long PATIENCE_MILLIS = 60_000;
    static final List<String> IMPORTERS = List.of("reference", "tracker", "facade");

    private static final List<String> PLATFORM = List.of(
            "org.osgi.util.function", "org.osgi.util.promise", "org.osgi.service.component", "org.apache.felix.configadmin",
            "org.apache.felix.scr", "iosys.map", "dmabuf.api", "dmabuf.linux", "dmabuf.sim", "dmabuf.core");

    private final Framework framework;

    /**
     * Starts one.
     *
     * @param folder an empty one, for the framework
     * @param filter which source importers take
     */
    OwnFramework(Path folder, String filter) throws BundleException, IOException {
        Map<String, String> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, folder.resolve("bundles").toString());
        properties.put("felix.cm.dir", folder.resolve("configuration").toString());
        properties.put(TrackerImporter.FILTER, filter);
        framework = factory().newFramework(properties);
        framework.start();
        for (String artifact : PLATFORM) {
            install(artifact);
        }
        install("itest:configurer", Configurer.bundle());
        configure("exporter.udmabuf", Map.of("kernel", "simulated"));
        install("itest:reference", ReferenceImporter.bundle(filter));
        install("itest:tracker", TrackerImporter.bundle());
        install("itest:facade", FacadeImporter.bundle());
    }

    private static FrameworkFactory factory() {
        return ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow();
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    /** Installs and starts a jar of the build. */
    Bundle install(String artifact) throws BundleException, IOException {
        return install(ContainerJars.jar(artifact).toUri().toString(), Files.newInputStream(ContainerJars.jar(artifact)));
    }

    /** Installs and starts a bundle. */
    Bundle install(String location, InputStream jar) throws BundleException, IOException {
        try (jar) {
            Bundle bundle = context().installBundle(location, jar);
            bundle.start();
            return bundle;
        }
    }

    Bundle bundle(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName));
    }

    @SuppressWarnings("unchecked")
    void configure(String pid, Map<String, Object> values) {
        service(BiConsumer.class, "(itest=configurer)").accept(pid, values);
    }

    /** Has an importer do something, at once; says what it answers, or that it is not there. */
    String tell(String importer, String word) {
        UnaryOperator<String> service = find(UnaryOperator.class, "(importer=" + importer + ")");
        return service == null ? "not there" : service.apply(word);
    }

    /** Has an importer do something, as soon as it and an exporter are there. */
    void insist(String importer, String word) {
        String[] last = {""};
        try {
            Await.until("\"ok\" of " + importer + " to " + word, Duration.ofMillis(PATIENCE_MILLIS), () -> {
                last[0] = tell(importer, word);
                return last[0].equals("ok");
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", but: " + last[0], e);
        }
    }

    /** Gives an importer as an object, which can be held when its framework has ended. */
    UnaryOperator<String> importer(String name) {
        @SuppressWarnings("unchecked")
        UnaryOperator<String> found = service(UnaryOperator.class, "(importer=" + name + ")");
        return found;
    }

    /** Waits for a service of a type of the JDK's. */
    <T> T service(Class<T> type, String filter) {
        return Await.found(type.getName() + " " + filter, Duration.ofMillis(PATIENCE_MILLIS), () -> find(type, filter));
    }

    @SuppressWarnings("unchecked")
    private <T, S extends T> S find(Class<T> type, String filter) {
        try {
            Collection<ServiceReference<T>> found = context().getServiceReferences(type, filter);
            return found.isEmpty() ? null : (S) context().getService(found.iterator().next());
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private ServiceReference<?>[] sources(String filter) {
        try {
            ServiceReference<?>[] found = context().getAllServiceReferences("dmabuf.api.BufferSource", filter);
            return found == null ? new ServiceReference<?>[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Gives the id of the service that is a source, of which there is one: another one has another id. */
    long sourceId(String filter) {
        ServiceReference<?>[] found = sources(filter);
        if (found.length != 1) {
            throw new AssertionError("not one source, but " + Arrays.toString(found));
        }
        return (long) found[0].getProperty(Constants.SERVICE_ID);
    }

    void awaitNoSource(String filter) {
        Await.until("withdrawal of " + filter, Duration.ofMillis(PATIENCE_MILLIS), () -> sources(filter).length == 0);
    }

    void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(Set.of(bundle), event -> done.countDown());
        await(done, "the framework refreshed " + bundle);
    }

    void startLevel(int level) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        framework.adapt(FrameworkStartLevel.class).setStartLevel(level, event -> done.countDown());
        await(done, "the framework reached start level " + level);
    }

    int startLevel() {
        return framework.adapt(FrameworkStartLevel.class).getStartLevel();
    }

    private static void await(CountDownLatch done, String what) throws InterruptedException {
        if (!done.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("not in time: " + what);
        }
    }

    /** Stops the framework, and waits until it has. */
    void shutDown() throws BundleException, InterruptedException {
        framework.stop();
        FrameworkEvent event = framework.waitForStop(PATIENCE_MILLIS);
        if (event.getType() != FrameworkEvent.STOPPED) {
            throw new AssertionError("the framework did not stop within " + PATIENCE_MILLIS + " ms, but gave event " + event.getType());
        }
    }

    @Override
    public void close() throws BundleException {
        try {
            shutDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
