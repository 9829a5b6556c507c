package dmabuf.linux;

import dmabuf.api.Subscription;
import dmabuf.fd.KernelKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Follows the device nodes that a driver can serve, over every kernel that is deployed: publishes a device when it comes and withdraws it
 * when it goes, also when another takes its place at once. A component feeds it kernels; what publishing means is the component's.
 *
 * <p>Thread-safe. {@link Publisher} is called by one thread at a time and with no lock held. Of each kind of kernel, what is gone is
 * withdrawn before anything new is published; a simulated device is withdrawn after the real one that takes its place was published.
 */
public final class DeviceTracker implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(DeviceTracker.class.getName());

    /**
     * A device node of a kernel.
     *
     * @param kernel whose it is
     * @param node its path
     */
    public record Device(Syscalls kernel, String node) {

        // Written out, as what the JVM makes for records takes it ten milliseconds to make, and every driver's start would wait for it.

        @Override
        public boolean equals(Object other) {
            return other instanceof Device device && kernel.equals(device.kernel) && node.equals(device.node);
        }

        @Override
        public int hashCode() {
            return 31 * kernel.hashCode() + node.hashCode();
        }
    }

    /** Makes a device known, as a service for instance. */
    @FunctionalInterface
    public interface Publisher {

        /**
         * Makes a device known.
         *
         * @param device a node that was accepted by name
         * @return what withdraws it again; null when the driver behind the node turns out to be another's
         */
        Subscription publish(Device device);
    }

    /** Chooses the nodes to publish, where that depends on which others are there: of a device with several nodes, one. */
    @FunctionalInterface
    public interface Choice {

        /**
         * Chooses. Called anew whenever the folder changes: a node that is no longer chosen is withdrawn.
         *
         * @param devices what the kernel tells of its devices
         * @param nodes the paths of all nodes in the folder, sorted
         * @return those that may be the driver's
         */
        List<String> choose(Devices devices, List<String> nodes);
    }

    private final String folder;
    private final Choice choice;
    private final KernelPreference preference;
    private final Publisher publisher;

    private final Object lock = new Object();
    private final Map<Syscalls, Subscription> kernels = new LinkedHashMap<>();
    private boolean started;
    private boolean dirty;
    private boolean closed;
    private Thread worker;

    /** A device that is published: which of those that the node has stood for, and what withdraws it. */
    private record Published(long identity, Subscription subscription) {}

    /** What is published. Only touched by the worker. A node that was refused is tried again when the folder changes. */
    private final Map<Device, Published> devices = new LinkedHashMap<>();
    /** Why nodes cannot be used, so that the same reason is told once. Only touched by the worker. */
    private final Map<Device, String> complaints = new HashMap<>();

    /**
     * Prepares to follow the nodes of a folder. Nothing is published before {@link #start}, so that all the kernels which are there at
     * the beginning are known before one of them is preferred.
     *
     * @param folder the folder, such as {@code /dev/dri}
     * @param accepts tells by its path whether a node may be one of the driver's
     * @param preference which kernel to take devices from
     * @param publisher makes devices known
     */
    public DeviceTracker(String folder, Predicate<String> accepts, KernelPreference preference, Publisher publisher) {
        this(folder, (devices, nodes) -> nodes.stream().filter(accepts).toList(), preference, publisher);
    }

    /**
     * Prepares to follow the nodes of a folder, as the other constructor does, with a choice that sees all nodes at once.
     *
     * @param folder the folder, such as {@code /dev/dri}
     * @param choice chooses the nodes that may be the driver's
     * @param preference which kernel to take devices from
     * @param publisher makes devices known
     */
    public DeviceTracker(String folder, Choice choice, KernelPreference preference, Publisher publisher) {
        this.folder = folder;
        this.choice = choice;
        this.preference = preference;
        this.publisher = publisher;
    }

    /**
     * Tries again to publish what could not be: for what changes without a change in the folder, such as a device that was in use. Does
     * nothing before {@link #start} and after {@link #close}.
     */
    public void lookAgain() {
        update();
    }

    /** Publishes what is there, and follows it from now on. */
    public void start() {
        synchronized (lock) {
            started = true;
        }
        update();
    }

    /**
     * Adds a kernel and publishes its devices, once started. Does nothing after {@link #close()}.
     *
     * @param kernel the kernel
     */
    public void addKernel(Syscalls kernel) {
        if (!wanted(kernel.kind())) {
            return;
        }
        Subscription watch = kernel.devices().watch(folder, this::update);
        Subscription unused;
        synchronized (lock) {
            unused = closed ? watch : kernels.put(kernel, watch);
        }
        if (unused != null) {
            unused.close();
        }
        update();
    }

    /**
     * Removes a kernel and withdraws its devices. When this returns they are withdrawn, unless it was called from within the publisher.
     *
     * @param kernel the kernel
     */
    public void removeKernel(Syscalls kernel) {
        Subscription watch;
        synchronized (lock) {
            watch = kernels.remove(kernel);
        }
        if (watch != null) {
            watch.close();
            update();
        }
    }

    private boolean wanted(KernelKind kind) {
        return switch (preference) {
            case AUTO -> true;
            case LINUX -> kind == KernelKind.LINUX;
            case SIMULATED -> kind == KernelKind.SIMULATED;
        };
    }

    /** Withdraws everything. When this returns it is withdrawn, unless it was called from within the publisher. */
    @Override
    public void close() {
        List<Subscription> watches;
        synchronized (lock) {
            closed = true;
            watches = new ArrayList<>(kernels.values());
            kernels.clear();
        }
        watches.forEach(Subscription::close);
        update();
    }

    /**
     * Brings what is published in line with what is there. One thread does the work; another that comes meanwhile leaves a note and
     * waits, since its caller relies on the result, and a call from within the publisher only leaves the note.
     */
    private void update() {
        synchronized (lock) {
            if (!started) {
                return;
            }
            dirty = true;
            if (worker == Thread.currentThread()) {
                return;
            }
            while (worker != null) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return; // The note is left: the worker will see it.
                }
            }
            if (!dirty) {
                return;
            }
            worker = Thread.currentThread();
        }
        work();
    }

    private void work() {
        boolean finished = false;
        try {
            while (true) {
                List<Syscalls> present;
                synchronized (lock) {
                    if (!dirty) {
                        worker = null;
                        finished = true;
                        lock.notifyAll();
                        return;
                    }
                    dirty = false;
                    present = closed ? List.of() : new ArrayList<>(kernels.keySet());
                }
                reconcile(present);
            }
        } finally {
            if (!finished) {
                synchronized (lock) {
                    worker = null;
                    lock.notifyAll();
                }
            }
        }
    }

    private void reconcile(List<Syscalls> present) {
        boolean real = publishAll(present, KernelKind.LINUX, false);
        publishAll(present, KernelKind.SIMULATED, real && preference == KernelPreference.AUTO);
    }

    /** Publishes what is there of one kind of kernel, and withdraws what is not; tells whether anything is published. */
    private boolean publishAll(List<Syscalls> present, KernelKind kind, boolean superseded) {
        Set<Device> there = new HashSet<>();
        List<Device> inOrder = new ArrayList<>();
        for (Syscalls kernel : present) {
            if (kernel.kind() == kind && !superseded) {
                Devices nodes = kernel.devices();
                for (String node : choice.choose(nodes, nodes.list(folder))) {
                    Device device = new Device(kernel, node);
                    if (there.add(device)) {
                        inOrder.add(device);
                    }
                }
            }
        }
        for (Device device : List.copyOf(devices.keySet())) {
            if (device.kernel().kind() == kind && (!there.contains(device) || isAnother(device))) {
                withdraw(device);
            }
        }
        complaints.keySet().removeIf(device -> device.kernel().kind() == kind && !there.contains(device));
        for (Device device : inOrder) {
            if (!devices.containsKey(device)) {
                publish(device);
            }
        }
        return !Collections.disjoint(there, devices.keySet());
    }

    /** Whether the node stands for another device by now: one that went and one that came between two looks. */
    private boolean isAnother(Device device) {
        return device.kernel().devices().identity(device.node()) != devices.get(device).identity();
    }

    private void publish(Device device) {
        try {
            long identity = device.kernel().devices().identity(device.node());
            Subscription published = publisher.publish(device);
            complaints.remove(device);
            if (published != null) {
                devices.put(device, new Published(identity, published));
            }
        } catch (RuntimeException e) {
            // It is tried again with every change of the folder: said once, this is news. That a device goes while it is asked is none.
            String reason = String.valueOf(e.getMessage());
            boolean known = reason.equals(complaints.put(device, reason)) || !device.kernel().devices().exists(device.node());
            LOG.log(known ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING, "{0} cannot be used: {1}", device.node(), reason);
        }
    }

    private void withdraw(Device device) {
        try {
            devices.remove(device).subscription().close();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "withdrawing {0} failed: {1}", device.node(), e.toString());
        }
    }
}
