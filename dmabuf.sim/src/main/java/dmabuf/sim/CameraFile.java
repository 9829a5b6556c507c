package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.Posix;

/** An open camera, {@code v4l2_fops} of Linux 6.12 with {@code vb2_fops}. The real poll(2) and epoll(7) see when there is a picture. */
final class CameraFile extends DeviceFile {

    private final Camera camera;
    private final LevelPipe pipe;
    private final CameraRequests requests;

    private CameraFile(DeviceOpening opening, Camera camera, LevelPipe pipe, CameraRequests requests) {
        super(opening, requests);
        this.camera = camera;
        this.pipe = pipe;
        this.requests = requests;
    }

    /** Opens a camera; ENODEV for one that is just being unplugged. */
    static CameraFile open(DeviceOpening opening, String node, Camera camera) {
        CameraRequests requests = new CameraRequests(camera, node, (opening.flags() & Posix.O_NONBLOCK) != 0);
        LevelPipe pipe = LevelPipe.of(opening.linux(), opening.token());
        try {
            CameraFile file = new CameraFile(opening, camera, pipe, requests);
            camera.opened(pipe);
            return file;
        } catch (RuntimeException e) {
            pipe.hangUp();
            throw e;
        }
    }

    @Override
    int fcntl(int fd, int command, long argument) {
        int result = super.fcntl(fd, command, argument);
        if (command == Posix.F_SETFL && result == 0) {
            requests.setNonBlocking((argument & Posix.O_NONBLOCK) != 0);
        }
        return result;
    }

    @Override
    void release() {
        camera.closed(requests, pipe);
    }

    /** What {@code do_mmap} checks comes first, and then whether the camera is there. */
    @Override
    long mmap(long address, long length, int protection, int flags, long offset) {
        int refusal = DriverRules.check(length, protection, flags, offset, accessMode());
        if (refusal < 0) {
            return refusal;
        }
        return camera.isGone()
                ? -Errno.ENODEV.number()
                : camera.lockedLong(() -> camera.queue().mmap(
                        address, length, protection, flags, offset, isWritable(accessMode())));
    }

    @Override
    int poll(int fd, int events, int timeoutMillis) {
        return camera.poll(events, timeoutMillis);
    }
}
