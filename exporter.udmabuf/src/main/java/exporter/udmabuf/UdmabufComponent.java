package exporter.udmabuf;

import dmabuf.linux.DriverComponent;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Registers an {@link dmabuf.spi.Exporter} while the configured node is there, on the preferred kernel. */
@Component(service = {}, immediate = true, configurationPid = "exporter.udmabuf")
@Designate(ocd = UdmabufComponent.Configuration.class)
public final class UdmabufComponent extends DriverComponent {

    /**
     * The configuration, under the PID {@code exporter.udmabuf}. Another limit leaves the exporter as it is; another device or kernel makes
     * a new generation.
     */
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

        /**
         * Limits the size of a buffer. It may change while the exporter is in use, and counts for buffers that are made from then on.
         *
         * @return in MiB; 0 for the driver's own limit, which is never exceeded
         */
        @AttributeDefinition(
                name = "Largest buffer",
                description = "In MiB; 0 for the driver's own limit (the module parameter size_limit_mb), which counts in any case.")
        int maxMebibytes() default 0;
    }

    private final Publications publications;
    private String device;
    private String kernel;

    /**
     * Prepares to follow the node.
     *
     * @param context registers the service
     * @param configuration which node, of which kernel
     * @throws IllegalArgumentException for a kernel that is none of the three, a device that is no absolute path, or a limit below 0
     */
    @Activate
    public UdmabufComponent(BundleContext context, Configuration configuration) {
        Publications services = new Publications(context, configuration.maxMebibytes());
        super(folderOf(configuration.device()), configuration.device()::equals, configuration.kernel(), services);
        publications = services;
        device = configuration.device();
        kernel = configuration.kernel();
    }

    /**
     * Takes a changed configuration over. For the component runtime, which calls it from one thread at a time.
     *
     * @param configuration the configuration
     * @throws IllegalArgumentException as when it is activated; what was configured before goes on then
     */
    @Modified
    public void modified(Configuration configuration) {
        publications.allow(configuration.maxMebibytes());
        if (!configuration.device().equals(device) || !configuration.kernel().equals(kernel)) {
            follow(folderOf(configuration.device()), configuration.device()::equals, configuration.kernel(), publications);
            device = configuration.device();
            kernel = configuration.kernel();
        }
    }

    private static String folderOf(String device) {
        int slash = device.lastIndexOf('/');
        if (!device.startsWith("/") || slash == device.length() - 1) {
            throw new IllegalArgumentException("exporter.udmabuf: device must be the absolute path of a node, and is " + device);
        }
        return device.substring(0, Math.max(slash, 1));
    }
}
