package dmabuf.sim;

import dmabuf.fd.Errno;
import dmabuf.linux.MappedMemory;

/** {@code bochs-drm}: a display with memory of its own and no render node. Exports, but gives no scatter list and imports nothing. */
final class BochsDriver implements DrmDriver {

    private static final int PREFERRED_DEPTH = 24;

    @Override
    public String name() {
        return "bochs-drm";
    }

    @Override
    public String description() {
        return "bochs dispi vga interface (qemu stdvga)";
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
    public DriverRules driverRules() {
        return DriverRules.DRM_TTM;
    }

    @Override
    public boolean isDisplay() {
        return true;
    }

    @Override
    public boolean hasRenderNode() {
        return false;
    }

    @Override
    public boolean hasModifiers() {
        return true;
    }

    @Override
    public int preferredDepth() {
        return PREFERRED_DEPTH;
    }

    /** {@code drm_gem_vram_fill_create_dumb}: whole bytes for each pixel. */
    @Override
    public Dumb dumb(int width, int height, int bitsPerPixel) {
        int pitch = width * ((bitsPerPixel + Byte.SIZE - 1) / Byte.SIZE);
        return new Dumb(pitch, MappedMemory.roundUp(Integer.toUnsignedLong(pitch) * Integer.toUnsignedLong(height)));
    }

    @Override
    public void checkImports() {
        throw new KernelError(Errno.EINVAL);
    }

    @Override
    public void checkForeignImport() {
        // It never comes to this.
    }

    /** {@code drm_gem_map_attach} of a driver that gives no scatter list. */
    @Override
    public void checkAttach(GemObject object) {
        throw new KernelError(Errno.ENOSYS);
    }

    @Override
    public DriverClient open(DrmClient client) {
        return DriverClient.NOTHING;
    }
}
