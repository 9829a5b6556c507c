package exporter.virtio;

import dmabuf.linux.DeviceTracker;
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

/** Registers an {@link Exporter} for each device that says it is virtio-gpu's, on the preferred kernel. */
@Component(service = {}, immediate = true, configurationPid = "exporter.virtio")
@Designate(ocd = VirtioComponent.Configuration.class)
public final class VirtioComponent extends DriverComponent {

    /** The configuration, under the PID {@code exporter.virtio}. Changing it makes new generations. */
    @ObjectClassDefinition(name = "virtio-gpu exporter", description = "Exports blobs and resources of virtio-gpu by PRIME.")
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

        /**
         * Says what is known of the host, where the kernel's list of memory types cannot be read.
         *
         * @return with which map_info the host's renderer answers: unknown, none, cached, uncached or wc
         */
        @AttributeDefinition(
                name = "Host map_info",
                description = "How the host's renderer has its memory mapped. Used where the kernel does not tell: that takes root.",
                options = {@Option("unknown"), @Option("none"), @Option("cached"), @Option("uncached"), @Option("wc")})
        String hostMapInfo() default "unknown";
    }

    /**
     * Prepares to follow the devices.
     *
     * @param context registers the services
     * @param configuration which nodes, of which kernel, and what is known of the host
     * @throws IllegalArgumentException for a kernel that is none of the three, a pattern that is none, or an unknown map_info
     */
    @Activate
    public VirtioComponent(BundleContext context, Configuration configuration) {
        super(DrmNodes.FOLDER, DrmNodes.onePerDevice(configuration.nodes()), configuration.kernel(),
                publisher(context, HostMapInfo.ofProperty(configuration.hostMapInfo())));
    }

    private static DeviceTracker.Publisher publisher(BundleContext context, HostMapInfo told) {
        return device -> {
            Optional<VirtioExporter> exporter = VirtioExporter.probe(device.kernel(), device.node(), told);
            if (exporter.isEmpty()) {
                return null;
            }
            ServiceRegistration<Exporter> registration =
                    context.registerService(Exporter.class, exporter.get(), exporter.get().properties().toDictionary());
            return registration::unregister;
        };
    }
}
