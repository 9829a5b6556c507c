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
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The activator of a bundle whose exporter has a part in its buffers, and whose last callback needs classes that nothing before needed. */
public final class BoundExporter implements BundleActivator, Exporter {

    /** The system property that release leaves its word in, since nothing of the bundle is to be reached from outside. */
    static final String RELEASED = "dmabuf.itest.released";

    private SimulatedUdmabuf udmabuf;

    @Override
    public void start(BundleContext context) throws Exception {
        udmabuf = new SimulatedUdmabuf(
                context.getService(context.getServiceReferences(Syscalls.class, "(dmabuf.kernel=simulated)").iterator().next()));
        context.registerService(Exporter.class, this, ExporterProperties.builder("bound", "/dev/udmabuf", KernelKind.SIMULATED)
                .caching(Caching.CACHED)
                .mmap(true)
                .build()
                .toDictionary());
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }

    @Override
    public ExportedBuffer export(ExportRequest request) {
        ExportedBuffer plain = udmabuf.export(request);
        return ExportedBuffer.builder(plain.fd(), plain.size(), plain.policy()).ops(new Ops()).build();
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
