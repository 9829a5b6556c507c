package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferInfo;
import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.itest.container.InContainer;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/** Somebody forgets to close: the core says who, on request where, and gives back what was lost. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class LeakIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ExportRequest REQUEST = ExportRequest.ofSize(8192).withName("forgotten");

    private final Deployment deployment;

    LeakIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @AfterEach
    void undeploy() throws Exception {
        System.clearProperty(BoundExporter.RELEASED);
        deployment.close();
    }

    /** Makes a buffer and a mapping, and closes neither. */
    private static void lose(BufferSource source) {
        Mapping mapping = source.export(REQUEST).mmap();
        assertEquals(8192, mapping.length());
    }

    private List<String> awaitReports(LogCapture log, int count) {
        Await.until(count + " reports, and an empty census", PATIENCE, () -> {
            System.gc();
            return log.warnings().size() >= count && deployment.dmaBufs().census().isEmpty();
        });
        return log.warnings();
    }

    @Test
    void bufferAndMappingAreReportedOnceEachAndGivenBack() throws Exception {
        deployment.onSimulatedDevices().install("exporter.udmabuf");
        BufferSource source = deployment.source(Deployment.UDMABUF);
        try (LogCapture log = LogCapture.of("dmabuf.core")) {
            lose(source);
            List<String> said = awaitReports(log, 2);
            assertEquals(2, said.size(), said::toString);
            for (String what : List.of("handle on ", "mapping of ")) {
                assertEquals(1, said.stream().filter(line -> line.startsWith(what + "buffer \"forgotten\" ")).count(), said::toString);
            }
            assertTrue(said.stream().allMatch(line -> line.contains("udmabuf on /dev/udmabuf (simulated) generation ")), said::toString);
            assertTrue(said.stream().allMatch(line -> line.contains("set traceLeaks in the configuration dmabuf.core")), said::toString);
        }
    }

    @Test
    void traceLeaksSaysWhereToTheLogAndToTheCensus() throws Exception {
        deployment.onSimulatedDevices().install("exporter.udmabuf");
        BufferSource source = deployment.source(Deployment.UDMABUF);
        deployment.configure("dmabuf.core", Map.of("traceLeaks", true));
        Await.until("traces", () -> isTraced(source));
        String here = "\n    at " + LeakIT.class.getName() + ".lose(LeakIT.java:";
        try (LogCapture log = LogCapture.of("dmabuf.core")) {
            lose(source);
            List<String> said = awaitReports(log, 2);
            assertEquals(2, said.stream().filter(line -> line.contains("\n  made" + here)).count(), said::toString);
            assertFalse(log.keepsThrowables());
        }
        deployment.configure("dmabuf.core", Map.of("traceLeaks", false));
        Await.until("no traces", () -> !isTraced(source));
    }

    private boolean isTraced(BufferSource source) {
        try (DmaBuf buffer = source.export(REQUEST)) {
            BufferInfo line = deployment.dmaBufs().census().getFirst();
            assertEquals(buffer.id(), line.id());
            return !line.traces().isEmpty();
        }
    }

    @Test
    void exporterWhoseBufferWasLostIsReleasedAndItsClassLoaderGoes() throws Exception {
        Bundle bundle = deployment.installBound();
        WeakReference<ClassLoader> loader = new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
        try (LogCapture log = LogCapture.of("dmabuf.core")) {
            lose(deployment.source("(dmabuf.exporter=bound)"));
            bundle.uninstall();
            deployment.refresh(bundle);
            awaitReports(log, 2);
        }
        Await.until("collection of the exporter's class loader", PATIENCE, () -> {
            System.gc();
            return loader.get() == null;
        });
        assertEquals("released 8192 ", System.getProperty(BoundExporter.RELEASED));
    }
}
