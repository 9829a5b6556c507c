package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;

/** {@code virtio_gpu} of a host without 3D: dumb buffers of 32 bits per pixel, and no import of what others export. */
final class VirtioGpuDriver implements DrmDriver {

    private static final int BITS_PER_PIXEL = 32;

    @Override
    public String name() {
        return "virtio_gpu";
    }

    @Override
    public String description() {
        return "virtio GPU";
    }

    @Override
    public int major() {
        return 0;
    }

    @Override
    public int minor() {
        return 1;
    }

    /** It exports by {@code virtio_dma_buf_export}, with operations of its own. */
    @Override
    public String exporterName() {
        return "virtio_gpu";
    }

    @Override
    public boolean isDisplay() {
        return true;
    }

    @Override
    public boolean hasRenderNode() {
        return true;
    }

    @Override
    public boolean hasSyncObjects() {
        return true;
    }

    @Override
    public Dumb dumb(int width, int height, int bitsPerPixel) {
        if (bitsPerPixel != BITS_PER_PIXEL) {
            throw new KernelError(Errno.EINVAL);
        }
        int pitch = width * (BITS_PER_PIXEL / Byte.SIZE);
        long size = MappedMemory.roundUp(Integer.toUnsignedLong(pitch * height));
        if (size > PhysicalMemory.bytes()) {
            throw new KernelError(Errno.ENOMEM); // Its pages are there from the beginning.
        }
        return new Dumb(pitch, size);
    }

    @Override
    public void checkForeignImport() {
        throw new KernelError(Errno.ENODEV);
    }

    @Override
    public DriverClient open(DrmClient client) {
        return DriverClient.NOTHING;
    }
}
