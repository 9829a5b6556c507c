package dmabuf.linux;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * What the components of all drivers have in common: each follows the nodes of one folder on every kernel that is deployed, and makes its
 * devices known while they are there. A subclass is a DS component, whose constructor says which nodes, and how a service is registered.
 *
 * <p>Its bundle needs {@code -dsannotations-options: inherit} in {@code bnd.bnd}, or the kernels never come.
 *
 * <p>Thread-safe. Nothing is published before the component is activated.
 */
public abstract class DriverComponent {

    private final Object lock = new Object();
    private final Set<Syscalls> kernels = new LinkedHashSet<>();
    private DeviceTracker tracker;

    /**
     * Prepares to follow nodes, each for itself.
     *
     * @param folder the folder, such as {@code /dev/dma_heap}
     * @param accepts tells by its path whether a node may be one of the driver's
     * @param kernel which kernel to take devices from: {@code auto}, {@code linux} or {@code simulated}
     * @param publisher makes devices known, as services
     * @throws IllegalArgumentException for a kernel that is none of the three
     */
    protected DriverComponent(String folder, Predicate<String> accepts, String kernel, DeviceTracker.Publisher publisher) {
        tracker = new DeviceTracker(folder, accepts, KernelPreference.ofProperty(kernel), publisher);
    }

    /**
     * Prepares to follow nodes, of which some are chosen.
     *
     * @param folder the folder, such as {@code /dev/dri}
     * @param choice chooses the nodes that may be the driver's
     * @param kernel which kernel to take devices from: {@code auto}, {@code linux} or {@code simulated}
     * @param publisher makes devices known, as services
     * @throws IllegalArgumentException for a kernel that is none of the three
     */
    protected DriverComponent(String folder, DeviceTracker.Choice choice, String kernel, DeviceTracker.Publisher publisher) {
        tracker = new DeviceTracker(folder, choice, KernelPreference.ofProperty(kernel), publisher);
    }

    /**
     * Follows other nodes from now on, as if the component had been made anew: for a configuration that has changed in more than what
     * services can go on with. When this returns, what was published is withdrawn, and what is there now is published.
     *
     * @param folder the folder
     * @param accepts tells by its path whether a node may be one of the driver's
     * @param kernel which kernel to take devices from: {@code auto}, {@code linux} or {@code simulated}
     * @param publisher makes devices known, as services
     * @throws IllegalArgumentException for a kernel that is none of the three; nothing has changed then
     */
    protected final void follow(String folder, Predicate<String> accepts, String kernel, DeviceTracker.Publisher publisher) {
        DeviceTracker next = new DeviceTracker(folder, accepts, KernelPreference.ofProperty(kernel), publisher);
        DeviceTracker former;
        List<Syscalls> present;
        synchronized (lock) {
            former = tracker;
            tracker = next;
            present = List.copyOf(kernels);
        }
        former.close();
        present.forEach(next::addKernel);
        // One that went meanwhile was removed before it was added.
        present.stream().filter(each -> !has(each)).forEach(next::removeKernel);
        next.start();
    }

    private boolean has(Syscalls kernel) {
        synchronized (lock) {
            return kernels.contains(kernel);
        }
    }

    private DeviceTracker tracker() {
        synchronized (lock) {
            return tracker;
        }
    }

    /**
     * Takes a kernel in. For the component runtime.
     *
     * @param kernel the kernel
     */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    protected final void addKernel(Syscalls kernel) {
        DeviceTracker current;
        synchronized (lock) {
            kernels.add(kernel);
            current = tracker;
        }
        current.addKernel(kernel);
    }

    /**
     * Lets a kernel go, and withdraws its devices first. For the component runtime.
     *
     * @param kernel the kernel
     */
    protected final void removeKernel(Syscalls kernel) {
        DeviceTracker current;
        synchronized (lock) {
            kernels.remove(kernel);
            current = tracker;
        }
        current.removeKernel(kernel);
    }

    /** Tries again to make devices known that could not be used. For what changes without a change in the folder. */
    protected final void lookAgain() {
        tracker().lookAgain();
    }

    /** Begins, once every kernel that is there has been added. For the component runtime. */
    @Activate
    protected final void activate() {
        tracker().start();
    }

    /** Withdraws everything. For the component runtime. */
    @Deactivate
    protected final void deactivate() {
        tracker().close();
        withdrawn();
    }

    /** Is called last, when nothing is published any more: for what outlives the devices, but not the component. Does nothing here. */
    protected void withdrawn() {}
}
