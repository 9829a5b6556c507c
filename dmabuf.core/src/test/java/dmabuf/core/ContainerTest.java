package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Requirements;
import dmabuf.fd.KernelKind;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.annotation.Annotation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/** The wiring in a bare framework: no component runtime, bundles without code, services registered by the test on their behalf. */
class ContainerTest {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE);

    @TempDir
    private Path cache;

    private final Rig rig = new Rig();
    private Framework framework;
    private Bundle coreBundle;
    private Bundle driver;
    private CoreComponent component;

    @BeforeEach
    void startFramework() throws Exception {
        Map<String, String> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, cache.toString());
        configuration.put("felix.log.level", "0");
        framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(configuration);
        framework.start();
        coreBundle = install("core", "1.0.0");
        driver = install("driver", "2.3.4");
        component = startCore(2000);
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        if (component != null) {
            component.stop();
        }
        framework.stop();
        framework.waitForStop(20_000);
        rig.close();
    }

    private CoreComponent startCore(int drainMillis) {
        return new CoreComponent(coreBundle.getBundleContext(), config(drainMillis));
    }

    private static CoreConfig config(int drainMillis) {
        return new CoreConfig() {
            @Override
            public int drainTimeoutMillis() {
                return drainMillis;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return CoreConfig.class;
            }
        };
    }

    private Bundle install(String name, String version) throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, name);
        headers.putValue(Constants.BUNDLE_VERSION, version);
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        Bundle bundle = framework.getBundleContext().installBundle("memory:" + name, new ByteArrayInputStream(jar.toByteArray()));
        bundle.start();
        return bundle;
    }

    private ServiceRegistration<Exporter> register(String name) {
        return register(rig.exporter, TestExporter.properties(name).toDictionary());
    }

    private ServiceRegistration<Exporter> register(Exporter exporter, Dictionary<String, Object> properties) {
        return driver.getBundleContext().registerService(Exporter.class, exporter, properties);
    }

    /** An exporter that stays inside its call until it is told to return. */
    private final class Stuck implements Exporter {

        final CountDownLatch inside = new CountDownLatch(1);
        final CountDownLatch mayReturn = new CountDownLatch(1);

        @Override
        public ExportedBuffer export(ExportRequest request) {
            inside.countDown();
            waitFor(mayReturn);
            return rig.exporter.export(request);
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void onItsOwnThread(Runnable task) {
        Thread.ofPlatform().start(task);
    }

    private BundleContext observer() {
        return framework.getBundleContext();
    }

    private List<ServiceReference<BufferSource>> sources(String filter) throws Exception {
        Collection<ServiceReference<BufferSource>> found = observer().getServiceReferences(BufferSource.class, filter);
        return new ArrayList<>(found);
    }

    private DmaBufs dmaBufs() {
        return observer().getService(observer().getServiceReference(DmaBufs.class));
    }

    @Test
    void exporterBecomesASourceWithItsPropertiesAndThoseOfTheCore() throws Exception {
        Dictionary<String, Object> properties = TestExporter.properties("one").toDictionary();
        properties.put(Constants.SERVICE_RANKING, 7);
        properties.put("vendor.colour", "blue");
        properties.put("vendor.codecs", new String[] {"h264"});
        properties.put("vendor.object", new Object());
        properties.put("component.name", "driver.Component");
        register(rig.exporter, properties);
        ServiceReference<BufferSource> source = sources("(dmabuf.caching=cached)").getFirst();
        assertEquals("one", source.getProperty(ExporterProperties.EXPORTER));
        assertEquals(1L, source.getProperty(ExporterProperties.GENERATION));
        assertEquals("driver", source.getProperty(ExporterProperties.BUNDLE));
        assertEquals("2.3.4", source.getProperty(ExporterProperties.BUNDLE_VERSION));
        assertEquals(7, source.getProperty(Constants.SERVICE_RANKING));
        assertEquals("blue", source.getProperty("vendor.colour"));
        assertArrayEquals(new String[] {"h264"}, (String[]) source.getProperty("vendor.codecs"));
        assertNull(source.getProperty("vendor.object"), "a class of the exporter's, for all that is known");
        assertNull(source.getProperty("component.name"));
        assertEquals(coreBundle, source.getBundle());
        try (DmaBuf buffer = observer().getService(source).export(REQUEST)) {
            assertEquals("one on /dev/one generation 1", buffer.origin());
        }
    }

    @Test
    void realSourceOutranksSimulatedOnesWhateverTheirRankings() throws Exception {
        Dictionary<String, Object> simulated = TestExporter.properties("sim", KernelKind.SIMULATED).toDictionary();
        simulated.put(Constants.SERVICE_RANKING, Integer.MAX_VALUE);
        register(rig.exporter, simulated);
        Dictionary<String, Object> real = TestExporter.properties("real").toDictionary();
        real.put(Constants.SERVICE_RANKING, Integer.MIN_VALUE);
        register(rig.exporter, real);
        assertEquals("real", observer().getServiceReference(BufferSource.class).getProperty(ExporterProperties.EXPORTER));
        assertEquals("real", dmaBufs().sources().getFirst().properties().exporter());
    }

    @Test
    void exporterThatIsThereBeforeTheCoreIsFound() throws Exception {
        component.stop();
        register("early");
        assertEquals(List.of(), sources(null));
        component = startCore(2000);
        assertEquals(1, sources("(dmabuf.exporter=early)").size());
    }

    @Test
    void exporterWithWrongPropertiesIsReportedByNameAndIgnoredUntilTheyAreRight() throws Exception {
        Dictionary<String, Object> properties = TestExporter.properties("crooked").toDictionary();
        properties.put(ExporterProperties.MAX_SIZE, "lots");
        ServiceRegistration<Exporter> registration = register(rig.exporter, properties);
        assertEquals(List.of(), sources(null));
        String warning = rig.log.at(Level.WARNING).getFirst();
        for (String word : List.of("crooked", "driver 2.3.4", ExporterProperties.MAX_SIZE)) {
            assertTrue(warning.contains(word), warning);
        }
        registration.setProperties(TestExporter.properties("crooked").toDictionary());
        assertEquals(1, sources("(dmabuf.exporter=crooked)").size());
        properties = TestExporter.properties("crooked").toDictionary();
        properties.remove(ExporterProperties.KERNEL);
        registration.setProperties(properties);
        assertEquals(List.of(), sources(null));
        registration.unregister();
    }

    @Test
    void changeOfPropertiesReachesTheSource() throws Exception {
        ServiceRegistration<Exporter> registration = register("one");
        Dictionary<String, Object> properties =
                TestExporter.properties("one").toBuilder().maxSize(PAGE).build().toDictionary();
        properties.put(Constants.SERVICE_RANKING, 3);
        registration.setProperties(properties);
        ServiceReference<BufferSource> source = sources("(dmabuf.max.size=" + PAGE + ")").getFirst();
        assertEquals(3, source.getProperty(Constants.SERVICE_RANKING));
        assertEquals(1L, source.getProperty(ExporterProperties.GENERATION));
        assertEquals(PAGE, observer().getService(source).properties().maxSize());
        assertEquals("driver", observer().getService(source).properties().bundle());
    }

    @Test
    void exporterThatTurnsIntoAnotherIsANewSource() throws Exception {
        ServiceRegistration<Exporter> registration = register("one");
        BufferSource one = dmaBufs().sources().getFirst();
        registration.setProperties(TestExporter.properties("two").toDictionary());
        assertEquals(List.of(), sources("(dmabuf.exporter=one)"));
        assertEquals(1, sources("(dmabuf.exporter=two)").size());
        assertThrows(ExporterGoneException.class, () -> one.export(REQUEST));
        dmaBufs().sources().getFirst().export(REQUEST).close();
        registration.unregister();
        assertEquals(List.of(), sources(null));
    }

    @Test
    void sourceIsGoneWhenTheUnregisteringOfItsExporterReturns() throws Exception {
        List<String> gone = new CopyOnWriteArrayList<>();
        observer().addServiceListener(event -> {
            if (event.getType() == ServiceEvent.UNREGISTERING) {
                gone.add(((String[]) event.getServiceReference().getProperty(Constants.OBJECTCLASS))[0]);
            }
        });
        register("one").unregister();
        assertTrue(gone.contains(BufferSource.class.getName()), gone::toString);
        assertEquals(List.of(), sources(null));
        assertEquals(List.of(), dmaBufs().sources());
    }

    @Test
    void stoppingTheBundleOrphansItsBuffersAndTakesEverySourceBeforeTheActivatorStops() throws Exception {
        register("one");
        register("two");
        try (DmaBuf buffer = dmaBufs().export(Requirements.none().exporter("one"), REQUEST)) {
            List<Integer> sourcesAtStop = new ArrayList<>();
            List<BufferState> stateAtStop = new ArrayList<>();
            // Comes after the core's own listener, as an activator or component would.
            SynchronousBundleListener later = event -> {
                if (event.getType() == BundleEvent.STOPPING && event.getBundle() == driver) {
                    sourcesAtStop.add(dmaBufs().sources().size());
                    stateAtStop.add(buffer.state());
                }
            };
            coreBundle.getBundleContext().addBundleListener(later);
            driver.stop();
            assertEquals(List.of(0), sourcesAtStop);
            assertEquals(List.of(BufferState.ORPHANED), stateAtStop);
            assertEquals(List.of(), sources(null));
        }
    }

    @Test
    void bundleWhoseServicesGoOneByOneWhileItStopsIsStillDrainedAtOnce() throws Exception {
        List<ServiceRegistration<Exporter>> registrations = new CopyOnWriteArrayList<>();
        // Declarative services, when it hears of the bundle before the core does: so it listens before the core begins.
        SynchronousBundleListener runtime = event -> {
            if (event.getType() == BundleEvent.STOPPING && event.getBundle() == driver) {
                registrations.forEach(ServiceRegistration::unregister);
            }
        };
        component.stop();
        coreBundle.getBundleContext().addBundleListener(runtime);
        component = startCore(400);
        List<Stuck> stuck = List.of(new Stuck(), new Stuck(), new Stuck());
        for (int i = 0; i < stuck.size(); i++) {
            registrations.add(register(stuck.get(i), TestExporter.properties("stuck " + i).toDictionary()));
        }
        List<CompletableFuture<DmaBuf>> calls = dmaBufs().sources().stream()
                .map(source -> CompletableFuture.supplyAsync(() -> source.export(REQUEST), ContainerTest::onItsOwnThread))
                .toList();
        stuck.forEach(each -> waitFor(each.inside));
        long begin = System.nanoTime();
        driver.stop();
        long millis = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(millis >= 400 && millis < 1150, () -> millis + " ms: one deadline of 400 ms, not one for each service");
        stuck.forEach(each -> each.mayReturn.countDown());
        for (CompletableFuture<DmaBuf> call : calls) {
            call.get(20, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void restartedBundleIsANewGeneration() throws Exception {
        register("one");
        BufferSource old = dmaBufs().sources().getFirst();
        driver.stop();
        assertThrows(ExporterGoneException.class, () -> old.export(REQUEST));
        driver.start();
        register("one");
        assertEquals(2L, sources("(dmabuf.exporter=one)").getFirst().getProperty(ExporterProperties.GENERATION));
    }

    @Test
    void bundleThatStopsASecondTimeHasADeadlineOfItsOwn() throws Exception {
        component.configure(config(0));
        register("one");
        driver.stop();
        driver.start();
        component.configure(config(4000));
        Stuck stuck = new Stuck();
        register(stuck, TestExporter.properties("stuck").toDictionary());
        BufferSource source = dmaBufs().sources().getFirst();
        CompletableFuture<DmaBuf> call =
                CompletableFuture.supplyAsync(() -> source.export(REQUEST), ContainerTest::onItsOwnThread);
        waitFor(stuck.inside);
        CompletableFuture<Void> stop = CompletableFuture.runAsync(
                () -> {
                    try {
                        driver.stop();
                    } catch (BundleException e) {
                        throw new AssertionError(e);
                    }
                },
                ContainerTest::onItsOwnThread);
        Rig.await("it begins to stop", () -> dmaBufs().sources().isEmpty());
        stuck.mayReturn.countDown();
        stop.get(20, TimeUnit.SECONDS);
        call.get(20, TimeUnit.SECONDS).close();
        assertEquals(List.of(), rig.log.at(Level.WARNING), "the time of the first stop was over long ago");
    }

    @Test
    void stoppingTheCoreTakesItsServicesAndLeavesTheBuffers() throws Exception {
        register("one");
        DmaBufs core = dmaBufs();
        try (DmaBuf buffer = core.export(Requirements.none(), REQUEST)) {
            component.stop();
            component = null;
            assertNull(observer().getServiceReference(DmaBufs.class));
            assertEquals(List.of(), sources(null));
            assertNull(driver.getRegisteredServices()[0].getUsingBundles(), "the exporter's service is let go");
            assertThrows(ExporterGoneException.class, () -> core.export(Requirements.none(), REQUEST));
            buffer.mmap().close();
            assertEquals(1, core.census().size());
        }
    }

    @Test
    void frameworkThatStopsEverythingAtOnceLeavesNothing() throws Exception {
        register("one");
        DmaBuf buffer = dmaBufs().sources().getFirst().export(REQUEST);
        component = null; // Nobody stops the component: its bundle's services are taken by the framework.
        framework.stop();
        framework.waitForStop(20_000);
        assertEquals(BufferState.ORPHANED, buffer.state());
        buffer.close();
    }

    @Test
    void configurationTakesEffectWithoutARestart() throws Exception {
        ServiceReference<DmaBufs> before = observer().getServiceReference(DmaBufs.class);
        component.configure(config(0));
        Stuck stuck = new Stuck();
        register(stuck, TestExporter.properties("stuck").toDictionary());
        BufferSource source = dmaBufs().sources().getFirst();
        CompletableFuture<DmaBuf> call =
                CompletableFuture.supplyAsync(() -> source.export(REQUEST), ContainerTest::onItsOwnThread);
        waitFor(stuck.inside);
        driver.stop();
        assertFalse(call.isDone(), "a drain time of 0 waits for nobody");
        stuck.mayReturn.countDown();
        call.get(20, TimeUnit.SECONDS).close();
        assertEquals(before, observer().getServiceReference(DmaBufs.class));
    }
}
