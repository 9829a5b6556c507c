package importer.v4l2;

import dmabuf.api.DmaBufException;
import dmabuf.fd.Errno;
import dmabuf.fd.Fd;
import dmabuf.linux.DeviceNode;
import dmabuf.linux.Posix;
import dmabuf.linux.Syscalls;
import importer.v4l2.uapi.Capability;
import importer.v4l2.uapi.Videodev;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** An open device node, which never waits. As thread-safe as its user makes it: a closed one is not to be used. */
final class VideoNode implements AutoCloseable {

    private static final int INTERRUPTED = -Errno.EINTR.number();

    private final Syscalls kernel;
    private final String path;
    private final Fd fd;

    private VideoNode(Syscalls kernel, String path, Fd fd) {
        this.kernel = kernel;
        this.path = path;
        this.fd = fd;
    }

    /**
     * Opens a node.
     *
     * @throws DmaBufException EACCES or EPERM without permission, with what to do about it; ENOENT, ENXIO, ENODEV when it is not there;
     *     EMFILE
     */
    static VideoNode open(Syscalls kernel, String path) {
        Fd fd = DeviceNode.open(kernel, path, Posix.O_RDWR | Posix.O_NONBLOCK, "no such camera is plugged in");
        return new VideoNode(kernel, path, fd);
    }

    Syscalls kernel() {
        return kernel;
    }

    int number() {
        return fd.number();
    }

    /** Issues a request until it is not interrupted. EAGAIN is an answer here: there is no frame yet. */
    int ioctl(long request, MemorySegment struct) {
        int result;
        do {
            result = kernel.ioctl(fd.number(), request, struct);
        } while (result == INTERRUPTED);
        return result;
    }

    /** Issues a request that never has to wait, until the driver is not too busy to look at it. */
    int request(long request, MemorySegment struct) {
        int result;
        do {
            result = ioctl(request, struct);
        } while (result == -Errno.EAGAIN.number());
        return result;
    }

    /** Issues a request that has to succeed. */
    void call(long request, String name, MemorySegment struct) {
        int result = request(request, struct);
        if (result < 0) {
            throw failure(Errno.ofResult(result), name, "");
        }
    }

    /** Makes an exception of an errno, with a hint where the errno says enough. */
    DmaBufException failure(Errno errno, String operation, String detail) {
        return switch (errno) {
            case EBUSY -> failure(errno, operation, detail, "somebody captures from this camera already; see: fuser -v " + path);
            default -> failure(errno, operation, detail, null);
        };
    }

    DmaBufException failure(Errno errno, String operation, String detail, String hint) {
        String subject = path + (detail.isEmpty() ? "" : ", " + detail);
        return errno == Errno.ENODEV ? new CameraGoneException(operation, subject) : new DmaBufException(errno, operation, subject, hint);
    }

    /** Asks what the device is; null when it is none that captures by streaming, or no V4L2 device. */
    CameraInfo describe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = Capability.empty(arena);
            int result = request(Videodev.QUERYCAP, struct);
            if (result == -Errno.ENOTTY.number()) {
                return null;
            }
            if (result < 0) {
                throw failure(Errno.ofResult(result), "VIDIOC_QUERYCAP", "");
            }
            int caps = Capability.ofNode(struct);
            boolean multiplanar = (caps & Videodev.CAP_VIDEO_CAPTURE_MPLANE) != 0;
            if ((caps & Videodev.CAP_STREAMING) == 0 || !multiplanar && (caps & Videodev.CAP_VIDEO_CAPTURE) == 0) {
                return null;
            }
            return new CameraInfo(
                    path, Capability.driver(struct), Capability.card(struct), Capability.bus(struct), kernel.kind(), multiplanar);
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return path;
    }
}
