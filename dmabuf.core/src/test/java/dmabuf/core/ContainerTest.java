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
import dmabuf.spi.Exporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Dictionary;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;

/** The wiring in a bare framework: no component runtime, bundles without code, services registered by the test on their behalf. */
class ContainerTest {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(PAGE);

    private final Rig rig = new Rig();
    private BareFramework container;
    private CoreComponent component;

    @BeforeEach
    void startFramework(@TempDir Path cache) throws Exception {
        container = new BareFramework(cache);
        component = container.startCore(2000);
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        if (component != null) {
            component.stop();
        }
        container.stop();
        rig.close();
    }

    private ServiceRegistration<Exporter> register(String name) {
        return register(rig.exporter, TestExporter.properties(name).toDictionary());
    }

    private ServiceRegistration<Exporter> register(Exporter exporter, Dictionary<String, Object> properties) {
        return container.driver.getBundleContext().registerService(Exporter.class, exporter, properties);
    }

    private BundleContext observer() {
        return container.observer();
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
        assertEquals(container.core, source.getBundle());
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
        component = container.startCore(2000);
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
                if (event.getType() == BundleEvent.STOPPING && event.getBundle() == container.driver) {
                    sourcesAtStop.add(dmaBufs().sources().size());
                    stateAtStop.add(buffer.state());
                }
            };
            container.core.getBundleContext().addBundleListener(later);
            container.driver.stop();
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
            if (event.getType() == BundleEvent.STOPPING && event.getBundle() == container.driver) {
                registrations.forEach(ServiceRegistration::unregister);
            }
        };
        component.stop();
        container.core.getBundleContext().addBundleListener(runtime);
        component = container.startCore(400);
        List<HeldExporter> held = new ArrayList<>();
        List<CompletableFuture<DmaBuf>> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            HeldExporter each = new HeldExporter(rig.exporter);
            registrations.add(register(each, TestExporter.properties("held " + i).toDictionary()));
            held.add(each);
            calls.add(each.call(dmaBufs().sources().getLast()));
        }
        long begin = System.nanoTime();
        container.driver.stop();
        long millis = (System.nanoTime() - begin) / 1_000_000;
        assertTrue(millis >= 400 && millis < 1900, () -> millis + " ms: one deadline of 400 ms, not one for each service");
        held.forEach(HeldExporter::letGo);
        for (CompletableFuture<DmaBuf> call : calls) {
            HeldExporter.get(call).close();
        }
    }

    @Test
    void restartedBundleIsANewGeneration() throws Exception {
        register("one");
        BufferSource old = dmaBufs().sources().getFirst();
        container.driver.stop();
        assertThrows(ExporterGoneException.class, () -> old.export(REQUEST));
        container.driver.start();
        register("one");
        assertEquals(2L, sources("(dmabuf.exporter=one)").getFirst().getProperty(ExporterProperties.GENERATION));
    }

    @Test
    void bundleThatStopsASecondTimeHasADeadlineOfItsOwn() throws Exception {
        component.configure(BareFramework.config(0));
        register("one");
        container.driver.stop();
        container.driver.start();
        component.configure(BareFramework.config(4000));
        HeldExporter held = new HeldExporter(rig.exporter);
        register(held, TestExporter.properties("held").toDictionary());
        CompletableFuture<DmaBuf> call = held.call(dmaBufs().sources().getFirst());
        CompletableFuture<Void> stop = CompletableFuture.runAsync(
                () -> {
                    try {
                        container.driver.stop();
                    } catch (BundleException e) {
                        throw new AssertionError(e);
                    }
                },
                HeldExporter::onItsOwnThread);
        Rig.await("it begins to stop", () -> dmaBufs().sources().isEmpty());
        held.letGo();
        HeldExporter.get(stop);
        HeldExporter.get(call).close();
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
            assertNull(container.driver.getRegisteredServices()[0].getUsingBundles(), "the exporter's service is let go");
            assertThrows(ExporterGoneException.class, () -> core.export(Requirements.none(), REQUEST));
            buffer.mmap().close();
            assertEquals(1, core.census().size());
        }
    }

    @Test
    void frameworkThatStopsEverythingAtOnceLeavesNothing() throws Exception {
        register("one");
        CoreDmaBufs core = (CoreDmaBufs) dmaBufs();
        DmaBuf buffer = core.sources().getFirst().export(REQUEST);
        component = null; // Nobody stops the component: its bundle's services are taken by the framework.
        container.stop();
        assertEquals(BufferState.ORPHANED, buffer.state());
        buffer.close();
        core.close(); // For the thread that looks for leaks, as long as nobody says that the core has stopped.
    }

    @Test
    void configurationTakesEffectWithoutARestart() throws Exception {
        ServiceReference<DmaBufs> before = observer().getServiceReference(DmaBufs.class);
        component.configure(BareFramework.config(0));
        HeldExporter held = new HeldExporter(rig.exporter);
        register(held, TestExporter.properties("held").toDictionary());
        CompletableFuture<DmaBuf> call = held.call(dmaBufs().sources().getFirst());
        container.driver.stop();
        assertFalse(call.isDone(), "a drain time of 0 waits for nobody");
        held.letGo();
        HeldExporter.get(call).close();
        assertEquals(before, observer().getServiceReference(DmaBufs.class));
    }
}
