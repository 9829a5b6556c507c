package dmabuf.sim;

import dmabuf.fd.Errno;
import java.util.Map;
import java.util.Optional;

/** One of the nodes of a DRM device: its card, or its render node, which takes fewer requests. */
final class DrmNode implements SimulatedDevice {

    private static final int O_EXCL = 0x80;

    private final Gpu gpu;
    private final boolean render;
    private final String resourceFile;

    DrmNode(Gpu gpu, String node, boolean render) {
        this.gpu = gpu;
        this.render = render;
        this.resourceFile = "/sys/class/drm" + node.substring(node.lastIndexOf('/')) + "/device/resource";
    }

    @Override
    public SimulatedFile open(DeviceOpening opening) {
        if ((opening.flags() & O_EXCL) != 0) {
            throw new KernelError(Errno.EBUSY);
        }
        return new DrmFile(opening, gpu, new DrmClient(gpu, render, opening));
    }

    Gpu gpu() {
        return gpu;
    }

    @Override
    public Optional<SimulatedHardware> hardware() {
        return Optional.of(gpu.kind());
    }

    @Override
    public ModuleParameters parameters() {
        return new ModuleParameters(gpu.driver().name(), Map.of());
    }

    @Override
    public Optional<String> attribute(String path) {
        return path.equals(resourceFile) ? gpu.driver().resources() : SimulatedDevice.super.attribute(path);
    }
}
