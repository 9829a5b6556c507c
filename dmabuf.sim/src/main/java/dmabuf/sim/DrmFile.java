package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import java.lang.foreign.MemorySegment;

/** An open DRM node: requests go to the client behind it, and its objects can be mapped at the offsets that they were given. */
final class DrmFile extends DeviceFile {

    private static final int EINVAL = -Errno.EINVAL.number();

    private final Gpu gpu;
    private final DrmClient client;

    DrmFile(DeviceOpening opening, Gpu gpu, DrmClient client) {
        super(opening, client);
        this.gpu = gpu;
        this.client = client;
    }

    @Override
    void release() {
        client.close();
    }

    /** {@code drm_gem_mmap}: exactly where an object begins, no more than it has, and only for those that the place is for. */
    @Override
    long mmap(long address, long length, int protection, int flags, long offset) {
        // DRM files take every offset for an unsigned one that may be in use, so that only its alignment is checked in general.
        int refusal = DriverRules.check(length, protection, flags, offset % MappedMemory.PAGE_SIZE, accessMode());
        if (refusal < 0) {
            return refusal;
        }
        if (!isPlugged()) {
            return -Errno.ENODEV.number();
        }
        NodeOffset place = gpu.at(offset);
        if (place == null) {
            return EINVAL;
        }
        GemObject object = place.object();
        try {
            long whole = MappedMemory.roundUp(length);
            if (whole > object.size()) {
                return EINVAL;
            }
            if (!place.isFor(client)) {
                return -Errno.EACCES.number();
            }
            if (!object.driverObject().rules(gpu.driver()).allows(DriverRules.isPrivate(flags), whole)) {
                return EINVAL;
            }
            return object.driverObject().map(new BufferMapping(linux, protection, flags), place.memory(), address, 0, whole);
        } finally {
            object.put();
        }
    }

    /** {@code noop_llseek}. */
    @Override
    long lseek(long offset, int whence) {
        return 0;
    }

    /** Events of a display are what could be read, and none come. One that may wait would wait for ever, so nobody waits. */
    @Override
    long read(MemorySegment buffer) {
        return -(isReadable(accessMode()) ? Errno.EAGAIN : Errno.EBADF).number();
    }

    /** No events come. */
    @Override
    int poll(int fd, int events, int timeoutMillis) {
        return super.poll(fd, 0, timeoutMillis);
    }
}
