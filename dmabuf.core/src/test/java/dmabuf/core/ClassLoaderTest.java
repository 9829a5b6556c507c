package dmabuf.core;

import static dmabuf.core.Rig.PAGE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.Access;
import dmabuf.api.Attachment;
import dmabuf.api.BufferSource;
import dmabuf.api.CpuAccess;
import dmabuf.api.Direction;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterGoneException;
import dmabuf.api.ImporterDevice;
import dmabuf.api.Mapping;
import dmabuf.api.NoSourceException;
import dmabuf.api.Requirements;
import dmabuf.api.ScatterList;
import dmabuf.api.Selection;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.Syscalls;
import dmabuf.linux.TestUdmabuf;
import dmabuf.spi.Exporter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** Once an exporter has left, its class loader can go, whatever is still held of what it made. */
class ClassLoaderTest {

    /** Defines the exporter's classes anew and leaves everything else to its parent, as a bundle's loader does. */
    private static final class BundleLoader extends ClassLoader {

        BundleLoader() {
            super(ClassLoaderTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(LeavingExporter.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private final Rig rig = new Rig();
    private final AtomicInteger released = new AtomicInteger();

    /** What an importer still has in its hands when the exporter is long gone. */
    private record Kept(WeakReference<ClassLoader> loader, BufferSource source, DmaBuf buffer, Mapping mapping, CpuAccess open) {}

    @Test
    void loaderOfAnExporterGoesWhileItsBufferIsMapped() throws Exception {
        rig.core.listen(info -> {});
        Selection selection = rig.core.select(Requirements.none());
        Kept kept = exportAndLeave(selection);
        Rig.await("the loader is collected", () -> {
            System.gc();
            return kept.loader.get() == null;
        });
        kept.open.segment().set(JAVA_INT, 0, 5);
        kept.open.close();
        try (CpuAccess access = kept.mapping.cpuAccess(Access.READ)) {
            assertEquals(5, access.segment().get(JAVA_INT, 0));
        }
        assertEquals("leaving", kept.source.properties().exporter());
        assertThrows(NoSourceException.class, selection::source);
        kept.mapping.close();
        kept.buffer.close();
        rig.close();
    }

    private Exporter exporterOf(BundleLoader loader) throws Exception {
        Function<Long, Fd> create = size -> TestUdmabuf.create(rig.kernel, size);
        Runnable count = released::incrementAndGet;
        Exporter exporter = (Exporter) loader.loadClass(LeavingExporter.class.getName())
                .getConstructor(Syscalls.class, Function.class, Runnable.class)
                .newInstance(rig.kernel, create, count);
        assertNotEquals(LeavingExporter.class, exporter.getClass());
        return exporter;
    }

    /** What an importer has of a buffer in which the exporter has a part. */
    private record Bound(WeakReference<ClassLoader> loader, DmaBuf buffer, Attachment attachment, ScatterList list) {}

    @Test
    void loaderOfAnExporterWithAPartStaysUntilItsLastBufferIsReleased() throws Exception {
        Bound kept = exportBoundAndLeave();
        System.gc();
        assertNotNull(kept.loader.get());
        kept.attachment.unmap(kept.list);
        assertThrows(ExporterGoneException.class, () -> kept.attachment.map(Direction.FROM_DEVICE));
        try (Mapping mapping = kept.buffer.mmap(); CpuAccess access = mapping.cpuAccess(Access.WRITE)) {
            access.segment().set(JAVA_INT, 0, 5);
        }
        kept.buffer.close();
        assertEquals(0, released.get());
        kept.attachment.close();
        assertEquals(1, released.get());
        assertEquals(1, rig.log.at(Level.WARNING).size(), () -> rig.log.lines.toString());
        assertFalse(rig.log.lines.stream().anyMatch(CapturedLog.Line::hasThrowable));
        Rig.await("the loader is collected although handle and attachment are held", () -> {
            System.gc();
            return kept.loader.get() == null;
        });
        kept.attachment.close();
        kept.buffer.close();
        assertEquals(1, released.get());
        rig.close();
    }

    @Test
    void loaderOfAnExporterWithAPartGoesWhenItsBufferWasLost() throws Exception {
        WeakReference<ClassLoader> loader = exportBoundLeaveAndLose();
        Rig.await("the leak is found, and the loader collected", () -> {
            System.gc();
            return loader.get() == null;
        });
        assertEquals(1, released.get());
        Rig.await("handle and attachment are reported", () -> leaks() == 2);
        rig.close();
    }

    private long leaks() {
        return rig.log.at(Level.WARNING).stream().filter(line -> line.contains("was never closed")).count();
    }

    private WeakReference<ClassLoader> exportBoundLeaveAndLose() throws Exception {
        rig.core.traceLeaks(true);
        return exportBoundAndLeave().loader;
    }

    private Bound exportBoundAndLeave() throws Exception {
        BundleLoader loader = new BundleLoader();
        ExporterRegistration registration = rig.core.add(exporterOf(loader), TestExporter.properties("leaving"), 0);
        DmaBuf buffer = registration.source().export(ExportRequest.ofSize(PAGE).withName("bound"));
        Attachment attachment = buffer.attach(ImporterDevice.named("gpu"), gone -> {});
        ScatterList list = attachment.map(Direction.FROM_DEVICE);
        registration.close();
        return new Bound(new WeakReference<>(loader), buffer, attachment, list);
    }

    private Kept exportAndLeave(Selection selection) throws Exception {
        BundleLoader loader = new BundleLoader();
        Exporter exporter = exporterOf(loader);
        ExporterRegistration registration = rig.core.add(exporter, TestExporter.properties("leaving"), 0);
        registration.whenLeaving(() -> {});
        DmaBuf buffer = selection.export(ExportRequest.ofSize(PAGE));
        Mapping mapping = buffer.mmap();
        Rig.assertErrno(Errno.EIO, () -> selection.export(ExportRequest.ofSize(PAGE).withName("broken")));
        DmaBufException full =
                Rig.assertErrno(Errno.ENOMEM, () -> selection.export(ExportRequest.ofSize(PAGE).withName("full")));
        assertEquals(loader, full.getClass().getClassLoader(), "what the exporter says of its device goes to the caller as it is");
        CpuAccess open = mapping.cpuAccess(Access.READ_WRITE);
        registration.close();
        return new Kept(new WeakReference<>(loader), registration.source(), buffer, mapping, open);
    }
}
