package exporter.i915;

import dmabuf.api.Subscription;
import dmabuf.linux.DeviceTracker.Device;
import dmabuf.linux.DriverComponent;
import dmabuf.linux.drm.DrmNodes;
import dmabuf.spi.Exporter;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Registers an {@link Exporter} for each device that says it is i915's, on the preferred kernel. */
@Component(service = {}, immediate = true, configurationPid = "exporter.i915")
@Designate(ocd = I915Component.Configuration.class)
public final class I915Component extends DriverComponent {

    /** The configuration, under the PID {@code exporter.i915}. Changing it makes new generations. */
    @ObjectClassDefinition(name = "i915 exporter", description = "Exports GEM objects of Intel graphics by PRIME.")
    public @interface Configuration {

        /**
         * Names the nodes.
         *
         * @return a regular expression that the name of a node must match whole; of a device with two such nodes its render node is taken
         */
        @AttributeDefinition(name = "Nodes", description = "A regular expression that the name of a node must match whole.")
        String nodes() default "renderD\\d+|card\\d+";

        /**
         * Says which kernel to take devices from.
         *
         * @return auto, linux or simulated
         */
        @AttributeDefinition(
                name = "Kernel",
                description = "auto: real devices where there are any, simulated ones elsewhere, if a simulation is deployed.",
                options = {@Option("auto"), @Option("linux"), @Option("simulated")})
        String kernel() default "auto";
    }

    /**
     * Prepares to follow the devices.
     *
     * @param context registers the services
     * @param configuration which nodes, of which kernel
     * @throws IllegalArgumentException for a kernel that is none of the three, or a pattern that is none
     */
    @Activate
    public I915Component(BundleContext context, Configuration configuration) {
        super(DrmNodes.FOLDER, DrmNodes.onePerDevice(configuration.nodes()), configuration.kernel(), device -> publish(context, device));
    }

    private static Subscription publish(BundleContext context, Device device) {
        Optional<I915Exporter> exporter = I915Exporter.probe(device.kernel(), device.node());
        if (exporter.isEmpty()) {
            return null;
        }
        ServiceRegistration<Exporter> registration =
                context.registerService(Exporter.class, exporter.get(), exporter.get().properties().toDictionary());
        return registration::unregister;
    }
}
