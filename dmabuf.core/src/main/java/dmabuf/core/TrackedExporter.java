package dmabuf.core;

import dmabuf.api.BufferSource;
import dmabuf.api.ExporterProperties;
import dmabuf.spi.Exporter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * One exporter service, and the source that is published for it as long as its properties are what the contract says. Nothing is locked:
 * one thread at a time brings the source in line with the properties, and another that comes meanwhile has it do so once more.
 */
final class TrackedExporter {

    private static final System.Logger LOG = System.getLogger(TrackedExporter.class.getName());

    /** What is published. */
    private record Publication(ExporterRegistration registration, ServiceRegistration<BufferSource> service) {

        boolean isOf(ExporterProperties now) {
            ExporterProperties then = registration.source().properties();
            return then.exporter().equals(now.exporter()) && then.device().equals(now.device()) && then.kernel() == now.kernel();
        }
    }

    private final BundleContext context;
    private final CoreDmaBufs core;
    private final ServiceReference<Exporter> reference;
    /** Copied on arrival: a reference forgets its bundle. */
    private final Bundle bundle;

    private final AtomicReference<Publication> published = new AtomicReference<>();
    private final AtomicInteger changes = new AtomicInteger();
    private volatile boolean removed;

    TrackedExporter(BundleContext context, CoreDmaBufs core, ServiceReference<Exporter> reference, Bundle bundle) {
        this.context = context;
        this.core = core;
        this.reference = reference;
        this.bundle = bundle;
    }

    boolean isOf(long bundleId) {
        return bundle.getBundleId() == bundleId;
    }

    boolean isStopping() {
        return bundle.getState() == Bundle.STOPPING;
    }

    /** What the core knows of it, when it is published. */
    Optional<ExporterRegistration> registration() {
        return Optional.ofNullable(published.get()).map(Publication::registration);
    }

    /** Brings the source in line with the properties. */
    void refresh() {
        if (changes.getAndIncrement() != 0) {
            return;
        }
        int seen;
        do {
            seen = changes.get();
            refreshOnce();
        } while (changes.addAndGet(-seen) != 0);
    }

    private void refreshOnce() {
        Map<String, Object> raw = rawProperties();
        ExporterProperties properties = read(raw);
        Publication now = published.get();
        if (now != null && properties != null && now.isOf(properties)) {
            update(now, properties, raw);
            return;
        }
        withdraw();
        if (properties != null && !removed && !isStopping()) {
            publish(properties, raw);
        }
    }

    /** The service goes. Returns when its calls have drained, or their time is over. */
    void remove() {
        removed = true;
        withdraw();
    }

    private void publish(ExporterProperties properties, Map<String, Object> raw) {
        Exporter exporter = context.getService(reference);
        if (exporter == null) {
            return; // Gone meanwhile, or its factory failed, which the framework reports.
        }
        boolean done = false;
        try {
            published.set(register(core.add(exporter, properties, ranking(raw)), raw));
            done = true;
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} came when the core was stopping: {1}", properties.toString(), e.getMessage());
        } finally {
            if (!done) {
                context.ungetService(reference);
            }
        }
        if (removed) {
            withdraw();
        }
    }

    private Publication register(ExporterRegistration registration, Map<String, Object> raw) {
        boolean done = false;
        try {
            BufferSource source = registration.source();
            ServiceRegistration<BufferSource> service = context.registerService(
                    BufferSource.class, source, SourceProperties.of(source.properties(), ranking(raw), raw));
            registration.whenLeaving(() -> unregister(service));
            done = true;
            return new Publication(registration, service);
        } finally {
            if (!done) {
                registration.close();
            }
        }
    }

    private void update(Publication publication, ExporterProperties properties, Map<String, Object> raw) {
        ExporterRegistration registration = publication.registration;
        registration.update(properties, ranking(raw));
        try {
            publication.service.setProperties(SourceProperties.of(registration.source().properties(), ranking(raw), raw));
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} changed while it was leaving", properties.toString());
        }
    }

    private void withdraw() {
        Publication former = published.getAndSet(null);
        if (former != null) {
            former.registration.close();
            context.ungetService(reference);
        }
    }

    private static void unregister(ServiceRegistration<BufferSource> service) {
        try {
            service.unregister();
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "the framework had unregistered a source already: {0}", e.getMessage());
        }
    }

    private Map<String, Object> rawProperties() {
        Map<String, Object> properties = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String key : reference.getPropertyKeys()) {
            Object value = reference.getProperty(key);
            if (value != null) {
                properties.put(key, value);
            }
        }
        return properties;
    }

    /** Reads the properties, with the bundle added; null, and a report, when they are not what the contract says. */
    private ExporterProperties read(Map<String, Object> raw) {
        try {
            return ExporterProperties.of(raw).toBuilder()
                    .bundle(bundleName(), bundle.getVersion().toString())
                    .build();
        } catch (IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the exporter service {0} ({1}) of bundle {2} {3} is ignored: {4}",
                    String.valueOf(raw.get(Constants.SERVICE_ID)),
                    raw.getOrDefault(ExporterProperties.EXPORTER, "without a name").toString(),
                    bundleName(),
                    bundle.getVersion().toString(),
                    e.getMessage());
            return null;
        }
    }

    private String bundleName() {
        return bundle.getSymbolicName() == null ? "bundle " + bundle.getBundleId() : bundle.getSymbolicName();
    }

    private static int ranking(Map<String, Object> raw) {
        return raw.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }
}
