package exporter.udmabuf;

import dmabuf.api.Subscription;
import dmabuf.linux.DeviceTracker.Device;
import dmabuf.linux.DriverComponent;
import dmabuf.spi.Exporter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Registers an {@link Exporter} while the configured node is there, on the preferred kernel. */
@Component(service = {}, immediate = true, configurationPid = "exporter.udmabuf")
@Designate(ocd = UdmabufComponent.Configuration.class)
public final class UdmabufComponent extends DriverComponent {

    /** The configuration, under the PID {@code exporter.udmabuf}. Changing it makes a new generation. */
    @ObjectClassDefinition(name = "udmabuf exporter", description = "Turns memfds into dma-bufs through /dev/udmabuf.")
    public @interface Configuration {

        /**
         * Names the device node.
         *
         * @return an absolute path
         */
        @AttributeDefinition(name = "Device", description = "The device node, an absolute path.")
        String device() default "/dev/udmabuf";

        /**
         * Says which kernel to take the device from.
         *
         * @return auto, linux or simulated
         */
        @AttributeDefinition(
                name = "Kernel",
                description = "auto: the real device where there is one, the simulated one elsewhere, if a simulation is deployed.",
                options = {@Option("auto"), @Option("linux"), @Option("simulated")})
        String kernel() default "auto";
    }

    /**
     * Prepares to follow the node.
     *
     * @param context registers the service
     * @param configuration which node, of which kernel
     * @throws IllegalArgumentException for a kernel that is none of the three, or a device that is no absolute path
     */
    @Activate
    public UdmabufComponent(BundleContext context, Configuration configuration) {
        super(folderOf(configuration.device()), configuration.device()::equals, configuration.kernel(),
                device -> publish(context, device));
    }

    private static String folderOf(String device) {
        int slash = device.lastIndexOf('/');
        if (!device.startsWith("/") || slash == device.length() - 1) {
            throw new IllegalArgumentException("exporter.udmabuf: device must be the absolute path of a node, and is " + device);
        }
        return device.substring(0, Math.max(slash, 1));
    }

    private static Subscription publish(BundleContext context, Device device) {
        UdmabufExporter exporter = new UdmabufExporter(device.kernel(), device.node());
        ServiceRegistration<Exporter> registration =
                context.registerService(Exporter.class, exporter, exporter.properties().toDictionary());
        return registration::unregister;
    }
}
