package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmabuf.api.BufferInfo;
import dmabuf.api.BufferSource;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.NoSourceException;
import dmabuf.api.Requirements;
import dmabuf.api.Selection;
import dmabuf.api.Subscription;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.itest.container.ContainerJars;
import dmabuf.itest.container.InContainer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;

/** The exporter's bundle is stopped, updated and removed while its buffers are in use. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class HotSwapIT {

    private static final ExportRequest REQUEST = ExportRequest.ofSize(3 * 4096).withName("hot swap");

    private final Deployment deployment;
    private Bundle exporter;
    private BufferSource source;

    HotSwapIT(BundleContext context) throws IOException {
        deployment = new Deployment(context).onSimulatedDevices();
    }

    @BeforeEach
    void deploy() throws BundleException {
        exporter = deployment.install("exporter.udmabuf");
        source = deployment.source(Deployment.UDMABUF);
    }

    @AfterEach
    void undeploy() throws Exception {
        deployment.close();
    }

    @Test
    void stoppingExporterKeepsMappedBufferReadableAndWritable() throws Exception {
        try (DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 1);

            exporter.stop();

            assertEquals(BufferState.ORPHANED, buffer.state());
            Contents.assertWritten(mapping, 1);
            Contents.write(mapping, 2);
            Contents.assertWritten(mapping, 2);
        }
    }

    @Test
    void orphanCanStillBeMappedNamedAndHandedOut() throws Exception {
        try (DmaBuf buffer = source.export(REQUEST)) {
            try (Mapping mapping = buffer.mmap()) {
                Contents.write(mapping, 3);
            }
            exporter.stop();

            buffer.rename("orphan");
            assertEquals("orphan", buffer.name());
            try (Mapping mapping = buffer.mmap();
                    DmaBuf second = buffer.retain()) {
                Contents.assertWritten(mapping, 3);
                assertEquals(buffer.id(), second.id());
            }
            Fd handedOut = buffer.fd();
            try (DmaBuf imported = deployment.dmaBufs().importFd(handedOut);
                    Mapping mapping = imported.mmap()) {
                assertEquals(buffer.id(), imported.id());
                Contents.assertWritten(mapping, 3);
            }
        }
    }

    @Test
    void mappingOutlivesTheExporterAndEveryHandle() throws Exception {
        DmaBuf buffer = source.export(REQUEST);
        try (Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 4);
            exporter.uninstall();
            buffer.close();
            Contents.assertWritten(mapping, 4);
        }
    }

    @Test
    void heldSourceOfAStoppedExporterSaysThatItIsGone() throws Exception {
        exporter.stop();
        ExporterGoneException gone = assertThrows(ExporterGoneException.class, () -> source.export(REQUEST));
        assertEquals(Errno.ENODEV, gone.errno());
        assertEquals("udmabuf", source.properties().exporter());
    }

    @Test
    void nextExporterIsChosen() throws Exception {
        Selection selection = deployment.dmaBufs().select(Requirements.none().mmap());
        Bundle other = deployment.installEmpty("exporter.itest");
        deployment.register(other, "other", deployment.workingExporter(), -1);
        deployment.source("(dmabuf.exporter=other)");
        assertEquals("udmabuf", selection.source().properties().exporter());

        exporter.stop();

        assertEquals("other", selection.source().properties().exporter());
        try (DmaBuf buffer = selection.export(REQUEST)) {
            assertEquals(BufferState.ACTIVE, buffer.state());
        }
        exporter.start();
        assertEquals("udmabuf", selection.source().properties().exporter());
    }

    @Test
    void withoutANextExporterThereIsNoSource() throws Exception {
        exporter.stop();
        NoSourceException none = assertThrows(
                NoSourceException.class, () -> deployment.dmaBufs().export(Requirements.none(), REQUEST));
        assertEquals(Errno.ENODEV, none.errno());
        assertEquals(List.of(), none.refusals());
    }

    @Test
    @SuppressWarnings("try")
    void orphanhoodIsAnnouncedOnceAndSeenInTheCensus() throws Exception {
        List<BufferInfo> announced = new CopyOnWriteArrayList<>();
        try (Subscription subscription = deployment.dmaBufs().listen(announced::add);
                DmaBuf buffer = source.export(REQUEST)) {
            exporter.stop();
            Await.until("announcement", () -> !announced.isEmpty());
            exporter.start();
            exporter.stop();

            assertEquals(List.of(BufferState.ORPHANED), announced.stream().map(BufferInfo::state).toList());
            assertEquals(buffer.id(), announced.getFirst().id());
            BufferInfo line = deployment.dmaBufs().census().getFirst();
            assertEquals(BufferState.ORPHANED, line.state());
            assertEquals("hot swap", line.name());
            assertTrue(line.origin().contains("udmabuf on /dev/udmabuf"), line.origin());
            assertTrue(line.origin().endsWith("generation " + source.properties().generation()), line.origin());
        }
        assertEquals(List.of(), deployment.dmaBufs().census());
    }

    @Test
    void restartIsANewGenerationAndBuffersDoNotMigrate() throws Exception {
        try (DmaBuf old = source.export(REQUEST)) {
            exporter.stop();
            exporter.start();
            BufferSource next = deployment.source(Deployment.UDMABUF);
            assertNotEquals(source, next);
            assertEquals(source.properties().generation() + 1, next.properties().generation());
            assertEquals(BufferState.ORPHANED, old.state());
            assertThrows(ExporterGoneException.class, () -> source.export(REQUEST));
            try (DmaBuf fresh = next.export(REQUEST)) {
                assertEquals(BufferState.ACTIVE, fresh.state());
            }
        }
    }

    @Test
    void updateToAnotherVersionIsANewGenerationAndKeepsTheMapping() throws Exception {
        Path jar = ContainerJars.jar("exporter.udmabuf");
        try (DmaBuf old = source.export(REQUEST);
                Mapping mapping = old.mmap()) {
            Contents.write(mapping, 5);

            try (InputStream newer = JarWithVersion.of(jar, "1.0.1")) {
                exporter.update(newer);
            }

            ExporterProperties updated = deployment.source(Deployment.UDMABUF).properties();
            assertEquals(source.properties().generation() + 1, updated.generation());
            assertEquals("1.0.1", updated.bundleVersion());
            assertEquals(1, deployment.sources("(&(dmabuf.bundle=exporter.udmabuf)(dmabuf.bundle.version=1.0.1))").size());
            assertEquals(BufferState.ORPHANED, old.state());
            Contents.assertWritten(mapping, 5);
            try (DmaBuf fresh = deployment.dmaBufs().export(Requirements.none(), REQUEST);
                    Mapping mapped = fresh.mmap()) {
                Contents.write(mapped, 6);
                Contents.assertWritten(mapped, 6);
            }
            deployment.refresh(exporter);
            Contents.assertWritten(mapping, 5);
        }
    }

    @Test
    void exportsWhileTheBundleIsUpdatedSucceedOrSayThatTheExporterIsGone() throws Exception {
        Path jar = ContainerJars.jar("exporter.udmabuf");
        AtomicBoolean done = new AtomicBoolean();
        List<Throwable> unexpected = new CopyOnWriteArrayList<>();
        Thread importer = Thread.ofPlatform().name("importer").start(() -> {
            while (!done.get()) {
                try (DmaBuf buffer = deployment.dmaBufs().export(Requirements.none(), REQUEST);
                        Mapping mapping = buffer.mmap()) {
                    Contents.write(mapping, 7);
                } catch (ExporterGoneException | NoSourceException e) {
                    assertEquals(Errno.ENODEV, e.errno());
                } catch (RuntimeException | AssertionError e) {
                    unexpected.add(e);
                    return;
                }
            }
        });
        try {
            for (int version = 1; version <= 10; version++) {
                try (InputStream newer = JarWithVersion.of(jar, "1.1." + version)) {
                    exporter.update(newer);
                }
            }
        } finally {
            done.set(true);
            importer.join(10_000);
        }
        assertEquals(List.of(), unexpected);
        assertEquals("1.1.10", deployment.source(Deployment.UDMABUF).properties().bundleVersion());
    }

    @Test
    void uninstalledExporterLetsItsClassLoaderGoWhileItsBufferIsMapped() throws Exception {
        WeakReference<ClassLoader> loader = new WeakReference<>(exporter.adapt(BundleWiring.class).getClassLoader());
        assertInstanceOf(ClassLoader.class, loader.get());
        try (DmaBuf buffer = source.export(REQUEST);
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 8);

            exporter.uninstall();
            deployment.refresh(exporter);

            Await.collection(loader);
            assertNull(exporter.adapt(BundleWiring.class));
            // The source is still held too: it leads to nothing of the exporter.
            assertThrows(ExporterGoneException.class, () -> source.export(REQUEST));
            assertEquals(BufferState.ORPHANED, buffer.state());
            Contents.assertWritten(mapping, 8);
        }
    }
}
