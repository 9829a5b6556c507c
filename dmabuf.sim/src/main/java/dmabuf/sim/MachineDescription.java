package dmabuf.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which devices a simulated machine has: one of the machines that have a name, or a list of devices. Checked when it is made, so that a
 * machine never becomes half of something that does not exist.
 *
 * <p>Immutable.
 */
public final class MachineDescription {

    /** The machine that a simulated kernel starts as: {@code /dev/udmabuf}, a heap and a camera, and no GPU. */
    public static final String DEFAULT = "default";

    private static final String CARD = "/dev/dri/card";
    private static final List<String> BASE = List.of(UdmabufDevice.NODE, HeapDevice.SYSTEM);
    /** In the order in which people are told of them. */
    private static final Map<String, List<SimulatedHardware>> MACHINES = new LinkedHashMap<>();

    static {
        List<SimulatedHardware> hosts = List.of(
                SimulatedGpu.VIRTIO_GPU_HOST_NONE, SimulatedGpu.VIRTIO_GPU_HOST_CACHED, SimulatedGpu.VIRTIO_GPU_HOST_UNCACHED,
                SimulatedGpu.VIRTIO_GPU_HOST_WC);
        MACHINES.put(DEFAULT, List.of(SimulatedCamera.CAMERA));
        MACHINES.put("laptop", List.of(SimulatedGpu.I915_LLC));
        MACHINES.put("atom", List.of(SimulatedGpu.I915_NO_LLC));
        MACHINES.put("meteorlake", List.of(SimulatedGpu.I915_METEOR_LAKE));
        MACHINES.put("discrete", List.of(SimulatedGpu.I915_DISCRETE));
        MACHINES.put("vm", List.of(SimulatedGpu.VIRTIO_GPU_BLOB));
        MACHINES.put("vm-classic", List.of(SimulatedGpu.VIRTIO_GPU));
        MACHINES.put("vm-3d", hosts);
        MACHINES.put("camera", List.of(SimulatedCamera.CAMERA, SimulatedCamera.CAMERA_MPLANE));
        MACHINES.put("vgpu", List.of(SimulatedVfio.VGPU, SimulatedVfio.VGPU_REGION));
        List<SimulatedHardware> all = new ArrayList<>();
        for (List<SimulatedHardware> some : MACHINES.values()) {
            all.addAll(some);
        }
        all.remove(SimulatedCamera.CAMERA); // Which the default machine has, and is the one of "camera".
        all.add(SimulatedGpu.VGEM);
        MACHINES.put("all", List.copyOf(all));
    }

    private final Map<String, Optional<SimulatedHardware>> devices;

    /** Of devices that are known to be possible. */
    MachineDescription(Map<String, Optional<SimulatedHardware>> devices) {
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
     * Gives a machine by its name. All of them have {@code /dev/udmabuf} and {@code /dev/dma_heap/system}, their GPUs from
     * {@code /dev/dri/card0} on, their cameras from {@code /dev/video0} on, and their VFIO
     * devices from {@code /dev/vfio/0} on.
     *
     * @param name {@code default} (a camera), {@code laptop} (i915 with LLC), {@code atom} (i915 without), {@code meteorlake}, {@code
     *     discrete} (i915), {@code vm} (virtio-gpu with blobs), {@code vm-classic} (without), {@code vm-3d} (with host-visible memory, one
     *     device for each {@code map_info}), {@code camera} (a camera, and one with planes), {@code vgpu} (two displays of VFIO
     *     whose guests draw, one with dma-bufs and one with regions), or {@code all} (all of these at once, and a
     *     vgem)
     * @return the machine
     * @throws IllegalArgumentException when none has this name; the message lists those that there are
     */
    public static MachineDescription named(String name) {
        List<SimulatedHardware> plugged = MACHINES.get(name);
        if (plugged == null) {
            throw new IllegalArgumentException(
                    "no simulated machine is called \"" + name + "\"; there are: " + String.join(", ", MACHINES.keySet()));
        }
        Map<String, Optional<SimulatedHardware>> devices = new TreeMap<>();
        for (String node : BASE) {
            devices.put(node, Optional.empty());
        }
        Map<String, Integer> next = new HashMap<>();
        for (SimulatedHardware hardware : plugged) {
            String prefix = prefix(hardware);
            int number = next.getOrDefault(prefix, 0);
            next.put(prefix, number + 1);
            devices.put(prefix + number, Optional.of(hardware));
        }
        return new MachineDescription(devices);
    }

    /** What the nodes of such hardware begin with; a number follows. */
    private static String prefix(SimulatedHardware hardware) {
        return switch (hardware) {
            case SimulatedGpu gpu -> CARD;
            case SimulatedCamera camera -> CameraNode.PREFIX;
            case SimulatedVfio vfio -> VfioGroupNode.FOLDER;
        };
    }

    /**
     * Gives the machine that has these devices and no others.
     *
     * @param devices nodes as {@link SimulatedMachine#plug(String)} takes them, {@code /dev/udmabuf}; and others with what they are,
     *     {@code /dev/dri/card0=i915-llc} , {@code /dev/video0=camera} or {@code /dev/vfio/7=mbochs}: a {@link SimulatedGpu}, {@link
     *     SimulatedCamera} or {@link SimulatedVfio} in lower case, with dashes
     * @return the machine
     * @throws IllegalArgumentException when a device cannot be simulated, or a node is there twice
     */
    public static MachineDescription of(List<String> devices) {
        Map<String, Optional<SimulatedHardware>> described = new TreeMap<>();
        for (String device : devices) {
            int equals = device.indexOf('=');
            String node = (equals < 0 ? device : device.substring(0, equals)).strip();
            Optional<SimulatedHardware> kind = equals < 0 ? Optional.empty() : Optional.of(hardware(device.substring(equals + 1).strip()));
            boolean possible = kind.map(some -> SimulatedMachine.canBe(node, some)).orElseGet(() -> SimulatedMachine.isPlain(node));
            if (!possible) {
                throw new IllegalArgumentException("no simulated device \"" + device + "\": there are " + UdmabufDevice.NODE + ", "
                        + HeapDevice.FOLDER + "NAME, and " + CARD + "N=KIND, " + CameraNode.PREFIX + "N=KIND or " + VfioGroupNode.FOLDER
                        + "N=KIND, where KIND is one of "
                        + kinds());
            }
            if (described.put(node, kind) != null) {
                throw new IllegalArgumentException(node + " is there twice in " + devices);
            }
        }
        return new MachineDescription(described);
    }

    private static SimulatedHardware hardware(String kind) {
        return all().filter(some -> kind(some).equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no simulated device is called \"" + kind + "\"; there are: " + String.join(", ", kinds())));
    }

    /** Every kind of hardware that a node does not tell by itself. */
    private static Stream<SimulatedHardware> all() {
        return Stream.of(SimulatedGpu.values(), SimulatedCamera.values(), SimulatedVfio.values()).flatMap(Stream::of);
    }

    private static List<String> kinds() {
        return all().map(MachineDescription::kind).toList();
    }

    /** A node with its hardware, as {@link #of} takes it. */
    private static String device(String node, SimulatedHardware hardware) {
        return node + "=" + kind(hardware);
    }

    private static String kind(SimulatedHardware hardware) {
        return hardware.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Lists the devices.
     *
     * @return the nodes, sorted, without render nodes; of a card also which GPU it is, and so on
     */
    public Map<String, Optional<SimulatedHardware>> devices() {
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
                .map(device -> device.getValue().map(kind -> device(device.getKey(), kind)).orElse(device.getKey()))
                .toList()
                .toString();
    }
}
