package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufs;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.Mapping;
import dmabuf.api.Requirements;
import dmabuf.fd.Errno;
import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.InContainer;
import java.io.InputStream;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** The core, and the simulated kernel, are stopped and started while buffers are in use. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class CoreLifeCycleIT {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(8192).withName("outstanding");

    private final Deployment deployment;
    private BufferSource source;

    CoreLifeCycleIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        deployment.onSimulatedDevices().install("exporter.udmabuf");
        source = deployment.source(Deployment.UDMABUF);
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
    }

    @Test
    void stoppedCoreLeavesOutstandingBuffersUsableAndListsThemOnce() throws Exception {
        Bundle core = deployment.bundle("dmabuf.core");
        try (LogCapture log = LogCapture.of("dmabuf.core");
                DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 1);

            core.stop();

            assertEquals(List.of(), deployment.sources(""));
            assertEquals(List.of(), deployment.references(DmaBufs.class, ""));
            assertEquals(BufferState.ORPHANED, buffer.state());
            Contents.assertWritten(mapping, 1);
            try (Mapping another = buffer.mmap()) {
                Contents.assertWritten(another, 1);
            }
            List<String> listed = log.lines(Level.INFO).stream().filter(line -> line.contains("outstanding")).toList();
            assertEquals(1, listed.size(), () -> log.lines(Level.INFO).toString());
        }
    }

    @Test
    void heldFacadeOfAStoppedCoreRefusesExportsAndGoesOnCounting() throws Exception {
        DmaBufs held = deployment.dmaBufs();
        try (DmaBuf buffer = source.export(REQUEST)) {
            deployment.bundle("dmabuf.core").stop();

            assertEquals(Errno.ENODEV, assertThrows(ExporterGoneException.class, () -> held.export(Requirements.none(), REQUEST)).errno());
            assertThrows(ExporterGoneException.class, () -> source.export(REQUEST));
            assertEquals(buffer.id(), held.census().getFirst().id());
        }
        assertEquals(List.of(), held.census());
    }

    @Test
    void restartedCoreFindsTheExportersThatAreThere() throws Exception {
        Bundle core = deployment.bundle("dmabuf.core");
        try (DmaBuf old = source.export(REQUEST);
                Mapping mapping = old.mmap()) {
            Contents.write(mapping, 2);
            core.stop();
            core.start();

            BufferSource next = deployment.source(Deployment.UDMABUF);
            try (DmaBuf fresh = next.export(REQUEST)) {
                assertEquals(BufferState.ACTIVE, fresh.state());
                assertEquals(1, deployment.dmaBufs().census().size());
            }
            assertEquals(BufferState.ORPHANED, old.state());
            Contents.assertWritten(mapping, 2);
        }
    }

    @Test
    void updatedCoreLeavesOutstandingBuffersUsable() throws Exception {
        Bundle core = deployment.bundle("dmabuf.core");
        try (DmaBuf old = source.export(REQUEST);
                Mapping mapping = old.mmap()) {
            Contents.write(mapping, 3);
            try (InputStream newer = JarWithVersion.of(ContainerJars.jar("dmabuf.core"), core.getVersion().getMajor() + ".99.0")) {
                core.update(newer);
            }
            deployment.refresh(core);

            deployment.source(Deployment.UDMABUF).export(REQUEST).close();
            Contents.assertWritten(mapping, 3);
            try (Mapping another = old.mmap()) {
                Contents.assertWritten(another, 3);
            }
        }
    }

    @Test
    void stoppedSimulationWithdrawsItsExporterAndLeavesBuffersUsable() throws Exception {
        Bundle simulation = deployment.bundle("dmabuf.sim");
        try (DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 4);

            simulation.stop();

            deployment.awaitNoSource("");
            assertEquals(BufferState.ORPHANED, buffer.state());
            Contents.assertWritten(mapping, 4);
            try (Mapping another = buffer.mmap()) {
                Contents.assertWritten(another, 4);
            }
            assertThrows(ExporterGoneException.class, () -> source.export(REQUEST));

            simulation.start();
            BufferSource next = deployment.source(Deployment.UDMABUF);
            assertTrue(next.properties().generation() > source.properties().generation());
            try (DmaBuf fresh = next.export(REQUEST)) {
                assertEquals(BufferState.ACTIVE, fresh.state());
            }
            Contents.assertWritten(mapping, 4);
        }
    }
}
