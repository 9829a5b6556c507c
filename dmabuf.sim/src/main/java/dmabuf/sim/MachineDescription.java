package dmabuf.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which devices a simulated machine has: one of the machines that have a name, or a list of devices. Checked when it is made, so that a
 * machine never becomes half of something that does not exist.
 *
 * <p>Immutable.
 */
public final class MachineDescription {

    /** The machine that a simulated kernel starts as: {@code /dev/udmabuf} and a heap, and no GPU. */
    public static final String DEFAULT = "default";

    private static final String CARD = "/dev/dri/card";
    private static final List<String> BASE = List.of(UdmabufDevice.NODE, HeapDevice.SYSTEM);
    /** In the order in which people are told of them. */
    private static final Map<String, List<SimulatedGpu>> MACHINES = new LinkedHashMap<>();

    static {
        List<SimulatedGpu> hosts = List.of(
                SimulatedGpu.VIRTIO_GPU_HOST_NONE, SimulatedGpu.VIRTIO_GPU_HOST_CACHED, SimulatedGpu.VIRTIO_GPU_HOST_UNCACHED,
                SimulatedGpu.VIRTIO_GPU_HOST_WC);
        MACHINES.put(DEFAULT, List.of());
        MACHINES.put("laptop", List.of(SimulatedGpu.I915_LLC));
        MACHINES.put("atom", List.of(SimulatedGpu.I915_NO_LLC));
        MACHINES.put("meteorlake", List.of(SimulatedGpu.I915_METEOR_LAKE));
        MACHINES.put("discrete", List.of(SimulatedGpu.I915_DISCRETE));
        MACHINES.put("vm", List.of(SimulatedGpu.VIRTIO_GPU_BLOB));
        MACHINES.put("vm-classic", List.of(SimulatedGpu.VIRTIO_GPU));
        MACHINES.put("vm-3d", hosts);
        List<SimulatedGpu> all = new ArrayList<>();
        MACHINES.values().forEach(all::addAll);
        all.add(SimulatedGpu.VGEM);
        MACHINES.put("all", List.copyOf(all));
    }

    private final Map<String, Optional<SimulatedGpu>> devices;

    private MachineDescription(Map<String, Optional<SimulatedGpu>> devices) {
        this.devices = Collections.unmodifiableMap(devices);
    }

    /**
     * Lists the machines that have a name.
     *
     * @return their names, from the smallest machine to {@code all}
     */
    public static List<String> names() {
        return List.copyOf(MACHINES.keySet());
    }

    /**
     * Gives a machine by its name. All of them have {@code /dev/udmabuf} and {@code /dev/dma_heap/system}, and their GPUs from
     * {@code /dev/dri/card0} on.
     *
     * @param name {@code default}, {@code laptop} (i915 with LLC), {@code atom} (i915 without), {@code meteorlake}, {@code discrete}
     *     (i915), {@code vm} (virtio-gpu with blobs), {@code vm-classic} (without), {@code vm-3d} (with host-visible memory, one device for each
     *     {@code map_info}), or {@code all} (all of these at once, and a vgem)
     * @return the machine
     * @throws IllegalArgumentException when none has this name; the message lists those that there are
     */
    public static MachineDescription named(String name) {
        List<SimulatedGpu> gpus = MACHINES.get(name);
        if (gpus == null) {
            throw new IllegalArgumentException(
                    "no simulated machine is called \"" + name + "\"; there are: " + String.join(", ", MACHINES.keySet()));
        }
        Map<String, Optional<SimulatedGpu>> devices = new TreeMap<>();
        BASE.forEach(node -> devices.put(node, Optional.empty()));
        for (int card = 0; card < gpus.size(); card++) {
            devices.put(CARD + card, Optional.of(gpus.get(card)));
        }
        return new MachineDescription(devices);
    }

    /**
     * Gives the machine that has these devices and no others.
     *
     * @param devices nodes as {@link SimulatedMachine#plug(String)} takes them, {@code /dev/udmabuf}; and cards with what they are,
     *     {@code /dev/dri/card0=i915-llc}: a {@link SimulatedGpu} in lower case, with dashes
     * @return the machine
     * @throws IllegalArgumentException when a device cannot be simulated, or a node is there twice
     */
    public static MachineDescription of(List<String> devices) {
        Map<String, Optional<SimulatedGpu>> described = new TreeMap<>();
        for (String device : devices) {
            int equals = device.indexOf('=');
            String node = (equals < 0 ? device : device.substring(0, equals)).strip();
            Optional<SimulatedGpu> gpu = equals < 0 ? Optional.empty() : Optional.of(gpu(device.substring(equals + 1).strip()));
            boolean possible = gpu.isPresent() ? SimulatedMachine.isCard(node) : SimulatedMachine.isPlain(node);
            if (!possible) {
                throw new IllegalArgumentException("no simulated device \"" + device + "\": there are " + UdmabufDevice.NODE + ", "
                        + HeapDevice.FOLDER + "NAME, and " + CARD + "N=KIND, where KIND is one of " + kinds());
            }
            if (described.put(node, gpu) != null) {
                throw new IllegalArgumentException(node + " is there twice in " + devices);
            }
        }
        return new MachineDescription(described);
    }

    private static SimulatedGpu gpu(String kind) {
        for (SimulatedGpu gpu : SimulatedGpu.values()) {
            if (kind(gpu).equals(kind)) {
                return gpu;
            }
        }
        throw new IllegalArgumentException("no simulated GPU is called \"" + kind + "\"; there are: " + String.join(", ", kinds()));
    }

    private static List<String> kinds() {
        return List.of(SimulatedGpu.values()).stream().map(MachineDescription::kind).toList();
    }

    /** A card, as {@link #of} takes it. */
    static String device(String card, SimulatedGpu gpu) {
        return card + "=" + kind(gpu);
    }

    private static String kind(SimulatedGpu gpu) {
        return gpu.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Lists the devices.
     *
     * @return the nodes, sorted, without render nodes; of a card also which GPU it is
     */
    public Map<String, Optional<SimulatedGpu>> devices() {
        return devices;
    }

    /** Tells whether another description is of the same devices. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MachineDescription machine && devices.equals(machine.devices);
    }

    @Override
    public int hashCode() {
        return devices.hashCode();
    }

    /** Says the devices, as {@link #of} takes them. */
    @Override
    public String toString() {
        return devices.entrySet().stream()
                .map(device -> device.getValue().map(gpu -> device(device.getKey(), gpu)).orElse(device.getKey()))
                .toList()
                .toString();
    }
}
