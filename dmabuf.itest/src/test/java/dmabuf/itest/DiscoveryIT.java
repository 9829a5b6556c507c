package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.Caching;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.NoSourceException;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.itest.container.InContainer;
import dmabuf.spi.Exporter;
import java.io.IOException;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** Exporters come, and importers find them by what they can do. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class DiscoveryIT {

    private static final String HELLO = "importer.hello.HelloImporter";

    private final BundleContext context;
    private final Deployment deployment;

    DiscoveryIT(BundleContext context) throws IOException {
        this.context = context;
        this.deployment = new Deployment(context).onSimulatedDevices();
    }

    @BeforeEach
    void nothingIsThereYet() {
        assertEquals(List.of(), deployment.sources(""));
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
    }

    @Test
    void installedExporterIsDiscoveredAndMapped() throws Exception {
        Bundle exporter = deployment.install("exporter.udmabuf");
        BufferSource source = deployment.source("(dmabuf.caching=cached)");

        try (DmaBuf buffer = source.export(ExportRequest.ofSize(8192).withName("itest"));
                Mapping mapping = buffer.mmap()) {
            assertEquals(BufferState.ACTIVE, buffer.state());
            assertEquals(8192, buffer.size());
            assertEquals(Caching.CACHED, buffer.policy().caching());
            Contents.write(mapping, 1);
            Contents.assertWritten(mapping, 1);
        }
        ExporterProperties properties = source.properties();
        assertEquals("udmabuf", properties.exporter());
        assertEquals("/dev/udmabuf", properties.device());
        assertTrue(properties.generation() >= 1);
        assertEquals(exporter.getSymbolicName(), properties.bundle());
        assertEquals(exporter.getVersion().toString(), properties.bundleVersion());
    }

    @Test
    void importerWithNothingButAFilterFindsTheExporter() throws Exception {
        deployment.install("exporter.udmabuf");
        deployment.install("importer.hello");
        assertEquals("Hello from a dma-buf", greeting(awaitHello()));
    }

    @Test
    void importerThatComesFirstWaitsForTheExporter() throws Exception {
        Bundle importer = deployment.install("importer.hello");
        assertEquals(Bundle.ACTIVE, importer.getState());
        assertTrue(hello().isEmpty());

        deployment.install("exporter.udmabuf");
        assertEquals("Hello from a dma-buf", greeting(awaitHello()));
    }

    @Test
    void importerGoesWithTheExporterAndComesAgain() throws Exception {
        Bundle exporter = deployment.install("exporter.udmabuf");
        deployment.install("importer.hello");
        awaitHello();

        exporter.stop();
        Await.until("leaving of the importer", () -> hello().isEmpty());
        exporter.start();
        awaitHello();
    }

    @Test
    void serviceHasThePropertiesOfTheExporterAndWhatTheCoreAdds() throws Exception {
        deployment.install("exporter.udmabuf");
        BufferSource source = deployment.source(
                "(&(dmabuf.mmap=true)(dmabuf.sync=true)(dmabuf.max.size>=4096)(dmabuf.kernel=*)(dmabuf.generation>=1))");
        ServiceReference<BufferSource> reference = deployment.sources("").getFirst();
        Map<String, Object> properties = new HashMap<>();
        for (String key : reference.getPropertyKeys()) {
            properties.put(key, reference.getProperty(key));
        }
        assertEquals(source.properties().toString(), ExporterProperties.of(properties).toString());
        assertEquals(source.properties().bundleVersion(), properties.get(ExporterProperties.BUNDLE_VERSION));
    }

    @ParameterizedTest
    @EnumSource(value = Caching.class, names = "CACHED", mode = EnumSource.Mode.EXCLUDE)
    void exporterThatCannotDoWhatIsAskedIsRefusedWithTheReason(Caching caching) throws Exception {
        deployment.install("exporter.udmabuf");
        deployment.source("(dmabuf.caching=cached)");

        assertEquals(List.of(), deployment.sources("(dmabuf.caching=" + caching.property() + ")"));
        NoSourceException refusal = assertThrows(
                NoSourceException.class, () -> deployment.dmaBufs().select(Requirements.none().caching(caching)).source());
        assertEquals(Errno.ENODEV, refusal.errno());
        assertEquals("caching is cached, needed is " + caching.property(), refusal.refusals().getFirst().reason());
    }

    @Test
    void exporterWithTheHigherRankingIsChosen() throws Exception {
        Bundle bundle = deployment.installEmpty("exporter.itest");
        deployment.register(bundle, "lower", deployment.workingExporter(), 1);
        deployment.register(bundle, "higher", deployment.workingExporter(), 2);
        deployment.source("(dmabuf.exporter=lower)");

        assertEquals("higher", deployment.dmaBufs().select(Requirements.none()).source().properties().exporter());
        assertEquals("higher", deployment.source("").properties().exporter());
    }

    @Test
    void exporterThatThrowsIsReportedAndHarmsNoOther() throws Exception {
        assertFaultIsReported(
                request -> {
                    throw new IllegalStateException("out of order");
                },
                "out of order");
    }

    @Test
    void exporterThatReturnsNullIsReportedAndHarmsNoOther() throws Exception {
        assertFaultIsReported(request -> null, "returned null");
    }

    @Test
    void exporterThatFailsToLinkIsReportedAndHarmsNoOther() throws Exception {
        assertFaultIsReported(
                request -> {
                    throw new NoClassDefFoundError("a/missing/Thing");
                },
                "a/missing/Thing");
    }

    private void assertFaultIsReported(Exporter faulty, String reason) throws Exception {
        Bundle bundle = deployment.installEmpty("exporter.itest");
        deployment.register(bundle, "faulty", faulty, 10);
        deployment.install("exporter.udmabuf");
        deployment.source(Deployment.UDMABUF);
        BufferSource source = deployment.source("(dmabuf.exporter=faulty)");

        try (LogCapture log = LogCapture.of("dmabuf.core")) {
            DmaBufException failure = assertThrows(DmaBufException.class, () -> source.export(ExportRequest.ofSize(4096)));
            assertEquals(Errno.EIO, failure.errno());
            assertTrue(failure.getMessage().contains("faulty on /dev/udmabuf"), failure.getMessage());
            assertTrue(failure.getMessage().contains(reason), failure.getMessage());
            assertEquals(null, failure.getCause(), "a cause would keep the exporter's classes");
            assertFalse(log.keepsThrowables());
            assertTrue(
                    log.warnings().stream().anyMatch(line -> line.contains("faulty on /dev/udmabuf") && line.contains(reason)),
                    () -> log.warnings().toString());
        }
        try (DmaBuf buffer = deployment.source(Deployment.UDMABUF).export(ExportRequest.ofSize(4096))) {
            assertEquals(BufferState.ACTIVE, buffer.state());
        }
    }

    @Test
    void exporterWithoutItsPropertiesIsReportedAndIgnored() throws Exception {
        Bundle bundle = deployment.installEmpty("exporter.itest");
        Dictionary<String, Object> incomplete = new Hashtable<>();
        incomplete.put(ExporterProperties.EXPORTER, "nameless");
        try (LogCapture log = LogCapture.of("dmabuf.core")) {
            bundle.getBundleContext().registerService(Exporter.class, deployment.workingExporter(), incomplete);
            Await.until("warning", () -> log.warnings().stream()
                    .anyMatch(line -> line.contains("exporter.itest") && line.contains(ExporterProperties.DEVICE)));
        }
        assertEquals(List.of(), deployment.sources(""));
    }

    /** The class is private to its bundle, so its service is found by name and asked by reflection. */
    private Optional<Object> hello() {
        try {
            ServiceReference<?>[] references = context.getAllServiceReferences(HELLO, null);
            return references == null ? Optional.empty() : Optional.ofNullable(context.getService(references[0]));
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private Object awaitHello() {
        return Await.found("importer", () -> hello().orElse(null));
    }

    private static String greeting(Object hello) throws ReflectiveOperationException {
        return (String) hello.getClass().getMethod("greeting").invoke(hello);
    }
}
