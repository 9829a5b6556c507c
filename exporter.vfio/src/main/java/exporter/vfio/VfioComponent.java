package exporter.vfio;

import dmabuf.api.ExporterProperties;
import dmabuf.api.Subscription;
import dmabuf.display.spi.DisplayExplanation;
import dmabuf.fd.KernelKind;
import dmabuf.linux.DriverComponent;
import dmabuf.linux.KernelPreference;
import dmabuf.linux.Syscalls;
import dmabuf.linux.vfio.VfioDevice;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioNodes;
import dmabuf.spi.Exporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * Registers an {@link Exporter} and a screen for each VFIO device that shows one: of the devices that the configuration names, and of those
 * that are lent, as services, by who has opened them.
 */
@Component(service = DisplayExplanation.class, immediate = true, configurationPid = VfioComponent.PID)
@Designate(ocd = VfioComponent.Configuration.class)
public final class VfioComponent extends DriverComponent implements DisplayExplanation {

    /** Under which it is configured. */
    static final String PID = "exporter.vfio";

    /** The configuration, under the PID {@code exporter.vfio}. Changing it makes new generations. */
    @ObjectClassDefinition(
            name = "VFIO display exporter",
            description = "Exports the screens of VFIO devices: by dma-buf, or by a region of the device.")
    public @interface Configuration {

        /**
         * Names the devices to open. A group can be open in one process only, and a device that is closed is reset: so nothing is opened
         * that is not named, save simulated ones.
         *
         * @return nodes of groups ({@code /dev/vfio/7}), UUIDs of mediated devices, PCI addresses, or {@code *} for all
         */
        @AttributeDefinition(
                name = "Devices",
                description = "Nodes of groups (/dev/vfio/7), UUIDs of mediated devices, PCI addresses, or * for all. What is not named is"
                        + " not opened: that would take it from a virtual machine.")
        String[] devices() default {};

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

    private final DevicePublisher publisher;
    private final KernelPreference preference;
    private final BusyGroups busy;
    private final Map<VfioDevice, Subscription> lent = new ConcurrentHashMap<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    private volatile List<Syscalls> kernels;

    /**
     * Prepares to follow the devices.
     *
     * @param context registers the services
     * @param configuration which devices, and of which kernel
     * @throws IllegalArgumentException for a kernel that is none of the three
     */
    @Activate
    public VfioComponent(BundleContext context, Configuration configuration) {
        this(new DevicePublisher(context, new OpenPolicy(List.of(configuration.devices()))), configuration.kernel());
    }

    private VfioComponent(DevicePublisher publisher, String kernel) {
        super(VfioNodes.FOLDER, VfioNodes.groups(), kernel, publisher);
        this.publisher = publisher;
        this.preference = KernelPreference.ofProperty(kernel);
        this.busy = new BusyGroups(this::lookAgain);
        publisher.whenBusy(busy::meet);
    }

    /**
     * Takes a device in that somebody lends. For the component runtime.
     *
     * @param device open, and not to be closed here
     * @param properties {@code dmabuf.device} names it
     */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addDevice(VfioDevice device, Map<String, Object> properties) {
        Subscription published =
                publisher.lent(device, properties.get(ExporterProperties.DEVICE) instanceof String named ? named : device.name());
        if (published != null) {
            lent.put(device, published);
        }
    }

    /**
     * Lets a device go before its owner closes it. For the component runtime.
     *
     * @param device one that was lent
     */
    void removeDevice(VfioDevice device) {
        Subscription published = lent.remove(device);
        if (published != null) {
            published.close();
        }
    }

    @Override
    protected void withdrawn() {
        busy.close();
    }

    @Override
    public List<String> explain() {
        List<String> sentences = new ArrayList<>();
        boolean any = false;
        for (Syscalls kernel : kernels) {
            if (preference != KernelPreference.SIMULATED && kernel.kind() == KernelKind.LINUX
                    || preference != KernelPreference.LINUX && kernel.kind() == KernelKind.SIMULATED) {
                List<VfioNode> devices = VfioNodes.list(kernel.devices());
                any |= !devices.isEmpty();
                devices.forEach(device -> explain(kernel, device, sentences));
            }
        }
        if (!any) {
            sentences.add("there is no VFIO device: no group under " + VfioNodes.FOLDER + ". A virtual GPU, of a driver that makes some, is"
                    + " made by writing a UUID to /sys/class/mdev_bus/DEVICE/mdev_supported_types/TYPE/create");
        }
        return sentences;
    }

    private void explain(Syscalls kernel, VfioNode device, List<String> sentences) {
        publisher.reason(kernel, device)
                .or(() -> publisher.opens(kernel, device) ? VfioNodes.explainNoAccess(kernel.devices(), device) : Optional.empty())
                .ifPresent(reason -> sentences.add(device + ": " + reason));
    }
}
