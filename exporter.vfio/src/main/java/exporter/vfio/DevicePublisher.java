package exporter.vfio;

import dmabuf.api.DmaBufException;
import dmabuf.api.Subscription;
import dmabuf.display.spi.DisplaySource;
import dmabuf.fd.Errno;
import dmabuf.linux.DeviceTracker;
import dmabuf.linux.Syscalls;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioNodes;
import dmabuf.spi.Exporter;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Makes screens known: those of groups that may be opened, and those of devices that somebody lends. Remembers why others are not. Of a
 * group of several devices the first that has a screen is served, since a group is opened once.
 */
final class DevicePublisher implements DeviceTracker.Publisher {

    private static final System.Logger LOG = System.getLogger(DevicePublisher.class.getName());

    /** A device of a kernel. */
    record Found(Syscalls kernel, VfioNode device) {}

    private final BundleContext context;
    private final OpenPolicy policy;
    private volatile Runnable whenBusy = () -> { };
    private final Map<Found, String> reasons = new ConcurrentHashMap<>();

    DevicePublisher(BundleContext context, OpenPolicy policy) {
        this.context = context;
        this.policy = policy;
    }

    /** @param action called when a group could not be opened since somebody has it open */
    void whenBusy(Runnable action) {
        whenBusy = action;
    }

    /** Why a device is not served, as far as that was found out by trying. */
    Optional<String> reason(Syscalls kernel, VfioNode device) {
        return Optional.ofNullable(reasons.get(new Found(kernel, device)));
    }

    boolean opens(Syscalls kernel, VfioNode device) {
        return policy.opens(kernel.kind(), device);
    }

    @Override
    public Subscription publish(DeviceTracker.Device group) {
        Syscalls kernel = group.kernel();
        List<VfioNode> devices = VfioNodes.in(kernel.devices(), group.node());
        for (VfioNode device : devices) {
            Found found = new Found(kernel, device);
            if (!policy.opens(kernel.kind(), device)) {
                tell(found, "it is not opened: that would take it from a virtual machine. To have its screen, name it in the configuration "
                        + VfioComponent.PID + ", devices = " + device.name());
                continue;
            }
            Subscription published = publish(found);
            if (published != null) {
                return published;
            }
        }
        return null;
    }

    private void tell(Found found, String reason) {
        if (!reason.equals(reasons.put(found, reason))) {
            LOG.log(System.Logger.Level.INFO, "{0}: {1}", found.device, reason);
        }
    }

    private Subscription publish(Found found) {
        VfioDevice opened;
        try {
            opened = VfioDevice.open(found.kernel, found.device);
        } catch (DmaBufException e) {
            if (e.errno() == Errno.EBUSY) {
                tell(found, e.getMessage() + "; it is tried again");
                whenBusy.run();
                return null;
            }
            reasons.put(found, e.getMessage());
            throw e;
        }
        boolean published = false;
        try {
            Optional<GfxDevice> screen = GfxDevice.probe(opened);
            if (screen.isEmpty()) {
                tell(found, "it shows no screen: it knows neither dma-bufs nor a region for one");
                return null;
            }
            VfioExporter exporter = new VfioExporter(screen.get(), found.device.node(), found.device.driver(), opened::close);
            published = true;
            reasons.remove(found);
            return register(exporter, found.device.toString());
        } catch (DmaBufException e) {
            reasons.put(found, e.getMessage());
            throw e;
        } finally {
            if (!published) {
                opened.close();
            }
        }
    }

    /**
     * Serves a device that is somebody else's, who opens and closes it.
     *
     * @param named what importers find it by
     * @return what withdraws it; null when it has no screen
     */
    Subscription lent(VfioDevice device, String named) {
        try {
            Optional<GfxDevice> screen = GfxDevice.probe(device);
            if (screen.isEmpty()) {
                LOG.log(System.Logger.Level.INFO, "{0} shows no screen", named);
                return null;
            }
            Optional<VfioNode> node = VfioNodes.find(device.kernel().devices(), device.name());
            String driver = node.map(VfioNode::driver).orElse("");
            return register(new VfioExporter(screen.get(), named, driver, () -> { }), node.map(VfioNode::toString).orElse(device.name()));
        } catch (DmaBufException | IllegalStateException e) {
            LOG.log(System.Logger.Level.WARNING, "the screen of {0} cannot be served: {1}", named, e.getMessage());
            return null;
        }
    }

    /** The screen leaves before the exporter of its frames, and comes after it. */
    private Subscription register(VfioExporter exporter, String called) {
        Dictionary<String, Object> properties = exporter.properties().toDictionary();
        ServiceRegistration<Exporter> frames = context.registerService(Exporter.class, exporter, properties);
        Dictionary<String, Object> screenProperties = exporter.properties().toDictionary();
        screenProperties.put(DisplaySource.NAME, called);
        ServiceRegistration<DisplaySource> screen = context.registerService(DisplaySource.class, exporter, screenProperties);
        return () -> {
            screen.unregister();
            frames.unregister();
            exporter.close();
        };
    }
}
