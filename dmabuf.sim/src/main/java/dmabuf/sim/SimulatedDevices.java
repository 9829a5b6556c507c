package dmabuf.sim;

import dmabuf.api.Subscription;
import dmabuf.linux.Devices;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;

/** The device nodes that are plugged in, and who watches them. */
final class SimulatedDevices implements Devices {

    private static final System.Logger LOG = System.getLogger(SimulatedDevices.class.getName());

    private record Watch(String folder, Runnable changed, Object identity) {}

    private final MemoryTypes memoryTypes;
    private final NodeMappings<Backing> mappings = new NodeMappings<>();
    private final Object lock = new Object();
    private final Map<String, SimulatedDevice> plugged = new TreeMap<>();
    /** Which device of all that were ever plugged in stands behind a node. */
    private final Map<String, Long> identities = new HashMap<>();
    private long lastIdentity;
    private final List<Watch> watches = new ArrayList<>();
    private final Queue<Watch> pending = new ArrayDeque<>();
    private boolean notifying;

    SimulatedDevices(MemoryTypes memoryTypes) {
        this.memoryTypes = memoryTypes;
    }

    /** The memory types that mappings of devices' memory have. */
    MemoryTypes memoryTypes() {
        return memoryTypes;
    }

    /** What is mapped of devices whose drivers count mappings. */
    NodeMappings<Backing> mappings() {
        return mappings;
    }

    /** Plugs a device in; false when the node is taken. */
    boolean plug(String node, SimulatedDevice device) {
        synchronized (lock) {
            if (plugged.putIfAbsent(node, device) != null) {
                return false;
            }
            identities.put(node, ++lastIdentity);
        }
        changed(node);
        return true;
    }

    /** Unplugs a device; false when there is none. */
    boolean unplug(String node) {
        synchronized (lock) {
            if (plugged.remove(node) == null) {
                return false;
            }
            identities.remove(node);
        }
        changed(node);
        return true;
    }

    /** The device behind a node; null when there is none. */
    SimulatedDevice device(String node) {
        synchronized (lock) {
            return plugged.get(node);
        }
    }

    List<String> nodes() {
        synchronized (lock) {
            return List.copyOf(plugged.keySet());
        }
    }

    private List<SimulatedDevice> all() {
        synchronized (lock) {
            return List.copyOf(plugged.values());
        }
    }

    /** The parameters of a module that is loaded. */
    Optional<ModuleParameters> parameters(String module) {
        return all().stream().map(SimulatedDevice::parameters).filter(each -> each.module().equals(module)).findFirst();
    }

    @Override
    public List<String> list(String folder) {
        List<String> inside = new ArrayList<>();
        for (String node : nodes()) {
            if (folder(node).equals(folder)) {
                inside.add(node);
            }
        }
        return inside;
    }

    private static String folder(String node) {
        return node.substring(0, node.lastIndexOf('/'));
    }

    @Override
    public List<String> entries(String folder) {
        return all().stream().flatMap(device -> device.entries(folder).stream()).distinct().sorted().toList();
    }

    @Override
    public boolean exists(String node) {
        return device(node) != null;
    }

    @Override
    public long identity(String node) {
        synchronized (lock) {
            return identities.getOrDefault(node, 0L);
        }
    }

    @Override
    public Optional<String> attribute(String path) {
        return path.equals(MemoryTypes.FILE)
                ? Optional.of(memoryTypes.text())
                : all().stream().flatMap(device -> device.attribute(path).stream()).findFirst();
    }

    @Override
    public Optional<String> explainNoAccess(String node) {
        return Optional.empty(); // Every node of the simulation may be opened.
    }

    @Override
    public Subscription watch(String folder, Runnable changed) {
        Watch watch = new Watch(folder, changed, new Object());
        synchronized (lock) {
            watches.add(watch);
        }
        return () -> {
            synchronized (lock) {
                watches.remove(watch);
                pending.remove(watch);
            }
        };
    }

    /** Ends all watching. */
    void close() {
        synchronized (lock) {
            watches.clear();
            pending.clear();
        }
    }

    /** Leaves word for whoever watches, and sees to it that somebody brings it. A thread is there only while there is something to tell. */
    private void changed(String node) {
        synchronized (lock) {
            for (Watch watch : watches) {
                if (watch.folder().equals(folder(node)) && !pending.contains(watch)) {
                    pending.add(watch);
                }
            }
            if (notifying || pending.isEmpty()) {
                return;
            }
            notifying = true;
        }
        Thread.ofPlatform().daemon().name("dmabuf-simulated-devices").start(this::notifyAllPending);
    }

    private void notifyAllPending() {
        while (true) {
            Watch watch;
            synchronized (lock) {
                watch = pending.poll();
                if (watch == null) {
                    notifying = false;
                    return;
                }
            }
            try {
                watch.changed().run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "a listener to device nodes failed: {0}", e.toString());
            }
        }
    }
}
