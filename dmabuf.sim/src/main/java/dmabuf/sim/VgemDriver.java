package dmabuf.sim;

/** {@code vgem}: memory and fences without hardware, and without a display. Imports what others export. */
final class VgemDriver implements DrmDriver {

    private final FenceTimer timer;
    private final long fenceMillis;

    VgemDriver(FenceTimer timer, long fenceMillis) {
        this.timer = timer;
        this.fenceMillis = fenceMillis;
    }

    @Override
    public String name() {
        return "vgem";
    }

    @Override
    public String description() {
        return "Virtual GEM provider";
    }

    @Override
    public int major() {
        return 1;
    }

    @Override
    public int minor() {
        return 0;
    }

    @Override
    public boolean isDisplay() {
        return false;
    }

    @Override
    public boolean hasRenderNode() {
        return true;
    }

    @Override
    public Dumb dumb(int width, int height, int bitsPerPixel) {
        return DrmDriver.shmemDumb(width, height, bitsPerPixel);
    }

    @Override
    public void checkForeignImport() {
        // It maps whatever gives it a scatter list.
    }

    @Override
    public DriverClient open(DrmClient client) {
        return new VgemFences(client, timer, fenceMillis);
    }
}
