package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code virtio_gpu}: dumb buffers of 32 bits per pixel, resources and blobs by requests of its own, and no import of what others export. */
final class VirtioGpuDriver implements DrmDriver {

    private static final int BITS_PER_PIXEL = 32;

    private final VirtioGpuFeatures features;
    /** Numbers are not used again: {@code virglhack}. */
    private final AtomicInteger lastResource = new AtomicInteger(1);

    VirtioGpuDriver(VirtioGpuFeatures features) {
        this.features = features;
    }

    VirtioGpuFeatures features() {
        return features;
    }

    int nextResource() {
        return lastResource.incrementAndGet();
    }

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

    /** A dumb buffer is a blob of the guest's where that is possible, of which RESOURCE_INFO does not tell. */
    @Override
    public GemObject createDumb(Gpu gpu, long size) {
        return gpu.create(size, new VirtioGpuResource(nextResource(), features.hasBlobs() && !features.has3d(), false, 0));
    }

    @Override
    public void checkAttach(GemObject object) {
        if (object.driverObject() instanceof VirtioGpuHostBlob blob) {
            blob.checkAttach();
        }
    }

    @Override
    public void checkForeignImport() {
        throw new KernelError(Errno.ENODEV);
    }

    @Override
    public Optional<String> resources() {
        return Optional.ofNullable(features.hostVisible()).map(HostVisibleMemory::resources);
    }

    @Override
    public DriverClient open(DrmClient client) {
        return new VirtioGpuClient(this, client);
    }
}
