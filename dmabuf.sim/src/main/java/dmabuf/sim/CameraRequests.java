package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/** The requests of an open camera: which there are, and how each takes its struct, {@code v4l2_ioctls} of Linux 6.12. */
final class CameraRequests implements DeviceFile.Requests {

    /** The first kernel that answers as this does. */
    private static final int VERSION = 6 << 16 | 12 << 8;
    private static final String DRIVER = "vivid";
    private static final String CARD = "simulated camera";
    private static final String INPUT = "Webcam 0";

    private final Camera camera;
    private final String node;
    private final Map<Long, ToIntFunction<MemorySegment>> requests = new HashMap<>();
    private volatile boolean nonBlocking;

    CameraRequests(Camera camera, String node, boolean nonBlocking) {
        this.camera = camera;
        this.node = node;
        this.nonBlocking = nonBlocking;
        CameraFormats formats = new CameraFormats(camera);
        plain(V4l2Uapi.QUERYCAP, this::describe);
        plain(V4l2Uapi.ENUM_FMT, formats::describe);
        plain(V4l2Uapi.G_FMT, formats::get);
        plain(V4l2Uapi.S_FMT, formats::set);
        plain(V4l2Uapi.TRY_FMT, formats::attempt);
        plain(V4l2Uapi.G_PARM, formats::getInterval);
        plain(V4l2Uapi.S_PARM, formats::setInterval);
        clearing(V4l2Uapi.ENUM_FRAMESIZES, V4l2Uapi.FRMSIZEENUM_TYPE, formats::describeSize);
        clearing(V4l2Uapi.ENUM_FRAMEINTERVALS, V4l2Uapi.FRMIVALENUM_TYPE, formats::describeInterval);
        clearing(V4l2Uapi.ENUMINPUT, V4l2Uapi.INPUT_NAME, CameraRequests::describeInput);
        plain(V4l2Uapi.G_INPUT, struct -> 0);
        plain(V4l2Uapi.S_INPUT, struct -> struct.get(JAVA_INT, 0) == 0 ? 0 : -Errno.EINVAL.number());
        Vb2Queue queue = camera.queue();
        plain(V4l2Uapi.REQBUFS, struct -> queue.request(this, struct, camera.picture().sizes()));
        clearing(V4l2Uapi.EXPBUF, V4l2Uapi.EXPORTBUFFER_FD, struct -> queue.export(this, struct));
        plain(V4l2Uapi.STREAMON, struct -> queue.streamOn(this, struct.get(JAVA_INT, 0)));
        plain(V4l2Uapi.STREAMOFF, struct -> queue.streamOff(this, struct.get(JAVA_INT, 0)));
        buffer(V4l2Uapi.QUERYBUF, V4l2Uapi.BUFFER_RESERVED2, queue::query);
        buffer(V4l2Uapi.QBUF, V4l2Uapi.BUFFER_SIZE, (struct, planes) -> queue.queue(this, struct, planes));
        buffer(V4l2Uapi.PREPARE_BUF, V4l2Uapi.BUFFER_SIZE, (struct, planes) -> queue.prepare(this, struct, planes));
        requests.put(V4l2Uapi.DQBUF, argument -> V4l2Call.withBuffer(
                V4l2Uapi.DQBUF, V4l2Uapi.BUFFER_SIZE, argument, this::dequeue));
    }

    void setNonBlocking(boolean now) {
        nonBlocking = now;
    }

    private void plain(long request, ToIntFunction<MemorySegment> body) {
        requests.put(request, argument -> V4l2Call.call(request, argument, struct -> camera.locked(() -> body.applyAsInt(struct))));
    }

    private void clearing(long request, int taken, ToIntFunction<MemorySegment> body) {
        requests.put(
                request, argument -> V4l2Call.call(request, taken, argument, struct -> camera.locked(() -> body.applyAsInt(struct))));
    }

    private void buffer(long request, int taken, V4l2Call.BufferRequest body) {
        requests.put(request, argument -> V4l2Call.withBuffer(
                request, taken, argument, (struct, planes) -> camera.locked(() -> body.run(struct, planes))));
    }

    @Override
    public int ioctl(long request, MemorySegment argument) {
        if (camera.isGone()) {
            return -Errno.ENODEV.number();
        }
        ToIntFunction<MemorySegment> known = requests.get(request);
        return known == null ? V4l2Call.unknown(request, argument) : known.applyAsInt(argument);
    }

    private int dequeue(MemorySegment struct, MemorySegment planes) {
        return camera.dequeue(() -> camera.queue().dequeue(this, struct, planes, nonBlocking));
    }

    private int describe(MemorySegment struct) {
        struct.setString(V4l2Uapi.CAPABILITY_DRIVER, DRIVER);
        struct.setString(V4l2Uapi.CAPABILITY_CARD, CARD);
        struct.setString(V4l2Uapi.CAPABILITY_BUS_INFO, "platform:simulated-" + node.substring(node.lastIndexOf('/') + 1));
        int capture = camera.kind() == SimulatedCamera.CAMERA ? V4l2Uapi.CAP_VIDEO_CAPTURE : V4l2Uapi.CAP_VIDEO_CAPTURE_MPLANE;
        int capabilities = capture | V4l2Uapi.CAP_STREAMING | V4l2Uapi.CAP_EXT_PIX_FORMAT;
        struct.set(JAVA_INT, V4l2Uapi.CAPABILITY_VERSION, VERSION);
        struct.set(JAVA_INT, V4l2Uapi.CAPABILITY_CAPABILITIES, capabilities | V4l2Uapi.CAP_DEVICE_CAPS);
        struct.set(JAVA_INT, V4l2Uapi.CAPABILITY_DEVICE_CAPS, capabilities);
        return 0;
    }

    private static int describeInput(MemorySegment struct) {
        if (struct.get(JAVA_INT, V4l2Uapi.INPUT_INDEX) != 0) {
            return -Errno.EINVAL.number();
        }
        struct.setString(V4l2Uapi.INPUT_NAME, INPUT);
        struct.set(JAVA_INT, V4l2Uapi.INPUT_TYPE, V4l2Uapi.INPUT_TYPE_CAMERA);
        return 0;
    }
}
