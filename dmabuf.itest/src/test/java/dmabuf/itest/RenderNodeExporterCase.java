package dmabuf.itest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmabuf.api.BufferSource;
import dmabuf.api.DmaBuf;
import dmabuf.api.DmaBufException;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.api.Mapping;
import dmabuf.api.MmapRequest;
import dmabuf.fd.Errno;
import dmabuf.itest.container.InContainer;
import dmabuf.sim.SimulatedGpu;
import dmabuf.sim.SimulatedKernel;
import dmabuf.sim.SimulatedMachine;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;

/** Graphics devices come and go, and the bundle of the exporter that has one source for each of their render nodes. */
@InContainer(DmaBufPlatform.class)
@ExtendWith(NoLeaks.class)
abstract class RenderNodeExporterCase {

    static final String FIRST = "/dev/dri/card5";
    static final String SECOND = "/dev/dri/card6";
    /** The render node of the first. */
    static final String NODE = "/dev/dri/renderD133";
    static final ExportRequest REQUEST = ExportRequest.ofSize(3 * 4096).withName("gpu");

    final Deployment deployment;
    /** What finds the exporter's services. */
    final String filter;
    SimulatedMachine machine;
    Bundle exporter;

    private final String name;
    private final SimulatedGpu one;
    private final SimulatedGpu other;
    private final String fakeOffsetMode;

    /** With two devices of the exporter's, and a mode of the first one's buffers that is a mapping of the node. */
    RenderNodeExporterCase(BundleContext context, String name, SimulatedGpu one, SimulatedGpu other, String fakeOffsetMode) {
        this.deployment = new Deployment(context);
        this.filter = "(dmabuf.exporter=" + name + ")";
        this.name = name;
        this.one = one;
        this.other = other;
        this.fakeOffsetMode = fakeOffsetMode;
    }

    @BeforeEach
    void deploy() throws Exception {
        deployment.configure("exporter." + name, Map.of("kernel", "simulated"));
        machine = deployment.service(SimulatedKernel.class, "").machine();
        exporter = deployment.install("exporter." + name);
    }

    @AfterEach
    void undeploy() throws Exception {
        machine.unplug(FIRST);
        machine.unplug(SECOND);
        deployment.close();
    }

    BufferSource plug(SimulatedGpu gpu) {
        machine.plug(FIRST, gpu);
        return deployment.source(filter);
    }

    @Test
    void serviceComesAndGoesWithTheDevice() {
        assertEquals(List.of(), deployment.sources(filter));
        BufferSource source = plug(one);
        assertEquals(NODE, source.properties().device());

        machine.unplug(FIRST);
        deployment.awaitNoSource(filter);
        assertEquals(Errno.ENODEV, assertThrows(DmaBufException.class, () -> source.export(REQUEST)).errno());

        assertEquals(source.properties().generation() + 1, plug(one).properties().generation());
    }

    @Test
    void everyDeviceHasOneServiceForItsRenderNode() {
        plug(one);
        machine.plug(SECOND, other);
        Await.until("second device", () -> deployment.sources(filter).size() == 2);
        assertEquals(
                List.of(NODE, "/dev/dri/renderD134"),
                deployment.sources(filter).stream().map(each -> (String) each.getProperty(ExporterProperties.DEVICE)).sorted().toList());
    }

    @Test
    void uninstalledExporterLetsItsClassLoaderGoWhileItsBufferIsMapped() throws Exception {
        WeakReference<ClassLoader> loader = new WeakReference<>(exporter.adapt(BundleWiring.class).getClassLoader());
        try (DmaBuf buffer = plug(one).export(REQUEST);
                Mapping mapping = buffer.mmap(MmapRequest.whole().mode(fakeOffsetMode))) {
            Contents.write(mapping, 4);
            exporter.uninstall();
            deployment.refresh(exporter);
            Await.collection(loader);
            Contents.assertWritten(mapping, 4);
        }
    }
}
