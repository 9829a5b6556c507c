package exporter.hello;

import dmabuf.api.Subscription;
import dmabuf.linux.DeviceTracker.Device;
import dmabuf.linux.DriverComponent;
import dmabuf.spi.Exporter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Registers an exporter for the device, while it is there. */
@Component(service = {}, immediate = true, configurationPid = "exporter.hello")
public final class HelloComponent extends DriverComponent {

    /** Which kernel to take the device from: auto, linux or simulated. */
    public @interface Configuration {
        String kernel() default "auto";
    }

    @Activate
    public HelloComponent(BundleContext context, Configuration configuration) {
        super("/dev", "/dev/udmabuf"::equals, configuration.kernel(), device -> publish(context, device));
    }

    private static Subscription publish(BundleContext context, Device device) {
        HelloExporter exporter = new HelloExporter(device.kernel(), device.node());
        ServiceRegistration<Exporter> registration =
                context.registerService(Exporter.class, exporter, exporter.properties().toDictionary());
        return registration::unregister;
    }
}
