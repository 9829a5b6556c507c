package dmabuf.itest;

import dmabuf.api.BufferSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.util.tracker.ServiceTracker;

/** An importer without a component runtime, which tracks sources of any kind: the filter is a property of the framework. */
public final class TrackerImporter implements BundleActivator, UnaryOperator<String> {

    /** The framework's property with the filter of the sources that importers take. */
    static final String FILTER = "itest.filter";

    private final KeptBuffers kept = new KeptBuffers();
    private ServiceTracker<BufferSource, BufferSource> sources;

    static InputStream bundle() throws IOException {
        return EmptyBundle.of(
                "itest.importer.tracker",
                "1.0.0",
                "dmabuf.api,dmabuf.fd,org.osgi.util.tracker",
                List.of(TrackerImporter.class.getName(), KeptBuffers.class.getName()));
    }

    @Override
    public void start(BundleContext context) throws Exception {
        String filter = "(&(objectClass=" + BufferSource.class.getName() + ")" + context.getProperty(FILTER) + ")";
        sources = new ServiceTracker<>(context, context.createFilter(filter), null);
        sources.open();
        context.registerService(UnaryOperator.class, this, new Hashtable<>(Map.of("importer", "tracker")));
    }

    @Override
    public void stop(BundleContext context) {
        sources.close();
    }

    @Override
    public String apply(String word) {
        return kept.obey(word, request -> {
            BufferSource source = sources.getService();
            if (source == null) {
                throw new IllegalStateException("no source");
            }
            return source.export(request);
        });
    }
}
