package dmabuf.sim;

import dmabuf.linux.LinuxSyscalls;
import java.util.Map;
import java.util.Optional;

/** The node of a camera, {@code /dev/video0} and the like. */
final class CameraNode implements SimulatedDevice {

    static final String PREFIX = "/dev/video";

    private final String node;
    private final Camera camera;

    CameraNode(String node, Camera camera) {
        this.node = node;
        this.camera = camera;
    }

    Camera camera() {
        return camera;
    }

    /** A descriptor that the real poll(2) and epoll(7) can see become ready. */
    @Override
    public int token(LinuxSyscalls linux, String path) {
        return LevelPipe.readEnd(linux);
    }

    @Override
    public SimulatedFile open(DeviceOpening opening) {
        return CameraFile.open(opening, node, camera);
    }

    @Override
    public ModuleParameters parameters() {
        return new ModuleParameters("vivid", Map.of());
    }

    @Override
    public Optional<SimulatedHardware> hardware() {
        return Optional.of(camera.kind());
    }
}
