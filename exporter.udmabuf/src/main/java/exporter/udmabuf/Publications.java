package exporter.udmabuf;

import dmabuf.api.Subscription;
import dmabuf.linux.DeviceTracker;
import dmabuf.spi.Exporter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** The services of this driver's devices, and the limit that the configuration sets them: it may change while they serve. Thread-safe. */
final class Publications implements DeviceTracker.Publisher {

    private static final System.Logger LOG = System.getLogger(Publications.class.getName());

    private final BundleContext context;
    private final Map<UdmabufExporter, ServiceRegistration<Exporter>> registered = new ConcurrentHashMap<>();
    private volatile int allowedMebibytes;

    Publications(BundleContext context, int allowedMebibytes) {
        this.context = context;
        this.allowedMebibytes = checked(allowedMebibytes);
    }

    private static int checked(int mebibytes) {
        if (mebibytes < 0) {
            throw new IllegalArgumentException("exporter.udmabuf: maxMebibytes must be 0 for the driver's limit, or more, and is "
                    + mebibytes);
        }
        return mebibytes;
    }

    @Override
    public Subscription publish(DeviceTracker.Device device) {
        int allowed = allowedMebibytes;
        UdmabufExporter exporter = new UdmabufExporter(device.kernel(), device.node(), () -> allowedMebibytes);
        ServiceRegistration<Exporter> registration =
                context.registerService(Exporter.class, exporter, exporter.properties().toDictionary());
        registered.put(exporter, registration);
        if (allowedMebibytes != allowed) {
            tell(exporter, registration); // Who changed it may not have seen this one.
        }
        return () -> {
            registered.remove(exporter);
            registration.unregister();
        };
    }

    /** Sets another limit. The services stay; their properties say so, and the next export heeds it. */
    void allow(int mebibytes) {
        allowedMebibytes = checked(mebibytes);
        registered.forEach(Publications::tell);
    }

    private static void tell(UdmabufExporter exporter, ServiceRegistration<Exporter> registration) {
        try {
            registration.setProperties(exporter.properties().toDictionary());
        } catch (IllegalStateException e) {
            LOG.log(System.Logger.Level.DEBUG, "a device went while its limit changed: {0}", e.getMessage());
        }
    }
}
