package importer.v4l2;

import dmabuf.api.DmaBufs;
import dmabuf.api.Subscription;
import dmabuf.linux.DeviceTracker.Device;
import dmabuf.linux.DriverComponent;
import java.util.regex.Pattern;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** Registers a {@link Camera} for each video capture device, on the preferred kernel. */
@Component(service = {}, immediate = true, configurationPid = "importer.v4l2")
@Designate(ocd = CameraComponent.Configuration.class)
public final class CameraComponent extends DriverComponent {

    private static final String FOLDER = "/dev";

    private final OpenStreams streams;

    /** The configuration, under the PID {@code importer.v4l2}. Changing it closes the streams that are open. */
    @ObjectClassDefinition(name = "V4L2 importer", description = "Cameras that capture into dma-bufs of any exporter, or export their own.")
    public @interface Configuration {

        /**
         * Names the nodes.
         *
         * @return a regular expression that the name of a node must match whole
         */
        @AttributeDefinition(name = "Cameras", description = "A regular expression that the name of a node in /dev must match whole.")
        String cameras() default "video\\d+";

        /**
         * Says which kernel to take cameras from.
         *
         * @return auto, linux or simulated
         */
        @AttributeDefinition(
                name = "Kernel",
                description = "auto: real cameras where there are any, simulated ones elsewhere, if a simulation is deployed.",
                options = {@Option("auto"), @Option("linux"), @Option("simulated")})
        String kernel() default "auto";
    }

    /**
     * Prepares to follow the nodes.
     *
     * @param context registers the services
     * @param configuration which nodes, of which kernel
     * @param dmaBufs where buffers come from
     * @throws IllegalArgumentException for a kernel that is none of the three, or a pattern that is none
     */
    @Activate
    public CameraComponent(BundleContext context, Configuration configuration, @Reference DmaBufs dmaBufs) {
        this(context, configuration, dmaBufs, new OpenStreams());
    }

    private CameraComponent(BundleContext context, Configuration configuration, DmaBufs dmaBufs, OpenStreams streams) {
        super(FOLDER, Pattern.compile(FOLDER + "/(" + configuration.cameras() + ")").asMatchPredicate(), configuration.kernel(),
                device -> publish(context, device, dmaBufs, streams));
        this.streams = streams;
    }

    private static Subscription publish(BundleContext context, Device device, DmaBufs dmaBufs, OpenStreams streams) {
        V4l2Camera camera = V4l2Camera.probe(device.kernel(), device.node(), dmaBufs, streams);
        if (camera == null) {
            return null;
        }
        ServiceRegistration<Camera> registration = context.registerService(Camera.class, camera, camera.properties());
        return registration::unregister;
    }

    @Override
    protected void withdrawn() {
        streams.close();
    }
}
