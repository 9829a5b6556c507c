package dmabuf.sim;

import java.util.concurrent.TimeUnit;

/** The driver that each GPU of the simulation has, with what such drivers share. */
final class GpuDrivers {

    /** Where the windows into hosts' memory are in physical memory, and how far apart. */
    private static final long FIRST_WINDOW = 0x3800_0000_0000L;
    private static final int WINDOW_SHIFT = 32;

    private final SimulatedDevices devices;
    private final FenceTimer timer = new FenceTimer();
    /** How long a fence of vgem waits for its signal, {@code VGEM_FENCE_TIMEOUT}. */
    private volatile long fenceMillis = TimeUnit.SECONDS.toMillis(10);

    GpuDrivers(SimulatedDevices devices) {
        this.devices = devices;
    }

    void setFenceTimeout(long millis) {
        fenceMillis = millis;
    }

    /** Makes a driver for a GPU that is plugged in as a card. */
    DrmDriver of(SimulatedGpu gpu, int card) {
        return switch (gpu) {
            case VGEM -> new VgemDriver(timer, fenceMillis);
            case VIRTIO_GPU -> new VirtioGpuDriver(VirtioGpuFeatures.plain());
            case VIRTIO_GPU_BLOB -> new VirtioGpuDriver(VirtioGpuFeatures.withBlobs());
            case VIRTIO_GPU_HOST_NONE -> virtioGpu3d(card, HostMapInfo.NONE);
            case VIRTIO_GPU_HOST_CACHED -> virtioGpu3d(card, HostMapInfo.CACHED);
            case VIRTIO_GPU_HOST_UNCACHED -> virtioGpu3d(card, HostMapInfo.UNCACHED);
            case VIRTIO_GPU_HOST_WC -> virtioGpu3d(card, HostMapInfo.WC);
            case I915_LLC -> new I915Driver(I915Device.LLC);
            case I915_NO_LLC -> new I915Driver(I915Device.NO_LLC);
            case I915_METEOR_LAKE -> new I915Driver(I915Device.METEOR_LAKE);
            case I915_DISCRETE -> new I915Driver(I915Device.DISCRETE);
            case BOCHS -> new BochsDriver();
        };
    }

    /** Every card has a stretch of physical addresses to itself, above all memory that the machine may have. */
    private DrmDriver virtioGpu3d(int card, HostMapInfo mapInfo) {
        long base = FIRST_WINDOW + ((long) card << WINDOW_SHIFT);
        return new VirtioGpuDriver(VirtioGpuFeatures.with3d(new HostVisibleMemory(base, mapInfo, devices.memoryTypes())));
    }
}
