package dmabuf.tck;

import dmabuf.linux.Syscalls;
import dmabuf.linux.vfio.VfioNode;
import java.util.Optional;

/** The nodes that cases name by what is behind them, since their numbers depend on the order of loading. */
final class NamedNodes {

    private final DrmNodes drm;
    private final CameraNodes cameras;
    private final VfioDevices vfio;

    /** The nodes of a kernel; or one node and no other, when that is not empty. */
    NamedNodes(Syscalls kernel, String only) {
        this.drm = only.isEmpty() ? new DrmNodes(kernel) : new DrmNodes(kernel, only);
        this.cameras = new CameraNodes(kernel, only);
        this.vfio = new VfioDevices(kernel, only);
    }

    /** Whether a path is such a name, and one that is spelled right. */
    static boolean isName(String path) {
        return path.startsWith(DrmNodes.PREFIX) && path.indexOf(':', DrmNodes.PREFIX.length()) > 0
                || path.startsWith(CameraNodes.PREFIX) && path.length() > CameraNodes.PREFIX.length()
                || path.startsWith(VfioDevices.PREFIX) && path.length() > VfioDevices.PREFIX.length();
    }

    /** The node behind a name. */
    Optional<String> find(String name) {
        if (name.startsWith(VfioDevices.PREFIX)) {
            return vfio.find(name).map(VfioNode::node);
        }
        return name.startsWith(CameraNodes.PREFIX) ? cameras.find(name) : drm.find(name);
    }

    /** A text that an ioctl is given: of a VFIO device the name by which its group knows it; any other as it is. */
    String text(String text) {
        return text.startsWith(VfioDevices.PREFIX) ? vfio.find(text).map(VfioNode::name).orElse(text) : text;
    }

    /** The path behind a path: of a name the node, or one that does not exist; any other as it is. */
    String resolve(String path) {
        return isName(path) ? find(path).orElse("/dev/dri/no-" + path.substring(path.indexOf(':') + 1)) : path;
    }
}
