package dmabuf.itest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;

/** Reaches the configurations of a framework for the outside, which knows none of its types. */
public final class Configurer implements BundleActivator, BiConsumer<String, Map<String, Object>> {

    private ConfigurationAdmin configurations;

    static InputStream bundle() throws IOException {
        return EmptyBundle.of("itest.configurer", "1.0.0", "org.osgi.service.cm", List.of(Configurer.class.getName()));
    }

    @Override
    public void start(BundleContext context) {
        configurations = context.getService(context.getServiceReference(ConfigurationAdmin.class));
        context.registerService(BiConsumer.class, this, new Hashtable<>(Map.of("itest", "configurer")));
    }

    @Override
    public void stop(BundleContext context) {
        // The framework takes the service back.
    }

    @Override
    public void accept(String pid, Map<String, Object> values) {
        try {
            configurations.getConfiguration(pid, "?").update(new Hashtable<>(values));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
