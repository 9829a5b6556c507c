package dmabuf.core;

import dmabuf.api.BufferSource;
import dmabuf.api.ExporterProperties;
import dmabuf.linux.Deadline;
import dmabuf.spi.Exporter;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Follows the exporters of a container and registers a {@link BufferSource} for each.
 *
 * <p>When a bundle begins to stop, all of its exporters are seen off together, under one deadline, before its activator or its components
 * have torn anything down. Who hears first of a stopping bundle, this or declarative services, is not defined; so a service that is
 * unregistered while its bundle stops sets off the same.
 */
final class ExporterTracker
        implements ServiceTrackerCustomizer<Exporter, ExporterTracker.Tracked>, SynchronousBundleListener, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(ExporterTracker.class.getName());

    /** An exporter service that was taken in. What the reference knew of its bundle is copied, since it forgets. */
    record Tracked(ExporterRegistration registration, ServiceRegistration<BufferSource> service, long bundle) {}

    private final BundleContext context;
    private final CoreDmaBufs core;
    private final ServiceTracker<Exporter, Tracked> tracker;
    private final Set<Tracked> present = ConcurrentHashMap.newKeySet();

    /** One for each bundle that is stopping, by its id. */
    private final Map<Long, Deadline> deadlines = new ConcurrentHashMap<>();

    ExporterTracker(BundleContext context, CoreDmaBufs core) {
        this.context = context;
        this.core = core;
        this.tracker = new ServiceTracker<>(context, Exporter.class, this);
    }

    void open() {
        context.addBundleListener(this);
        tracker.open();
    }

    /** Lets go of the exporters' services. The core has seen them off before. */
    @Override
    public void close() {
        tracker.close();
        context.removeBundleListener(this);
    }

    @Override
    public Tracked addingService(ServiceReference<Exporter> reference) {
        Bundle bundle = reference.getBundle();
        if (bundle == null || bundle.getState() == Bundle.STOPPING) {
            return null;
        }
        Map<String, Object> raw = propertiesOf(reference);
        ExporterProperties properties = read(raw, bundle);
        Exporter exporter = properties == null ? null : context.getService(reference);
        if (exporter == null) {
            return null;
        }
        Tracked tracked = null;
        try {
            tracked = publish(core.add(exporter, properties, rankingOf(raw)), raw, bundle.getBundleId());
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} came too late: {1}", properties.toString(), e.getMessage());
        } finally {
            if (tracked == null) {
                context.ungetService(reference);
            }
        }
        if (tracked != null && bundle.getState() == Bundle.STOPPING) {
            // It began to stop after the first look, and this one was not present yet.
            seeOff(tracked.bundle);
        }
        return tracked;
    }

    private Tracked publish(ExporterRegistration registration, Map<String, Object> raw, long bundle) {
        boolean published = false;
        try {
            BufferSource source = registration.source();
            ServiceRegistration<BufferSource> service = context.registerService(
                    BufferSource.class, source, SourceProperties.of(source.properties(), rankingOf(raw), raw));
            Tracked tracked = new Tracked(registration, service, bundle);
            present.add(tracked);
            registration.whenLeaving(() -> unregister(service));
            published = true;
            return tracked;
        } finally {
            if (!published) {
                registration.close();
            }
        }
    }

    @Override
    public void modifiedService(ServiceReference<Exporter> reference, Tracked tracked) {
        Bundle bundle = reference.getBundle();
        if (bundle == null) {
            return;
        }
        Map<String, Object> raw = propertiesOf(reference);
        ExporterProperties properties = read(raw, bundle);
        if (properties == null) {
            tracked.registration.close();
            return;
        }
        tracked.registration.update(properties, rankingOf(raw));
        try {
            ExporterProperties counted = tracked.registration.source().properties();
            tracked.service.setProperties(SourceProperties.of(counted, rankingOf(raw), raw));
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "{0} changed while it was leaving", properties.toString());
        }
    }

    @Override
    public void removedService(ServiceReference<Exporter> reference, Tracked tracked) {
        Bundle bundle = reference.getBundle();
        if (bundle != null && bundle.getState() == Bundle.STOPPING) {
            seeOff(tracked.bundle);
        }
        tracked.registration.close();
        present.remove(tracked);
        context.ungetService(reference);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        long bundle = event.getBundle().getBundleId();
        switch (event.getType()) {
            case BundleEvent.STOPPING -> seeOff(bundle);
            case BundleEvent.STOPPED, BundleEvent.STARTING -> deadlines.remove(bundle);
            default -> {
                // Nothing else says that a bundle leaves.
            }
        }
    }

    /** Sees off every exporter of a bundle. Whoever comes second waits for what is left of the time. */
    private void seeOff(long bundle) {
        Collection<ExporterRegistration> leaving = present.stream()
                .filter(tracked -> tracked.bundle == bundle)
                .map(Tracked::registration)
                .toList();
        if (!leaving.isEmpty()) {
            core.retire(leaving, deadlines.computeIfAbsent(bundle, id -> core.drainDeadline()));
        }
    }

    private static void unregister(ServiceRegistration<BufferSource> service) {
        try {
            service.unregister();
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "the framework had unregistered a source already: {0}", e.getMessage());
        }
    }

    private static Map<String, Object> propertiesOf(ServiceReference<Exporter> reference) {
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
    private static ExporterProperties read(Map<String, Object> raw, Bundle bundle) {
        try {
            return ExporterProperties.of(raw).toBuilder()
                    .bundle(nameOf(bundle), bundle.getVersion().toString())
                    .build();
        } catch (IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the exporter service {0} ({1}) of bundle {2} {3} is ignored: {4}",
                    String.valueOf(raw.get(Constants.SERVICE_ID)),
                    raw.getOrDefault(ExporterProperties.EXPORTER, "without a name").toString(),
                    nameOf(bundle),
                    bundle.getVersion().toString(),
                    e.getMessage());
            return null;
        }
    }

    private static String nameOf(Bundle bundle) {
        return bundle.getSymbolicName() == null ? "bundle " + bundle.getBundleId() : bundle.getSymbolicName();
    }

    private static int rankingOf(Map<String, Object> raw) {
        return raw.get(Constants.SERVICE_RANKING) instanceof Integer ranking ? ranking : 0;
    }
}
