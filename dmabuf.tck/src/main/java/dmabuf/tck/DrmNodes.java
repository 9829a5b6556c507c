package dmabuf.tck;

import dmabuf.linux.Ioctl;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds DRM nodes by their driver, as {@code DRM_IOCTL_VERSION} names it, and by what the driver says that the device has: their numbers
 * depend on the order of loading. Looked up once.
 */
final class DrmNodes {

    /** What a path of a driver's node begins with: {@code drm:vgem:card}, {@code drm:virtio_gpu+blob:render}. */
    static final String PREFIX = "drm:";

    private static final String FOLDER = "/dev/dri";
    private static final long VERSION = Ioctl.iowr('d', 0, 64);
    /** Fields of {@code struct drm_version}, {@code drm/drm.h}. */
    private static final int NAME_LENGTH = 16;
    private static final int NAME = 24;
    private static final int NAME_LIMIT = 32;

    /** A node: the first of those that a path may mean is taken. */
    private record Node(String path, String driver, String kind, Set<String> traits) {

        boolean is(String wanted) {
            String[] parts = wanted.substring(PREFIX.length()).split(":", -1);
            List<String> driverAndTraits = List.of(parts[0].split("\\+"));
            return parts.length == 2 && kind.equals(parts[1]) && driver.equals(driverAndTraits.getFirst())
                    && traits.containsAll(driverAndTraits.subList(1, driverAndTraits.size()));
        }
    }

    private final Syscalls kernel;
    private final String only;
    private List<Node> nodes;

    DrmNodes(Syscalls kernel) {
        this(kernel, "");
    }

    /** One node, and no other. */
    DrmNodes(Syscalls kernel, String only) {
        this.kernel = kernel;
        this.only = only;
    }

    /** The node of a driver. */
    Optional<String> find(String path) {
        return nodes().stream().filter(node -> path.startsWith(PREFIX) && node.is(path)).map(Node::path).findFirst();
    }

    /** What the drivers say of the devices: of one, when there is only one. */
    Set<String> traits() {
        Set<String> traits = new LinkedHashSet<>();
        nodes().forEach(node -> traits.addAll(node.traits()));
        return traits;
    }

    private synchronized List<Node> nodes() {
        if (nodes == null) {
            nodes = new ArrayList<>();
            List<String> looked = only.isEmpty() ? kernel.devices().list(FOLDER) : List.of(only);
            looked.forEach(this::add);
        }
        return nodes;
    }

    private void add(String node) {
        String file = node.substring(node.lastIndexOf('/') + 1);
        String kind = file.startsWith("card") ? "card" : file.startsWith("renderD") ? "render" : "";
        if (!kind.isEmpty()) {
            look(node, kind).ifPresent(nodes::add);
        }
    }

    private Optional<Node> look(String node, String kind) {
        int fd = kernel.open(node, Posix.O_RDWR);
        if (fd < 0) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_LIMIT + 1);
            MemorySegment version = arena.allocate(64, Long.BYTES);
            version.set(ValueLayout.JAVA_LONG, NAME_LENGTH, NAME_LIMIT);
            version.set(ValueLayout.ADDRESS, NAME, name);
            int result = Ioctl.restarting(kernel, fd, VERSION, version);
            if (result < 0) {
                return Optional.empty();
            }
            String driver = name.getString(0);
            return Optional.of(new Node(node, driver, kind, DrmTraits.of(kernel, fd, driver)));
        } finally {
            kernel.close(fd);
        }
    }
}
