package dmabuf.sim;

import dmabuf.linux.LinuxSyscalls;
import java.util.List;
import java.util.Optional;

/** A device node and its driver. */
interface SimulatedDevice {

    /** Makes what is to stand for an open file of the node. */
    default int token(LinuxSyscalls linux, String node) {
        return Token.create(linux, node, 0);
    }

    /** Opens the node. A {@link KernelError} is answered as its errno. */
    SimulatedFile open(DeviceOpening opening);

    /** The parameters of the driver's module. */
    ModuleParameters parameters();

    /** Lists the names that a folder of sysfs has because of this device. */
    default List<String> entries(String folder) {
        return List.of();
    }

    /** What it is, where its node does not tell. */
    default Optional<SimulatedHardware> hardware() {
        return Optional.empty();
    }

    /** Reads an attribute of sysfs by its path; empty when it is none of this device's. */
    default Optional<String> attribute(String path) {
        return parameters().attribute(path);
    }
}
