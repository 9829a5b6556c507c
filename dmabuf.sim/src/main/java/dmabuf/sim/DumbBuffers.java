package dmabuf.sim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dmabuf.fd.Errno;
import java.lang.foreign.MemorySegment;

/** Dumb buffers of one client: the checks of {@code drm_dumb_buffers.c} and {@code drm_gem.c} in Linux 6.12. */
final class DumbBuffers {

    private static final long LARGEST = 0xffffffffL;
    private static final int BITS = 8;

    private final Gpu gpu;
    private final DrmHandles handles;
    private final DrmDriver.DriverClient driverClient;

    DumbBuffers(Gpu gpu, DrmHandles handles, DrmDriver.DriverClient driverClient) {
        this.gpu = gpu;
        this.handles = handles;
        this.driverClient = driverClient;
    }

    /** {@code drm_mode_create_dumb}: what is handed out in the struct is zero when it fails. */
    int create(MemorySegment dumb) {
        int width = dumb.get(JAVA_INT, DrmUapi.DUMB_WIDTH);
        int height = dumb.get(JAVA_INT, DrmUapi.DUMB_HEIGHT);
        int bitsPerPixel = dumb.get(JAVA_INT, DrmUapi.DUMB_BPP);
        checkGeometry(Integer.toUnsignedLong(width), Integer.toUnsignedLong(height), Integer.toUnsignedLong(bitsPerPixel));
        dumb.set(JAVA_INT, DrmUapi.DUMB_HANDLE, 0);
        dumb.set(JAVA_INT, DrmUapi.DUMB_PITCH, 0);
        dumb.set(JAVA_LONG, DrmUapi.DUMB_SIZE, 0);
        DrmDriver.Dumb geometry = gpu.driver().dumb(width, height, bitsPerPixel);
        if (geometry.size() == 0) {
            throw new KernelError(Errno.ENOSPC); // An object without pages finds no place among the offsets.
        }
        GemObject object = gpu.driver().createDumb(gpu, geometry.size());
        long size = object.size();
        dumb.set(JAVA_INT, DrmUapi.DUMB_HANDLE, handles.add(object));
        object.put();
        dumb.set(JAVA_INT, DrmUapi.DUMB_PITCH, geometry.pitch());
        dumb.set(JAVA_LONG, DrmUapi.DUMB_SIZE, size);
        return 0;
    }

    /** Everything must fit into 32 bits, also when pixels are rounded up to bytes, and the whole to pages. */
    private static void checkGeometry(long width, long height, long bitsPerPixel) {
        if (width == 0 || height == 0 || bitsPerPixel == 0 || bitsPerPixel > LARGEST - BITS) {
            throw new KernelError(Errno.EINVAL);
        }
        long line = (bitsPerPixel + BITS - 1) / BITS * width;
        boolean overflow = line > LARGEST || height > LARGEST / line
                || dmabuf.linux.MappedMemory.roundUp(line * height) > LARGEST;
        if (overflow) {
            throw new KernelError(Errno.EINVAL);
        }
    }

    /** {@code drm_mode_mmap_dumb_ioctl}. */
    int map(MemorySegment map) {
        GemObject object = handles.get(map.get(JAVA_INT, DrmUapi.HANDLE));
        if (object == null) {
            throw new KernelError(Errno.ENOENT);
        }
        try {
            map.set(JAVA_LONG, DrmUapi.MAP_OFFSET, driverClient.dumbOffset(object));
            return 0;
        } finally {
            object.put();
        }
    }

    /** GEM_CLOSE and DESTROY_DUMB, which are the same. */
    int closeHandle(MemorySegment struct) {
        if (!handles.remove(struct.get(JAVA_INT, DrmUapi.HANDLE))) {
            throw new KernelError(Errno.EINVAL);
        }
        return 0;
    }
}
