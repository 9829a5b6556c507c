package dmabuf.sim;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The hand on the device side of a simulated kernel: plugs devices in and out, sets module parameters, and sees every buffer. For tests
 * and demos; no exporter or importer uses it.
 *
 * <p>Thread-safe. Works until the kernel is closed; after that nothing can be plugged in.
 */
public final class SimulatedMachine {

    /** The drivers that this kernel has, by the node that each serves. */
    private static final Map<String, Function<BufferFactory, SimulatedDevice>> DRIVERS = Map.of(UdmabufDevice.NODE, UdmabufDevice::new);

    private final SimulatedDevices devices;
    private final Descriptors descriptors;
    private final BufferFactory buffers;
    private volatile boolean off;

    SimulatedMachine(SimulatedDevices devices, Descriptors descriptors, BufferFactory buffers) {
        this.devices = devices;
        this.descriptors = descriptors;
        this.buffers = buffers;
    }

    /**
     * Plugs a device in and announces its node. Its driver starts anew, with its module's parameters at their defaults.
     *
     * @param node where: {@code /dev/udmabuf}
     * @return false when it is plugged in already
     * @throws IllegalArgumentException when no driver of the simulation serves this node
     * @throws IllegalStateException when the kernel is closed
     */
    public boolean plug(String node) {
        Function<BufferFactory, SimulatedDevice> driver = DRIVERS.get(node);
        if (driver == null) {
            throw new IllegalArgumentException("no simulated device for " + node + ": there are " + DRIVERS.keySet());
        }
        if (off) {
            throw new IllegalStateException("the simulated kernel is closed");
        }
        return devices.plug(node, driver.apply(buffers));
    }

    /**
     * Unplugs a device and announces that its node is gone. Descriptors of the node that are open answer ENODEV from now on; buffers that
     * came from it stay as they are.
     *
     * @param node where
     * @return false when no device is plugged in there
     */
    public boolean unplug(String node) {
        return devices.unplug(node);
    }

    /**
     * Sets a parameter of a module, as writing to {@code /sys/module/MODULE/parameters/PARAMETER} does. It counts from the next ioctl on.
     *
     * @param module the module, {@code udmabuf}
     * @param parameter its parameter, {@code list_limit} or {@code size_limit_mb}
     * @param value the new value
     * @throws IllegalArgumentException when no device of such a module is plugged in, or it has no such parameter
     */
    public void setParameter(String module, String parameter, int value) {
        boolean set = devices.parameters(module).map(parameters -> parameters.set(parameter, value)).orElse(false);
        if (!set) {
            throw new IllegalArgumentException("no module parameter " + module + "." + parameter);
        }
    }

    /**
     * Lists the buffers whose descriptors are open in this process, as debugfs does for a whole machine.
     *
     * @return a snapshot, in no particular order
     */
    public List<SimulatedBuffer> buffers() {
        return descriptors.files().stream()
                .filter(BufferFile.class::isInstance)
                .map(file -> ((BufferFile) file).describe())
                .toList();
    }

    /** Whether a driver of the simulation serves a node, plugged in or not. */
    static boolean serves(String node) {
        return DRIVERS.containsKey(node);
    }

    void plugEverything() {
        DRIVERS.keySet().forEach(this::plug);
    }

    void switchOff() {
        off = true;
        devices.nodes().forEach(devices::unplug);
    }
}
