package exporter.heap;

import dmabuf.api.Subscription;
import dmabuf.linux.DeviceTracker.Device;
import dmabuf.linux.DriverComponent;
import dmabuf.spi.Exporter;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Registers an {@link Exporter} for each heap, on the preferred kernel. */
@Component(service = {}, immediate = true, configurationPid = "exporter.heap")
@Designate(ocd = HeapComponent.Configuration.class)
public final class HeapComponent extends DriverComponent {

    /** The configuration, under the PID {@code exporter.heap}. Changing it makes new generations. */
    @ObjectClassDefinition(name = "dma-heap exporter", description = "Allocates dma-bufs from the heaps in /dev/dma_heap.")
    public @interface Configuration {

        /**
         * Names the heaps.
         *
         * @return a regular expression that a heap's name must match whole
         */
        @AttributeDefinition(name = "Heaps", description = "A regular expression that the name of a heap must match whole.")
        String heaps() default ".*";

        /**
         * Says which kernel to take heaps from.
         *
         * @return auto, linux or simulated
         */
        @AttributeDefinition(
                name = "Kernel",
                description = "auto: real heaps where there are any, simulated ones elsewhere, if a simulation is deployed.",
                options = {@Option("auto"), @Option("linux"), @Option("simulated")})
        String kernel() default "auto";
    }

    private static final String FOLDER = "/dev/dma_heap";

    /**
     * Prepares to follow the heaps.
     *
     * @param context registers the services
     * @param configuration which heaps, of which kernel
     * @throws IllegalArgumentException for a kernel that is none of the three, or a pattern that is none
     */
    @Activate
    public HeapComponent(BundleContext context, Configuration configuration) {
        super(FOLDER, Pattern.compile(FOLDER + "/(" + configuration.heaps() + ")").asMatchPredicate(), configuration.kernel(),
                device -> publish(context, device));
    }

    private static Subscription publish(BundleContext context, Device device) {
        HeapExporter exporter = new HeapExporter(device.kernel(), device.node());
        ServiceRegistration<Exporter> registration =
                context.registerService(Exporter.class, exporter, exporter.properties().toDictionary());
        return registration::unregister;
    }
}
