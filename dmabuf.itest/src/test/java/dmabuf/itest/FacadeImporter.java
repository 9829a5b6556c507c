package dmabuf.itest;

import dmabuf.api.DmaBufs;
import dmabuf.api.Requirements;
import java.io.IOException;
import java.io.InputStream;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** An importer that asks {@link DmaBufs} for a buffer, by what it needs. */
public final class FacadeImporter implements BundleActivator, UnaryOperator<String> {

    private final KeptBuffers kept = new KeptBuffers();
    private ServiceTracker<DmaBufs, DmaBufs> facade;

    static InputStream bundle() throws IOException {
        return EmptyBundle.of(
                "itest.importer.facade",
                "1.0.0",
                "dmabuf.api,dmabuf.fd,org.osgi.util.tracker",
                List.of(FacadeImporter.class.getName(), KeptBuffers.class.getName()));
    }

    @Override
    public void start(BundleContext context) {
        facade = new ServiceTracker<>(context, DmaBufs.class, null);
        facade.open();
        context.registerService(UnaryOperator.class, this, new Hashtable<>(Map.of("importer", "facade")));
    }

    @Override
    public void stop(BundleContext context) {
        facade.close();
    }

    @Override
    public String apply(String word) {
        return kept.obey(word, request -> {
            DmaBufs buffers = facade.getService();
            if (buffers == null) {
                throw new IllegalStateException("no core");
            }
            return buffers.export(Requirements.none().mmap(), request);
        });
    }
}
