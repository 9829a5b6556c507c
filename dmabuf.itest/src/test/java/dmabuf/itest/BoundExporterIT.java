package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dmabuf.api.BufferInfo;
import dmabuf.api.BufferState;
import dmabuf.api.DmaBuf;
import dmabuf.api.ExportRequest;
import dmabuf.api.Lifetime;
import dmabuf.api.Mapping;
import dmabuf.itest.container.InContainer;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/** An exporter that has a part in its buffers is uninstalled and refreshed while they are in use. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
class BoundExporterIT {

    private final Deployment deployment;

    BoundExporterIT(BundleContext context) {
        deployment = new Deployment(context);
    }

    @AfterEach
    void undeploy() throws Exception {
        System.clearProperty(BoundExporter.RELEASED);
        deployment.close();
    }

    @Test
    void releaseRunsOnceAfterUninstallAndRefreshAndOnlyThenTheClassLoaderGoes() throws Exception {
        Bundle bundle = deployment.installBound();
        WeakReference<ClassLoader> loader = new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
        try (DmaBuf buffer = deployment.source("(dmabuf.exporter=bound)").export(ExportRequest.ofSize(4096).withName("bound"));
                Mapping mapping = buffer.mmap()) {
            Contents.write(mapping, 1);

            bundle.uninstall();
            deployment.refresh(bundle);

            BufferInfo line = deployment.dmaBufs().census().getFirst();
            assertEquals(Lifetime.EXPORTER_BOUND, line.lifetime());
            assertEquals(BufferState.ORPHANED, line.state());
            Contents.assertWritten(mapping, 1);
            System.gc();
            assertNotNull(loader.get(), "the buffer keeps the classes of its release");
            assertEquals("", System.getProperty(BoundExporter.RELEASED, ""));
        }
        assertEquals("released 4096 ", System.getProperty(BoundExporter.RELEASED));
        Await.collection(loader);
    }
}
