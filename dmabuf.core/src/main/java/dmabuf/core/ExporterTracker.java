package dmabuf.core;

import dmabuf.linux.Deadline;
import dmabuf.spi.Exporter;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Follows the exporters of a container and has a {@link dmabuf.api.BufferSource} published for each.
 *
 * <p>When a bundle begins to stop, all of its exporters are seen off together, under one deadline, before its activator or its components
 * have torn anything down. Who hears first of a stopping bundle, this or declarative services, is not defined; so a service that is
 * unregistered while its bundle stops sets off the same.
 */
final class ExporterTracker
        implements ServiceTrackerCustomizer<Exporter, TrackedExporter>, SynchronousBundleListener, AutoCloseable {

    private final BundleContext context;
    private final CoreDmaBufs core;
    private final ServiceTracker<Exporter, TrackedExporter> tracker;
    private final Set<TrackedExporter> present = ConcurrentHashMap.newKeySet();

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
    public TrackedExporter addingService(ServiceReference<Exporter> reference) {
        Bundle bundle = reference.getBundle();
        if (bundle == null) {
            return null; // Unregistered meanwhile.
        }
        TrackedExporter tracked = new TrackedExporter(context, core, reference, bundle);
        present.add(tracked);
        refresh(tracked, bundle);
        return tracked;
    }

    @Override
    public void modifiedService(ServiceReference<Exporter> reference, TrackedExporter tracked) {
        Bundle bundle = reference.getBundle();
        if (bundle != null) {
            refresh(tracked, bundle);
        }
    }

    private void refresh(TrackedExporter tracked, Bundle bundle) {
        tracked.refresh();
        if (tracked.isStopping()) {
            // It may have begun to stop after it was looked at, and before its exporter could be found among those present.
            seeOff(bundle.getBundleId());
        }
    }

    @Override
    public void removedService(ServiceReference<Exporter> reference, TrackedExporter tracked) {
        Bundle bundle = reference.getBundle();
        if (bundle != null && tracked.isStopping()) {
            seeOff(bundle.getBundleId());
        }
        tracked.remove();
        present.remove(tracked);
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        long bundle = event.getBundle().getBundleId();
        switch (event.getType()) {
            case BundleEvent.STOPPING -> {
                core.prepareBuffersFor(type -> bundle == Constants.SYSTEM_BUNDLE_ID || isOf(type, event.getBundle()));
                seeOff(bundle);
            }
            case BundleEvent.STOPPED, BundleEvent.STARTING -> deadlines.remove(bundle);
            default -> {
                // Nothing else says that a bundle leaves.
            }
        }
    }

    private static boolean isOf(Class<?> type, Bundle bundle) {
        return bundle.equals(FrameworkUtil.getBundle(type));
    }

    /** Sees off every exporter of a bundle. Whoever comes second waits for what is left of the time. */
    private void seeOff(long bundle) {
        Collection<ExporterRegistration> leaving = present.stream()
                .filter(tracked -> tracked.isOf(bundle))
                .map(TrackedExporter::registration)
                .flatMap(Optional::stream)
                .toList();
        if (!leaving.isEmpty()) {
            core.retire(leaving, deadlines.computeIfAbsent(bundle, id -> core.drainDeadline()));
        }
    }
}
