package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Mapping;
import dmabuf.api.Requirements;
import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.InContainer;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.util.tracker.ServiceTracker;

/** Exporters go and come back by other ways than a stop, under importers of every kind. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class SwapIT {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(8192);

    private final BundleContext context;
    private final Deployment deployment;
    private Bundle exporter;
    private BufferSource source;

    SwapIT(BundleContext context) {
        this.context = context;
        deployment = new Deployment(context);
    }

    @BeforeEach
    void deploy() throws Exception {
        exporter = deployment.onSimulatedDevices().install("exporter.udmabuf");
        source = deployment.source(Deployment.UDMABUF);
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
    }

    @Test
    void startLevelThatDropsBelowTheExporterOrphansItsBuffersAndKeepsThem() throws Exception {
        FrameworkStartLevel framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
        int level = framework.getStartLevel();
        exporter.adapt(BundleStartLevel.class).setStartLevel(level + 1);
        setLevel(framework, level + 1);
        source = deployment.source(Deployment.UDMABUF);
        try (DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 1);
            setLevel(framework, level);
            assertEquals(BufferState.ORPHANED, buffer.state());
            assertEquals(List.of(), deployment.sources(Deployment.UDMABUF));
            Contents.assertWritten(mapping, 1);

            setLevel(framework, level + 1);
            assertTrue(deployment.source(Deployment.UDMABUF).properties().generation() > source.properties().generation());
            Contents.assertWritten(mapping, 1);
        } finally {
            setLevel(framework, level);
        }
    }

    private static void setLevel(FrameworkStartLevel framework, int level) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        framework.setStartLevel(level, event -> done.countDown());
        assertTrue(done.await(20, TimeUnit.SECONDS), "the framework reached start level " + level);
    }

    @Test
    void trackerAndFacadeSeeTheExporterGoAndComeWithEveryUpdate() throws Exception {
        ServiceTracker<BufferSource, BufferSource> tracker =
                new ServiceTracker<>(context, context.createFilter("(&(objectClass=" + BufferSource.class.getName() + ")"
                        + Deployment.UDMABUF + ")"), null);
        tracker.open();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            List<Mapping> mappings = new ArrayList<>();
            for (int round = 0; round < 5; round++) {
                BufferSource current = Await.found("tracked source", tracker::getService);
                for (DmaBuf buffer : List.of(current.export(REQUEST), deployment.dmaBufs().export(Requirements.none(), REQUEST))) {
                    open.add(buffer);
                    mappings.add(buffer.mmap());
                    open.add(mappings.getLast());
                    Contents.write(mappings.getLast(), mappings.size());
                }
                exporter.stop();
                assertNull(tracker.getService());
                try (InputStream same = Files.newInputStream(ContainerJars.jar("exporter.udmabuf"))) {
                    exporter.update(same);
                }
                exporter.start();
            }
            for (int i = 0; i < mappings.size(); i++) {
                Contents.assertWritten(mappings.get(i), i + 1);
            }
        } finally {
            tracker.close();
            for (AutoCloseable each : open) {
                each.close();
            }
        }
    }

    @Test
    void restartedSystemCallsLeaveOutstandingBuffersUsable() throws Exception {
        Bundle linux = deployment.bundle("dmabuf.linux");
        try (DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 3);
            linux.stop();
            Contents.assertWritten(mapping, 3);
            try (Mapping another = buffer.mmap()) {
                Contents.assertWritten(another, 3);
            }
            linux.start();
            deployment.source(Deployment.UDMABUF).export(REQUEST).close();
        }
    }
}
