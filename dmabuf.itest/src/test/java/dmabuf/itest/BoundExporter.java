package dmabuf.itest;

import dmabuf.api.Caching;
import dmabuf.api.ExportRequest;
import dmabuf.api.ExporterProperties;
import dmabuf.fd.KernelKind;
import dmabuf.linux.Syscalls;
import dmabuf.spi.BufferControl;
import dmabuf.spi.BufferOps;
import dmabuf.spi.ExportedBuffer;
import dmabuf.spi.Exporter;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * The component of a bundle whose exporter has a part in its buffers, and whose last callback needs classes that nothing before needed.
 * The component runtime calls it by the names of its methods.
 */
public final class BoundExporter implements Exporter {

    /** The system property that release leaves its word in, since nothing of the bundle is to be reached from outside. */
    static final String RELEASED = "dmabuf.itest.released";

    /** Among the system properties, two {@link CountDownLatch}es: counted down by an export that begins, and what it waits for then. */
    static final String GATE = "dmabuf.itest.gate";

    private SimulatedUdmabuf udmabuf;
    private ServiceRegistration<Exporter> service;

    /** The bundle, to be installed. */
    static InputStream bundle() throws IOException {
        String name = BoundExporter.class.getName();
        return EmptyBundle.ofComponent(
                "itest.bound",
                "dmabuf.api,dmabuf.fd,dmabuf.linux,dmabuf.spi",
                List.of(name, name + "$Ops", name + "$Farewell", SimulatedUdmabuf.class.getName()),
                "<reference name=\"kernel\" interface=\"dmabuf.linux.Syscalls\" target=\"(dmabuf.kernel=simulated)\" bind=\"bind\"/>");
    }

    public void bind(Syscalls kernel) {
        udmabuf = new SimulatedUdmabuf(kernel);
    }

    public void activate(BundleContext context) {
        service = context.registerService(Exporter.class, this, ExporterProperties.builder("bound", "/dev/udmabuf", KernelKind.SIMULATED)
                .caching(Caching.CACHED)
                .mmap(true)
                .build()
                .toDictionary());
    }

    public void deactivate() {
        service.unregister();
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        if (System.getProperties().get(GATE) instanceof CountDownLatch[] gate) {
            pass(gate[0], gate[1]);
        }
        ExportedBuffer plain = udmabuf.export(request);
        return ExportedBuffer.builder(plain.fd(), plain.size(), plain.policy()).ops(new Ops()).build();
    }

    private static void pass(CountDownLatch entered, CountDownLatch open) {
        entered.countDown();
        try {
            open.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in an export", e);
        }
    }

    private static final class Ops implements BufferOps {

        @Override
        public void release(BufferControl buffer) {
            UnaryOperator<String> more = before -> before + Farewell.of(buffer.size());
            System.setProperty(RELEASED, more.apply(System.getProperty(RELEASED, "")));
        }
    }

    /** First needed by release. */
    private static final class Farewell {

        static String of(long size) {
            return "released " + size + " ";
        }
    }
}
