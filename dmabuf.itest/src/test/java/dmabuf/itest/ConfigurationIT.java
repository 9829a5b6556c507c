package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Mapping;
import dmabuf.fd.Errno;
import dmabuf.itest.container.InContainer;
import dmabuf.itest.container.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.metatype.MetaTypeService;
import org.osgi.service.metatype.ObjectClassDefinition;

/** Exporter and core are configured through Config Admin while they run. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class ConfigurationIT {

    private static final String PID = "exporter.udmabuf";
    private static final String SIMULATED = "(&(dmabuf.exporter=udmabuf)(dmabuf.kernel=simulated))";
    private static final String REAL = "(&(dmabuf.exporter=udmabuf)(dmabuf.kernel=linux))";

    /** Whether this machine has the real thing, which then takes precedence. */
    private static final boolean REAL_DEVICE = Files.exists(Path.of("/dev/udmabuf"));

    private final Deployment deployment;

    ConfigurationIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
    }

    @Test
    void realKernelOnlyWithdrawsTheSimulatedDeviceAndAutoBringsItBack() throws Exception {
        deployment.configure(PID, Map.of("kernel", "simulated"));
        deployment.install("exporter.udmabuf");
        deployment.source(SIMULATED);

        deployment.configure(PID, Map.of("kernel", "linux"));
        deployment.awaitNoSource(SIMULATED);
        assertEquals(REAL_DEVICE ? 1 : 0, deployment.sources(REAL).size());

        deployment.configure(PID, Map.of("kernel", "auto"));
        deployment.source(REAL_DEVICE ? REAL : SIMULATED);
    }

    @Test
    void reconfiguredExporterIsANewGenerationAndKeepsTheMapping() throws Exception {
        deployment.configure(PID, Map.of("kernel", "simulated"));
        deployment.install("exporter.udmabuf");
        BufferSource first = deployment.source(SIMULATED);
        try (DmaBuf buffer = first.export(ExportRequest.ofSize(4096));
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 1);

            deployment.configure(PID, Map.of("kernel", "simulated", "device", "/dev/nosuchdevice"));
            deployment.awaitNoSource(Deployment.UDMABUF);
            // A configuration is taken over by a thread of Config Admin, which drains after the source has gone.
            Await.until("orphan", () -> buffer.state() == BufferState.ORPHANED);
            assertThrows(ExporterGoneException.class, () -> first.export(ExportRequest.ofSize(4096)));

            deployment.configure(PID, Map.of("kernel", "simulated", "device", "/dev/udmabuf"));
            BufferSource second = deployment.source(SIMULATED);
            assertTrue(second.properties().generation() > first.properties().generation());
            Contents.assertWritten(mapping, 1);
        }
    }

    @Test
    void changedLimitOfAnExporterInUseLeavesItsServiceItsGenerationAndItsBuffers() throws Exception {
        deployment.configure(PID, Map.of("kernel", "simulated"));
        deployment.install("exporter.udmabuf");
        BufferSource source = deployment.source(SIMULATED);
        ServiceReference<BufferSource> service = deployment.sources(SIMULATED).getFirst();
        long generation = source.properties().generation();
        long largest = source.properties().maxSize();
        ExportRequest twoMebibytes = ExportRequest.ofSize(2 << 20);
        try (DmaBuf buffer = source.export(twoMebibytes);
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 1);

            deployment.configure(PID, Map.of("kernel", "simulated", "maxMebibytes", 1));
            Await.until("new limit", () -> source.properties().maxSize() == 1 << 20);

            assertEquals(List.of(service), deployment.sources(SIMULATED));
            assertEquals(generation, source.properties().generation());
            assertEquals(BufferState.ACTIVE, buffer.state());
            Contents.assertWritten(mapping, 1);
            DmaBufException e = assertThrows(DmaBufException.class, () -> source.export(twoMebibytes));
            assertEquals(Errno.EINVAL, e.errno());
            assertTrue(e.getMessage().contains("raise its maxMebibytes"), e.getMessage());
            source.export(ExportRequest.ofSize(1 << 20)).close();

            deployment.configure(PID, Map.of("kernel", "simulated"));
            Await.until("the driver's limit", () -> source.properties().maxSize() == largest);
            source.export(twoMebibytes).close();
            assertEquals(generation, source.properties().generation());
        }
    }

    @Test
    void exporterComesUpWithoutAnyConfiguration() throws Exception {
        deployment.install("exporter.udmabuf");
        assertEquals(
                REAL_DEVICE ? "linux" : "simulated",
                deployment.source(Deployment.UDMABUF).properties().kernel().property());
    }

    @Test
    void metatypeDescribesTheConfiguration(@Service MetaTypeService metatype) throws Exception {
        Bundle exporter = deployment.install("exporter.udmabuf");
        ObjectClassDefinition udmabuf = describe(metatype, exporter, PID);
        assertEquals(
                List.of("device", "kernel", "maxMebibytes"),
                Arrays.stream(udmabuf.getAttributeDefinitions(ObjectClassDefinition.ALL)).map(attribute -> attribute.getID()).sorted().toList());
        ObjectClassDefinition core = describe(metatype, deployment.bundle("dmabuf.core"), "dmabuf.core");
        assertEquals("drainTimeoutMillis", core.getAttributeDefinitions(ObjectClassDefinition.ALL)[0].getID());
    }

    private static ObjectClassDefinition describe(MetaTypeService metatype, Bundle bundle, String pid) {
        assertTrue(Arrays.asList(metatype.getMetaTypeInformation(bundle).getPids()).contains(pid));
        ObjectClassDefinition definition = metatype.getMetaTypeInformation(bundle).getObjectClassDefinition(pid, null);
        assertNotNull(definition.getDescription());
        return definition;
    }
}
