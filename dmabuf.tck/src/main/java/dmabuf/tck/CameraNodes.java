package dmabuf.tck;

import dmabuf.linux.Ioctl;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds cameras by their driver, as {@code VIDIOC_QUERYCAP} names it, and by whether they take the multi-planar calls or the others. Looked
 * up once.
 */
final class CameraNodes {

    /** What a path of a driver's camera begins with: {@code v4l2:vivid}, {@code v4l2:vivid+mplane}. */
    static final String PREFIX = "v4l2:";

    private static final String FOLDER = "/dev";
    private static final String NODE = FOLDER + "/video\\d+";
    private static final int CAPABILITY_SIZE = 104;
    private static final long QUERYCAP = Ioctl.ior('V', 0, CAPABILITY_SIZE);
    /** {@code device_caps} of {@code struct v4l2_capability}, {@code linux/videodev2.h}. */
    private static final int DEVICE_CAPS = 88;
    private static final int VIDEO_CAPTURE = 0x1;
    private static final int VIDEO_CAPTURE_MPLANE = 0x1000;

    private record Node(String path, String name) {}

    private final Syscalls kernel;
    private final String only;
    private List<Node> nodes;

    /** The cameras of a kernel; or one node and no other, when that is not empty. */
    CameraNodes(Syscalls kernel, String only) {
        this.kernel = kernel;
        this.only = only;
    }

    /** The node of a driver. */
    Optional<String> find(String path) {
        return nodes().stream().filter(node -> node.name().equals(path)).map(Node::path).findFirst();
    }

    private synchronized List<Node> nodes() {
        if (nodes == null) {
            nodes = new ArrayList<>();
            List<String> looked = only.isEmpty() ? kernel.devices().list(FOLDER) : List.of(only);
            looked.stream().filter(node -> node.matches(NODE)).forEach(node -> look(node).ifPresent(nodes::add));
        }
        return nodes;
    }

    private Optional<Node> look(String node) {
        int fd = kernel.open(node, Posix.O_RDWR);
        if (fd < 0) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capability = arena.allocate(CAPABILITY_SIZE, Integer.BYTES);
            if (Ioctl.restarting(kernel, fd, QUERYCAP, capability) < 0) {
                return Optional.empty();
            }
            String name = PREFIX + capability.getString(0);
            int can = capability.get(ValueLayout.JAVA_INT, DEVICE_CAPS);
            if ((can & VIDEO_CAPTURE_MPLANE) != 0) {
                return Optional.of(new Node(node, name + "+mplane"));
            }
            return (can & VIDEO_CAPTURE) != 0 ? Optional.of(new Node(node, name)) : Optional.empty();
        } finally {
            kernel.close(fd);
        }
    }
}
