package dmabuf.tck;

import dmabuf.linux.Syscalls;
import dmabuf.linux.vfio.VfioNode;
import dmabuf.linux.vfio.VfioNodes;
import java.util.Optional;

/** Finds VFIO devices by their driver or type, as sysfs names it: their groups and UUIDs are other ones on every machine. */
final class VfioDevices {

    /** What the name of a device begins with: {@code vfio:mbochs}, {@code vfio:mbochs-small}. */
    static final String PREFIX = "vfio:";

    private final Syscalls kernel;
    private final String only;

    /** The devices of a kernel; or those of one group and no other, when that is not empty. */
    VfioDevices(Syscalls kernel, String only) {
        this.kernel = kernel;
        this.only = only;
    }

    /** The first device that is called so. Looked up anew each time: groups come and go. */
    Optional<VfioNode> find(String name) {
        String wanted = name.substring(PREFIX.length());
        return VfioNodes.list(kernel.devices()).stream()
                .filter(device -> only.isEmpty() || device.node().equals(only))
                .filter(device -> device.driver().equals(wanted) || device.type().equals(wanted))
                .findFirst();
    }
}
