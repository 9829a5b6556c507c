package exporter.kms;

import dmabuf.api.Subscription;
import dmabuf.linux.DeviceTracker.Device;
import dmabuf.linux.DriverComponent;
import dmabuf.linux.drm.DrmNodes;
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

/** Registers an {@link Exporter} for each card that makes and exports dumb buffers, on the preferred kernel. */
@Component(service = {}, immediate = true, configurationPid = "exporter.kms")
@Designate(ocd = KmsComponent.Configuration.class)
public final class KmsComponent extends DriverComponent {

    /** The configuration, under the PID {@code exporter.kms}. Changing it makes new generations. */
    @ObjectClassDefinition(name = "KMS exporter", description = "Exports DRM dumb buffers of any display driver by PRIME.")
    public @interface Configuration {

        /**
         * Names the cards.
         *
         * @return a regular expression that the name of a card node must match whole; dumb buffers need a card node, not a render node
         */
        @AttributeDefinition(name = "Cards", description = "A regular expression that the name of a card node must match whole.")
        String cards() default "card\\d+";

        /**
         * Says which kernel to take cards from.
         *
         * @return auto, linux or simulated
         */
        @AttributeDefinition(
                name = "Kernel",
                description = "auto: real cards where there are any, simulated ones elsewhere, if a simulation is deployed.",
                options = {@Option("auto"), @Option("linux"), @Option("simulated")})
        String kernel() default "auto";
    }

    /**
     * Prepares to follow the cards.
     *
     * @param context registers the services
     * @param configuration which cards, of which kernel
     * @throws IllegalArgumentException for a kernel that is none of the three, or a pattern that is none
     */
    @Activate
    public KmsComponent(BundleContext context, Configuration configuration) {
        super(DrmNodes.FOLDER, Pattern.compile(DrmNodes.FOLDER + "/(" + configuration.cards() + ")").asMatchPredicate(),
                configuration.kernel(), device -> publish(context, device));
    }

    private static Subscription publish(BundleContext context, Device device) {
        KmsExporter exporter = KmsExporter.probe(device.kernel(), device.node());
        if (exporter == null) {
            return null;
        }
        ServiceRegistration<Exporter> registration =
                context.registerService(Exporter.class, exporter, exporter.properties().toDictionary());
        return registration::unregister;
    }
}
